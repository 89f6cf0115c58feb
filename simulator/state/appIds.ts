import { getContractAddress, type Hex } from 'viem';
import { sha256Hex } from '../rules/composeHash.js';
import { prefixed } from '../rules/hex.js';

/** The workspace's wallet; made up. */
const WALLET = prefixed(sha256Hex('wallet of the simulated workspace').slice(0, 40));

export interface AppId {
  /** 20 bytes with 0x. */
  readonly appId: Hex;
  readonly nonce: number;
}

/**
 * The app ids of the provider's own KMS: the address of the contract that the workspace's wallet would create with a nonce
 * [OpenAPI ProvisionDstackAppRequestV2.nonce: "app_id == get_create_address(team_wallet, nonce)"].
 */
export class AppIds {
  #nextNonce = 0;

  /** The id that goes with a nonce. */
  at(nonce: number): Hex {
    return prefixed(getContractAddress({ from: WALLET, nonce: BigInt(nonce) }));
  }

  /** The ids that will be given out next [OpenAPI get_next_app_id: "predict"; reserves nothing]. */
  next(count: number): AppId[] {
    return Array.from({ length: count }, (_, index) => {
      const nonce = this.#nextNonce + index;
      return { appId: this.at(nonce), nonce };
    });
  }

  /** Gives one out. Chosen: a provision uses it up, whether or not it is committed. */
  take(): Hex {
    return this.at(this.#nextNonce++);
  }
}
