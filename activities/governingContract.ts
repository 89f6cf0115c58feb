import type { AppContract } from '../model/registration.js';
import { getAppKmsInfo } from '../phala/getAppKmsInfo.js';
import type { Cvm } from '../phala/getCvm.js';
import type { PhalaApi } from '../phala/phalaApi.js';

/** The contract on whose allow-lists an app's keys depend; null where its KMS is not on chain. */
export async function governingContract(
  phala: PhalaApi,
  { app_id, kms_info }: Pick<Cvm, 'app_id' | 'kms_info'>,
  signal: AbortSignal,
): Promise<AppContract | null> {
  if (!app_id) return null;
  const kms = await getAppKmsInfo(phala, app_id, signal);
  const chainId = kms.chain_id ?? kms_info?.chain_id;
  if (!kms.is_onchain_kms || chainId == null) return null;
  // The app id is the address of the contract; the API names it a second time.
  return { chainId, address: kms.app_contract_address ?? app_id };
}
