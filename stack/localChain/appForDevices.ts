import type { Address, Hex } from 'viem';
import type { NewApp } from './dstackApp.js';
import { dstackAppAbi } from './dstackAppAbi.js';
import { deployAndRegisterApp } from './dstackKms.js';
import { connectLocalChain, untilMined } from './localChain.js';

/** Settings of {@link deployAppForDevices}. */
export interface DeployAppForDevicesOptions extends Omit<NewApp, 'deviceId'> {
  readonly rpcUrl: string;
  /** The DstackKms contract. */
  readonly kmsContract: Address;
  /** 32 bytes each; all allowed from the start. */
  readonly deviceIds: readonly Hex[];
}

/**
 * Deploys and registers an app contract that allows any number of devices. The factory takes one; for the others an
 * account made for it owns the app first, allows them, and hands the app over.
 *
 * @returns the app's address, which is the app id as well
 */
export async function deployAppForDevices(options: DeployAppForDevicesOptions): Promise<Address> {
  const { deviceIds, ...app } = options;
  const [deviceId, ...others] = deviceIds;
  const first = { ...app, ...(deviceId && { deviceId }) };
  if (others.length === 0) return deployAndRegisterApp(first);

  const chain = await connectLocalChain(options.rpcUrl);
  const address = await deployAndRegisterApp({ ...first, owner: chain.payer.address });
  const contract = { address, abi: dstackAppAbi, account: chain.payer };
  for (const device of others) {
    const hash = await chain.writer.writeContract({ ...contract, functionName: 'addDevice', args: [device] });
    await untilMined(chain, hash, `Allowing device ${device}`);
  }
  const hash = await chain.writer.writeContract({
    ...contract,
    functionName: 'transferOwnership',
    args: [options.owner],
  });
  await untilMined(chain, hash, `Handing app ${address} over`);
  return address;
}
