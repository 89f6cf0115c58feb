import { BlockList, isIP } from 'node:net';

/** "Private or reserved IP ranges" [DOC-webhooks "URL Requirements"], but for loopback. */
const PRIVATE = new BlockList();
PRIVATE.addSubnet('10.0.0.0', 8);
PRIVATE.addSubnet('172.16.0.0', 12);
PRIVATE.addSubnet('192.168.0.0', 16);
PRIVATE.addSubnet('169.254.0.0', 16);
PRIVATE.addSubnet('fc00::', 7, 'ipv6');
PRIVATE.addSubnet('fe80::', 10, 'ipv6');

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8);
LOOPBACK.addAddress('::1', 'ipv6');

/**
 * Why a webhook must not have this URL; undefined: it may. The real service takes HTTPS to public addresses only
 * [DOC-webhooks "URL Requirements"].
 *
 * DIFFERENT FROM THE REAL ONE, on purpose: this machine (127.0.0.1, ::1, localhost) is taken as well, also by plain HTTP,
 * because that is where receivers of a simulator are. Names are not resolved, neither here nor at delivery.
 */
export function destinationRefusal(text: string): string | undefined {
  if (!URL.canParse(text)) {
    return 'Invalid webhook URL';
  }
  const { protocol, hostname } = new URL(text);
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  if (host === 'localhost' || isIn(LOOPBACK, host)) {
    return protocol === 'https:' || protocol === 'http:' ? undefined : 'Webhook URL must use HTTPS';
  }
  if (protocol !== 'https:') {
    return 'Webhook URL must use HTTPS';
  }
  return host.endsWith('.local') || isIn(PRIVATE, host) ? 'Webhook URL must point to a public address' : undefined;
}

function isIn(list: BlockList, host: string): boolean {
  const version = isIP(host);
  return version !== 0 && list.check(host, version === 6 ? 'ipv6' : 'ipv4');
}
