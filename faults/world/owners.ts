import { setTimeout as pause } from 'node:timers/promises';
import {
  type Address,
  createWalletClient,
  encodeFunctionData,
  type Hex,
  http,
  parseAbi,
  publicActions,
  zeroHash,
} from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import type { RegistrationCall } from '../../model/registration.js';
import { executeAsContractOwner } from '../../stack/localChain/contractOwner.js';
import { executeSafeBatch } from '../../stack/localChain/executeSafeBatch.js';
import { executeSafeTransaction } from '../../stack/localChain/executeSafeTransaction.js';
import type { Governance, LocalCloud } from '../../stack/localCloud.js';
import { Line, type Turns } from './turns.js';

type Call = Pick<RegistrationCall, 'to' | 'data'>;
type Governed = Exclude<Governance, 'none'>;

const abi = parseAbi(['function addComposeHash(bytes32)', 'function removeComposeHash(bytes32)']);

/** The people who own the apps: they make the calls that they are asked for. */
export class Owners {
  /** Each owner has one nonce: its transactions go one after the other. */
  private readonly lines: Readonly<Record<Governed, Line>> = {
    safe: new Line(),
    ownerKey: new Line(),
    external: new Line(),
  };

  constructor(
    private readonly cloud: LocalCloud,
    private readonly turns: Turns,
    /** An app that the Safe does not own: what it calls there fails inside. */
    private readonly foreignApp: Address,
  ) {}

  /** Makes the calls, and waits until they are mined. @returns hash of the last transaction */
  execute(governance: Governed, calls: readonly Call[]): Promise<Hex> {
    return this.tried(governance, async () => {
      if (governance === 'safe' && calls.length > 1) {
        return (await executeSafeBatch({ ...this.asSafe(), calls })).transactionHash;
      }
      let last: Hex = '0x';
      for (const call of calls) last = await this.one(governance, call);
      return last;
    });
  }

  /** Has the Safe execute a call that fails inside of a transaction that succeeds. */
  executeInVain(): Promise<Hex> {
    const data = encodeFunctionData({ abi, functionName: 'addComposeHash', args: [zeroHash] });
    return this.tried('safe', async () => {
      const call = { to: this.foreignApp, data, safeTxGas: 100_000n };
      return (await executeSafeTransaction({ ...this.asSafe(), ...call })).transactionHash;
    });
  }

  register(governance: Governed, app: Address, composeHash: Hex): Promise<Hex> {
    const data = encodeFunctionData({ abi, functionName: 'addComposeHash', args: [composeHash] });
    return this.execute(governance, [{ to: lower(app), data }]);
  }

  revoke(governance: Governed, app: Address, composeHash: Hex): Promise<Hex> {
    const data = encodeFunctionData({ abi, functionName: 'removeComposeHash', args: [composeHash] });
    return this.execute(governance, [{ to: lower(app), data }]);
  }

  private async one(governance: Governed, { to, data }: Call): Promise<Hex> {
    const { anvil, contractOwner, ownerKey } = this.cloud;
    const { rpcUrl } = anvil;
    switch (governance) {
      case 'safe':
        return (await executeSafeTransaction({ ...this.asSafe(), to, data })).transactionHash;
      case 'external':
        return executeAsContractOwner({
          rpcUrl,
          owner: contractOwner.address,
          controllerKey: contractOwner.controller.privateKey,
          to,
          data,
        });
      case 'ownerKey': {
        const account = privateKeyToAccount(ownerKey.privateKey);
        const wallet = createWalletClient({ account, transport: http(rpcUrl), pollingInterval: 50 }).extend(
          publicActions,
        );
        const hash = await wallet.sendTransaction({ chain: null, to, data });
        await wallet.waitForTransactionReceipt({ hash, checkReplacement: false, timeout: 5_000 });
        return hash;
      }
    }
  }

  /** The engine uses the owner key as well, and may take the nonce: people try again. */
  private tried(governance: Governed, work: () => Promise<Hex>): Promise<Hex> {
    return this.lines[governance].take(async () => {
      for (let attempt = 1; ; attempt++) {
        try {
          return await this.turns.together(work);
        } catch (error) {
          if (attempt === 4) throw error;
          await pause(100 * attempt);
        }
      }
    });
  }

  private asSafe() {
    const { anvil, safe } = this.cloud;
    const signers = safe.owners.slice(0, safe.threshold).map(({ privateKey }) => privateKey);
    return { rpcUrl: anvil.rpcUrl, safe: safe.address, signers };
  }
}

/** Lower case keeps the form; the engine's address type says that it is in that form. */
const lower = (address: Address): Call['to'] => address.toLowerCase() as Call['to'];
