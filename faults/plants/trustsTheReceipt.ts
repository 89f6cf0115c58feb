import { createPublicClient, http } from 'viem';
import { calledContract } from '../../model/registration.js';
import type { WorkerConfig } from '../../worker/config.js';
import type { Activities } from '../../worker/createActivities.js';

/** Plants a verification that takes a successful receipt for a registration, whatever the transaction did. */
export const trustsTheReceipt = (activities: Activities, { rpcUrls }: WorkerConfig): Activities => ({
  ...activities,
  chain: {
    ...activities.chain,
    async checkRegistration(input) {
      const { expectation, transactionHash, finality } = input;
      const contract = calledContract(expectation);
      const [url] = rpcUrls.get(contract.chainId) ?? [];
      const client = createPublicClient({ transport: http(url) });
      const receipt =
        transactionHash && (await client.getTransactionReceipt({ hash: transactionHash }).catch(() => null));
      if (receipt?.status !== 'success' || transactionHash === null) return activities.chain.checkRegistration(input);
      const blockNumber = Number(receipt.blockNumber);
      return { contract, deployer: null, transactionHash, proof: transactionHash, blockNumber, finality, final: true };
    },
  },
});
