import { createHash, timingSafeEqual } from 'node:crypto';

interface Shown {
  /** The header `Authorization`; undefined where there was none. */
  readonly authorization: string | undefined;
  /** The last part of the address; undefined where there was none. */
  readonly path: string | undefined;
}

/**
 * Whether a caller shows one of the secrets: as a bearer token, as the password of Basic (which Safe's events service
 * sends), or in the address, where a sender can do neither.
 */
export function showsSecret(secrets: readonly string[], { authorization = '', path }: Shown): boolean {
  const [, bearer] = /^Bearer +(\S+)$/i.exec(authorization) ?? [];
  const [, basic] = /^Basic +([A-Za-z0-9+/=_-]+)$/i.exec(authorization) ?? [];
  const password =
    basic &&
    Buffer.from(basic, 'base64')
      .toString('utf8')
      .replace(/^[^:]*:/, '');
  const shown = [bearer, password, path].flatMap((text) => (text ? [digest(text)] : []));
  // Each is compared with each: how long it takes says nothing of which one fits.
  const fitting = secrets
    .map(digest)
    .filter((secret) => shown.filter((text) => timingSafeEqual(secret, text)).length > 0);
  return fitting.length > 0;
}

/** Of one length, whatever the text. */
const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
