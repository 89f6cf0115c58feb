import { badRequest } from '../answers/errors.js';
import { isHexOf, prefixed } from '../rules/hex.js';
import type { CvmParts } from '../state/cvm.js';
import type { Provision } from '../state/provisions.js';

/** What a commit says of the app [OpenAPI CreateTappRequest]. */
interface AppClaim {
  readonly app_id: string;
  readonly kms_id?: string | null | undefined;
  readonly contract_address?: string | null | undefined;
  readonly deployer_address?: string | null | undefined;
}

/**
 * The app that a new CVM is to belong to, checked against what was provisioned. With a KMS on chain kms_id,
 * contract_address and deployer_address "must also" be given [seed 001]; chosen: only where the provision did not name the
 * app, because the CLI sends none of them for an app that it named itself. All that does not fit is a plain 400 (chosen).
 */
export function appOf({ appId, kms }: Provision, claim: AppClaim): Pick<CvmParts, 'appId' | 'onChain'> {
  const claimed = address('app_id', claim.app_id.replace(/^app_/, ''));
  if (appId !== undefined && claimed !== appId) {
    throw badRequest('app_id does not match the provision data');
  }
  if (claim.kms_id != null && claim.kms_id !== kms.slug && claim.kms_id !== kms.id) {
    throw badRequest('kms_id does not match the provision data');
  }
  if (kms.onChain === undefined) {
    return { appId: claimed, onChain: undefined };
  }
  const { kms_id: kmsId, contract_address: contract, deployer_address: deployer } = claim;
  if (appId === undefined && (kmsId == null || contract == null || deployer == null)) {
    throw badRequest('kms_id, contract_address and deployer_address are required for on-chain KMS');
  }
  if (contract != null && address('contract_address', contract) !== claimed) {
    throw badRequest('contract_address does not match app_id');
  }
  return {
    appId: claimed,
    onChain: {
      chainId: kms.onChain.chainId,
      appContract: claimed,
      deployer: deployer == null ? undefined : address('deployer_address', deployer),
    },
  };
}

/** 400 for an encrypted_env that is not even hex ("invalid encrypted_env" [seeds 002, 003]). Only the boot can open it. */
export function assertEncryptedEnv(encryptedEnv: string | null | undefined): void {
  if (encryptedEnv != null && !/^(0x)?([0-9a-f]{2})+$/i.test(encryptedEnv)) {
    throw badRequest('Invalid encrypted_env');
  }
}

function address(field: string, value: string) {
  if (!isHexOf(20, value)) {
    throw badRequest(`Invalid ${field}`);
  }
  return prefixed(value);
}
