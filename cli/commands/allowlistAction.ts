import { appIn } from '../../client/changeName.js';
import type { Countersign } from '../../client/countersign.js';
import { readInput } from '../../client/readInput.js';
import type { AllowListRequestInput } from '../../model/allowListRequest.js';
import { UsageError } from '../usageError.js';
import type { AllowlistOptions } from './allowlist.js';
import { readSteps } from './allowlistSteps.js';
import { readShared } from './readShared.js';
import { startAndFollow } from './startAndFollow.js';

/** Starts the change, of the app that is given by its id or by one of its CVMs. */
export const allowlist = (app: string, options: AllowlistOptions): Promise<void> =>
  startAndFollow('allowlist', options, async ({ countersign }) =>
    countersign.changeAllowlist(await readRequest(countersign, app, options)),
  );

/** Stands in for the app that a CVM tells, while the rest of the request is checked. */
const anyApp = `0x${'0'.repeat(40)}`;

async function readRequest(
  countersign: Countersign,
  app: string,
  options: AllowlistOptions,
): Promise<AllowListRequestInput> {
  const request = {
    ...(options.chain !== undefined && { chainId: options.chain }),
    steps: readSteps(options),
    ...readShared(options),
  };
  // A mistyped app id is refused as one; it is no name of a CVM.
  const appId = appIn(app) ?? (app.startsWith('0x') ? app : null);
  readInput('allowlist', { appId: appId ?? anyApp, ...request });
  return appId === null ? { ...(await contractOf(countersign, app)), ...request } : { appId, ...request };
}

/** The contract that governs the app of a CVM. */
async function contractOf(countersign: Countersign, cvm: string) {
  const { name, contract } = await countersign.inspectCvm(cvm);
  if (contract === null) throw new UsageError(`${name} is governed by no contract: it has no allow-lists.`);
  return { appId: contract.address, chainId: contract.chainId };
}
