import { Failure } from '../../model/failure.js';
import { addressSchema, transactionHashSchema } from '../../model/hex.js';
import type { Chain } from '../chains.js';
import { dstackKmsAbi } from '../contracts.js';
import { allowedHash } from '../entries.js';
import { missingEntries } from '../missingEntries.js';
import { readReceipt } from '../readReceipt.js';
import { noAnswer, rpcFailure } from '../rpcFailure.js';
import { sightingOf } from '../sighting.js';
import { type DeployedApp, entriesOfApp, isExpected, type OwnedDeployment, readApp } from './deployedApp.js';

/** Blocks per request, which common RPC services allow, and requests at a time: one round is half a day of Base. */
const blocksPerRequest = 2_000;
const requestsAtATime = 10;

/**
 * Looks for the oldest app that the factory made as it is expected. The whole range is searched each time: only the
 * logs name the app, and one that is missed would be deployed again.
 *
 * @param fromBlock nothing that was deployed before it is found
 * @throws Failure ChainUnavailable; also where the node does not serve logs over such a range
 */
export async function findDeployment(
  chain: Chain,
  deployment: OwnedDeployment,
  fromBlock: number,
): Promise<DeployedApp | null> {
  try {
    const head = await chain.client.getBlockNumber();
    const step = blocksPerRequest * requestsAtATime;
    for (let from = fromBlock; from <= head; from += step) {
      const candidates = await readCandidates(chain, deployment, from, head);
      const matching = await Promise.all(candidates.map((candidate) => matches(chain, deployment, candidate, head)));
      const oldest = candidates.find((_, index) => matching[index]);
      if (oldest) return await withReceipt(chain, deployment, oldest);
    }
    return null;
  } catch (error) {
    throw rpcFailure(error);
  }
}

type Candidate = Awaited<ReturnType<typeof readCandidates>>[number];

/** All apps that the factory made in one round of blocks, oldest first. */
async function readCandidates({ client }: Chain, { kms }: OwnedDeployment, from: number, head: bigint) {
  const starts = Array.from({ length: requestsAtATime }, (_, index) => BigInt(from + index * blocksPerRequest));
  const logs = await Promise.all(
    starts
      .filter((start) => start <= head)
      .map((start) => {
        const end = start + BigInt(blocksPerRequest) - 1n;
        return client.getContractEvents({
          address: kms.address,
          abi: dstackKmsAbi,
          eventName: 'AppDeployedViaFactory',
          fromBlock: start,
          toBlock: end < head ? end : head,
          strict: true,
        });
      }),
  );
  return logs.flat().map(({ args, transactionHash }) => ({
    app: addressSchema.parse(args.appId),
    deployer: addressSchema.parse(args.deployer),
    transactionHash: transactionHashSchema.parse(transactionHash),
  }));
}

/** Everybody's apps come from the same factory: the compose hash alone rules out nearly all of them. */
async function matches(chain: Chain, deployment: OwnedDeployment, { app }: Candidate, at: bigint): Promise<boolean> {
  const unlike = await missingEntries(chain, app, [allowedHash(deployment.composeHash)], at).catch(noAnswer);
  if (unlike?.length !== 0) return false;
  const state = await readApp(chain, deployment, app, at);
  return state !== null && isExpected(deployment, state);
}

async function withReceipt(
  chain: Chain,
  deployment: OwnedDeployment,
  { app, deployer, transactionHash }: Candidate,
): Promise<DeployedApp> {
  const receipt = await readReceipt(chain, transactionHash);
  if (receipt === null) {
    throw new Failure('ChainUnavailable', `The receipt of ${transactionHash} is not there, although its logs are.`);
  }
  return { address: app, deployer, sighting: sightingOf(receipt, app, entriesOfApp(deployment)) };
}
