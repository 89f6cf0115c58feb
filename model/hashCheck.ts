import type { ComposeHash } from './hex.js';
import type { Policy } from './policy.js';

/**
 * How the compose hash that was recomputed from the documents compares with the API's:
 * - `matched`: it is the hash of the document that is known here
 * - `mismatched`: it is not; the server may have put fields of its own into the document, or something is wrong
 * - `notCheckable`: the document is not known here
 */
export type HashCheck = 'matched' | 'mismatched' | 'notCheckable';

interface Checked {
  readonly hashCheck: HashCheck;
  readonly recomputedHash: ComposeHash | null;
}

/** For people who sign: "matched: …". */
export function describeHashCheck({ hashCheck, recomputedHash }: Checked): string {
  switch (hashCheck) {
    case 'matched':
      return 'matched: recomputed from the app-compose document';
    case 'mismatched':
      return `MISMATCHED: recomputed from the app-compose document it is ${recomputedHash}`;
    case 'notCheckable':
      return 'not checkable: the app-compose document is not known';
  }
}

/** Whether a person has to look before anybody is asked to sign. */
export function holdsOn(check: HashCheck, onHashMismatch: Policy['onHashMismatch']): boolean {
  switch (onHashMismatch) {
    case 'show':
      return false;
    case 'hold':
      return check === 'mismatched';
    case 'requireMatch':
      return check !== 'matched';
  }
}
