import type { Hex } from 'viem';
import { bare } from '../rules/hex.js';
import type { Quirks } from '../state/quirks.js';

/**
 * How a hash, id or address is written. `usual` is the form in which the docs show that field; the prefix policy of the
 * real server is unknown [facts §11], so a quirk can turn all of them to one form.
 */
export function written(value: Hex, usual: 'prefixed' | 'bare', quirks: Quirks): string {
  const withPrefix = quirks.hexPrefix === undefined ? usual === 'prefixed' : quirks.hexPrefix === 'always';
  return withPrefix ? value : bare(value);
}
