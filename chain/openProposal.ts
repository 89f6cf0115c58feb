import type { Registrar } from '../model/changeRequest.js';
import { Failure } from '../model/failure.js';
import type { Address, Hex } from '../model/hex.js';
import { type Deployment, describeTransfer, type Expectation, type Proposal } from '../model/registration.js';
import { type Chain, requireChainId } from './chains.js';
import { chooseRegistrar } from './chooseRegistrar.js';
import { type OwnedDeployment, requireOwner } from './deployment/deployedApp.js';
import { requireKms } from './deployment/requireKms.js';
import { missingCalls } from './missingCalls.js';
import { readAccount } from './readAccount.js';
import { type Owner, readOwner } from './readOwner.js';
import { requireKnownApp } from './requireKnownApp.js';
import { rpcFailure } from './rpcFailure.js';
import { proposeToSafe } from './safe/proposeToSafe.js';
import { proposeToTimelock } from './timelock/proposeToTimelock.js';

interface OpenProposalOptions {
  readonly registrar: Registrar | 'auto';
  /** The key that this worker holds; null where it holds none. */
  readonly ownerKey: Address | null;
  /** The key of this worker that executes what a Safe's owners have signed; null where it holds none. */
  readonly relayer: Address | null;
  readonly title: string;
  readonly description: string;
  /** Where an earlier proposal for the same began to look; null where there was none. */
  readonly since: number | null;
  /** Who is to schedule with a timelock; null: found from its logs. */
  readonly timelockProposer: Address | null;
  /** What makes an operation of a timelock this change's own: 32 bytes. */
  readonly operationSalt: Hex;
}

/**
 * Reads who owns the contract, or is to own the new one, and what is missing on chain, and makes what the owner needs.
 * The owner of a deployment is filled in where it was left open.
 *
 * @throws Failure ChainMismatch, ChainUnavailable, AppContractMissing, AppContractUnknown, AppContractOwnerless;
 *   OwnerKeyMissing, RequestRefused where the request names a registrar or leaves an owner open that cannot do it
 */
export async function openProposal(
  chain: Chain,
  asked: Expectation,
  { registrar: wanted, ownerKey, relayer, title, description: why, since, ...forTimelock }: OpenProposalOptions,
): Promise<Proposal> {
  await requireChainId(chain);
  const head = await newestBlock(chain);
  const expectation = asked.kind === 'deployment' ? withOwner(asked, ownerKey) : asked;
  // What the newest block deployed was deployed before anybody was asked for it.
  const fromBlock = since ?? (expectation.kind === 'deployment' ? head + 1 : head);
  const [owner, calls] = await Promise.all([ownerFor(chain, expectation), missingCalls(chain, expectation, fromBlock)]);
  const ownership = `The contract is ${expectation.kind === 'deployment' ? 'to be ' : ''}owned by ${owner.address}`;
  const { address, pendingOwner, safe } = owner;
  if (calls.length > 0) requireOwnedBySomebody(owner);
  const description = pendingOwner ? `${why}; ${describeTransfer(pendingOwner)}` : why;
  const registrar = chooseRegistrar(owner, { wanted, ownerKey, ownership });
  const timelock =
    owner.timelock && calls.length > 0
      ? await proposeToTimelock(chain, calls, owner.timelock, { ...forTimelock, timelock: address, title, description })
      : null;
  return {
    owner: address,
    pendingOwner,
    registrar,
    expectation,
    calls,
    safe: safe && (await proposeToSafe(chain, calls, safe, { safe: address, title, description })),
    ...(relayer !== null && (registrar === 'safe' || timelock) && { relayer }),
    ...(timelock && { timelock }),
    fromBlock,
  };
}

/** @throws Failure OwnerKeyMissing */
function withOwner(deployment: Deployment, ownerKey: Address | null): OwnedDeployment {
  const owner = deployment.owner ?? ownerKey;
  if (owner !== null) return { ...deployment, owner };
  throw new Failure(
    'OwnerKeyMissing',
    'The new app contract is to be owned by the owner key of the worker, and this worker holds none.',
    { remedy: 'Give the worker an owner key (COUNTERSIGN_OWNER_KEY) and retry, or name an owner in a new request.' },
  );
}

/** @throws Failure AppContractOwnerless where the ownership was renounced, or is to be nobody's */
function requireOwnedBySomebody({ address }: Owner): void {
  if (!/^0x0{40}$/.test(address)) return;
  throw new Failure('AppContractOwnerless', 'Nobody owns the contract: nothing can be registered with it any more.');
}

/** Who owns the contract; for a deployment, who is to own it. */
async function ownerFor(chain: Chain, expectation: Expectation): Promise<Owner> {
  if (expectation.kind !== 'deployment') {
    const { address } = expectation.contract;
    const [owner] = await Promise.all([readOwner(chain, address), requireKnownApp(chain, address)]);
    return owner;
  }
  const [account] = await Promise.all([
    readAccount(chain, requireOwner(expectation).owner),
    requireKms(chain, expectation.kms),
  ]);
  return { ...account, pendingOwner: null };
}

async function newestBlock({ client }: Chain): Promise<number> {
  try {
    return Number(await client.getBlockNumber());
  } catch (error) {
    throw rpcFailure(error);
  }
}
