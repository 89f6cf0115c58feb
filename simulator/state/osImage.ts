import type { Hex } from 'viem';
import { sha256Hex } from '../rules/composeHash.js';
import { prefixed } from '../rules/hex.js';

/** An OS image that nodes can boot [OpenAPI AvailableOSImage]. */
export interface OsImage {
  readonly name: string;
  readonly version: readonly [number, number, number];
  readonly isDev: boolean;
  /** 32 bytes with 0x; made up from the name. */
  readonly hash: Hex;
}

/** The image that a CVM has if nobody names another. */
export const DEFAULT_IMAGE = 'dstack-0.5.5';

/** All that is known of an image by its name: "dstack-0.5.5", or "dstack-dev-0.5.5" for development. */
export function osImage(name: string): OsImage {
  const [, major = 0, minor = 0, patch = 0] = /(\d+)\.(\d+)\.(\d+)/.exec(name) ?? [];
  return {
    name,
    version: [Number(major), Number(minor), Number(patch)],
    isDev: name.includes('-dev'),
    hash: prefixed(sha256Hex(`OS image ${name}`)),
  };
}
