import { inject } from 'vitest';
import type { Address, Hex } from '../../model/hex.js';
import type { SafeProposal } from '../../model/safe.js';
import { safeToSign } from '../../model/signing.js';
import type { ChangeStatus } from '../../model/status.js';
import { type SafeTransaction, signSafeTransaction } from '../../stack/localChain/safeTransaction.js';
import type { Rig } from '../rig/rig.js';
import { type CliResult, runCli } from '../rig/runCli.js';

/** What the owners of a Safe have to sign. @throws Error where no Safe has to */
export function safeOf({ proposal }: ChangeStatus): SafeProposal & { readonly transactionHash: Hex } {
  const safe = proposal && safeToSign(proposal);
  if (!safe?.transactionHash) throw new Error(`nothing is to be signed: ${JSON.stringify(proposal)}`);
  return { ...safe, transactionHash: safe.transactionHash };
}

/** Private key of the Safe's owner with that number, from 0. */
export function keyOf(rig: Rig, owner: number): Hex {
  const account = rig.cloud.safe.owners[owner];
  if (!account) throw new Error(`the Safe has no owner ${owner}`);
  return account.privateKey;
}

export const addressOf = (rig: Rig, owner: number): string | undefined =>
  rig.cloud.safe.owners[owner]?.address.toLowerCase();

interface Difference extends Partial<SafeTransaction> {
  readonly chainId?: number;
  readonly safe?: Address;
}

/** Signed by code that knows nothing of the engine's own; with `difference`, something else than what was proposed. */
export function signed(
  rig: Rig,
  status: ChangeStatus,
  key: Hex,
  { chainId = rig.cloud.anvil.chainId, safe, ...difference }: Difference = {},
): Promise<Hex> {
  const { address, transaction } = safeOf(status);
  if (!transaction) throw new Error('the transaction is not known');
  const { to, data, operation, nonce } = transaction;
  const proposed = { to, data, operation, value: 0n, safeTxGas: 0n, nonce: BigInt(nonce) };
  return signSafeTransaction({ safe: safe ?? address, chainId }, { ...proposed, ...difference }, key);
}

/** Somebody at a terminal, with the key that they hold, if any. */
export const atTerminal =
  (rig: Rig, name: string, key?: Hex) =>
  (...args: string[]): Promise<CliResult> =>
    runCli(args, {
      environment: {
        TEMPORAL_ADDRESS: inject('temporalAddress'),
        COUNTERSIGN_TASK_QUEUE: rig.taskQueue,
        COUNTERSIGN_BY: name,
        ...(key && { COUNTERSIGN_SIGNER_KEY: key }),
      },
    });
