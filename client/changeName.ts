import { changeOf, cvmOf } from '../model/cvmId.js';
import { type Address, addressSchema, withoutPrefix } from '../model/hex.js';

/**
 * The workflow id that a change is named by: the id itself in either case (`cvm-…`, `provision-…`, `app-…`), the vm_uuid
 * of its CVM, or its app id. Whatever else it is stays as it is, and will not be found.
 */
export function changeNamed(name: string): string {
  const cvmId = cvmOf(name);
  if (cvmId !== null) return changeOf(cvmId);
  const appId = appIn(name);
  if (appId !== null) return `app-${withoutPrefix(appId)}`;
  return /^provision-/i.test(name) ? name.toLowerCase() : name;
}

/** The app that a text names: 40 hex digits, alone or after `0x`, `app_` (as in the dashboard) or `app-`; else null. */
export function appIn(text: string): Address | null {
  const parsed = addressSchema.safeParse(text.replace(/^app[_-]/i, ''));
  return parsed.success ? parsed.data : null;
}
