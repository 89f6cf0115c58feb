import {
  type Address,
  BaseError,
  createPublicClient,
  type Hex,
  http,
  parseAbi,
  type PublicClient,
  toEventSelector,
} from 'viem';
import { safeAbi } from '../localChain/safeAbi.js';

const moreOfSafes = parseAbi(['function approvedHashes(address owner, bytes32 hash) view returns (uint256)']);
/** The older form of EIP-1271, with what is signed instead of its hash: it is this one that the service asks. */
const contractOwner = parseAbi(['function isValidSignature(bytes data, bytes signature) view returns (bytes4)']);
/** The same topics for every version: until 1.3.0 the hash stands in the data (on-chain.md §3.1, trap 2). */
const executions: readonly Hex[] = ['ExecutionSuccess', 'ExecutionFailure'].map((name) =>
  toEventSelector(`${name}(bytes32,uint256)`),
);
const magicValues: readonly Hex[] = ['0x20c13b0b', '0x1626ba7e'];

/** A Safe as it stands at the newest block. */
export interface SafeAccount {
  readonly owners: readonly Address[];
  readonly threshold: number;
  readonly nonce: bigint;
  readonly version: string;
}

/** What the service knows of the chain. The real one indexes it; here it is asked each time. */
export class SafesOnChain {
  private readonly client: PublicClient;

  constructor(rpcUrl: string) {
    this.client = createPublicClient({ transport: http(rpcUrl, { retryCount: 0 }), cacheTime: 0 });
  }

  chainId(): Promise<number> {
    return this.client.getChainId();
  }

  /** @returns null where the contract is no Safe */
  async read(address: Address): Promise<SafeAccount | null> {
    const read = { address, abi: safeAbi } as const;
    try {
      const [owners, threshold, nonce, version] = await Promise.all([
        this.client.readContract({ ...read, functionName: 'getOwners' }),
        this.client.readContract({ ...read, functionName: 'getThreshold' }),
        this.client.readContract({ ...read, functionName: 'nonce' }),
        this.client.readContract({ ...read, functionName: 'VERSION' }),
      ]);
      return { owners, threshold: Number(threshold), nonce, version };
    } catch (error) {
      if (error instanceof BaseError) return null;
      throw error;
    }
  }

  /** The transaction that executed it, whatever became of the call inside; null where none did. */
  async executionOf(safe: Address, hash: Hex): Promise<Hex | null> {
    const logs = await this.client.getLogs({ address: safe, fromBlock: 0n });
    const found = logs.find(({ topics: [topic, ...indexed], data }) => {
      const isExecution = topic !== undefined && executions.includes(topic);
      return isExecution && `${indexed.join('')}${data}`.includes(hash.slice(2));
    });
    return found?.transactionHash ?? null;
  }

  /** safe-eth-py, SafeSignatureApprovedHash.is_valid */
  async hasApproved(safe: Address, owner: Address, hash: Hex): Promise<boolean> {
    const args = [owner, hash] as const;
    return (
      (await this.client.readContract({ address: safe, abi: moreOfSafes, functionName: 'approvedHashes', args })) === 1n
    );
  }

  /** safe-eth-py, SafeSignatureContract.is_valid: where the contract does not answer, the signature is not valid. */
  async acceptsSignature(owner: Address, preimage: Hex, signature: Hex): Promise<boolean> {
    const call = { address: owner, abi: contractOwner, functionName: 'isValidSignature' } as const;
    const answer = await this.client.readContract({ ...call, args: [preimage, signature] }).catch(() => null);
    return answer !== null && magicValues.includes(answer);
  }
}
