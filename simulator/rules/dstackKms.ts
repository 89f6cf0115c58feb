import { type Hex, type PublicClient, parseAbi } from 'viem';
import { prefixed } from './hex.js';

/** What the cloud reads of a DstackKms [on-chain facts §2.2, §2.3]. */
const dstackKmsAbi = parseAbi([
  'function registeredApps(address) view returns (bool)',
  'event AppDeployedViaFactory(address indexed appId, address indexed deployer)',
]);

/** Whether an app contract is registered: by the factory, or by registerApp, which anyone may call. */
export async function isRegisteredApp(client: PublicClient, kmsContract: Hex, appContract: Hex): Promise<boolean> {
  return await client.readContract({
    address: kmsContract,
    abi: dstackKmsAbi,
    functionName: 'registeredApps',
    args: [appContract],
  });
}

/** Who had the factory deploy an app contract; undefined if it was deployed some other way. */
export async function factoryDeployer(
  client: PublicClient,
  kmsContract: Hex,
  appContract: Hex,
): Promise<Hex | undefined> {
  const [event] = await client.getContractEvents({
    address: kmsContract,
    abi: dstackKmsAbi,
    eventName: 'AppDeployedViaFactory',
    args: { appId: appContract },
    fromBlock: 0n,
  });
  return event?.args.deployer === undefined ? undefined : prefixed(event.args.deployer);
}
