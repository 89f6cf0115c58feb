import { parseEventLogs, type TransactionReceipt } from 'viem';
import { Failure } from '../../model/failure.js';
import { addressSchema, type TransactionHash } from '../../model/hex.js';
import type { Chain } from '../chains.js';
import { requireExecution } from '../checkTransaction.js';
import { dstackKmsAbi } from '../contracts.js';
import { requireReceipt } from '../readReceipt.js';
import { rpcFailure } from '../rpcFailure.js';
import { sightingOf } from '../sighting.js';
import { type DeployedApp, entriesOfApp, type OwnedDeployment, readApp } from './deployedApp.js';
import { differenceOf } from './differenceOf.js';

/**
 * Checks that a mined transaction deployed the expected app. What counts is the event of the KMS contract itself, and
 * how the app stands now; who sent the transaction, and when, says nothing.
 *
 * @throws Failure of class `refused`, with the reason
 */
export async function checkDeployment(
  chain: Chain,
  deployment: OwnedDeployment,
  transactionHash: TransactionHash,
): Promise<DeployedApp> {
  const receipt = await requireReceipt(chain, transactionHash);
  // A batch may have called the factory several times.
  const apps = appsOf(receipt, deployment);
  const [first] = apps;
  if (!first) {
    requireExecution(receipt.logs, transactionHash);
    throw new Failure(
      'TransactionOfAnotherContract',
      `Transaction ${transactionHash} deployed no app with the KMS contract ${deployment.kms.address}.`,
    );
  }
  const at = await newestBlock(chain, receipt);
  const states = await Promise.all(apps.map(({ address }) => readApp(chain, deployment, address, at)));
  const differences = apps.map((app, index) => differenceOf(deployment, app, states[index] ?? null, receipt));
  const expected = apps.find((_, index) => differences[index] === null);
  if (expected) return expected;
  throw differences[0];
}

function appsOf(receipt: TransactionReceipt, deployment: OwnedDeployment): readonly DeployedApp[] {
  return parseEventLogs({ abi: dstackKmsAbi, eventName: 'AppDeployedViaFactory', logs: receipt.logs })
    .filter((event) => event.address.toLowerCase() === deployment.kms.address)
    .map(({ args }) => {
      const address = addressSchema.parse(args.appId);
      const sighting = sightingOf(receipt, address, entriesOfApp(deployment));
      return { address, deployer: addressSchema.parse(args.deployer), sighting };
    });
}

/** Never before the transaction: a node that lags behind would know nothing of the app. */
async function newestBlock({ client }: Chain, { blockNumber }: TransactionReceipt): Promise<bigint> {
  const head = await client.getBlockNumber().catch((error: unknown) => {
    throw rpcFailure(error);
  });
  return head > blockNumber ? head : blockNumber;
}
