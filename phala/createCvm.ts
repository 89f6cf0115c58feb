import { Failure } from '../model/failure.js';
import { type Address, type ComposeHash, withoutPrefix } from '../model/hex.js';
import { callPhala, type PhalaApi } from './phalaApi.js';
import { readAnswer } from './readAnswer.js';
import { type Vm, vmSchema } from './vm.js';

/** `CreateTappRequest` (OpenAPI; seed "commitCvmProvision"). */
interface CreateParameters {
  /** From the provision answer, or the address of the app's contract. */
  readonly appId: Address;
  readonly composeHash: ComposeHash;
  /** Hex without 0x; null: no environment variables. */
  readonly encryptedEnv: string | null;
  /** Names of the variables that the VM takes over. */
  readonly envKeys: readonly string[] | null;
  /** Only where the KMS is on chain. */
  readonly onChain: {
    /** Slug, as the seed has it; the id where there is none. */
    readonly kms: string;
    readonly contract: Address;
    readonly deployer: Address;
  } | null;
}

/**
 * Makes the CVM that was planned: `POST /cvms`.
 *
 * @throws Failure PreparationExpired where the plan has expired or is unknown (400, 422); CvmNameTaken, AppIdTaken,
 *   RegistrationRequired …; its effect is `unknown` where the answer was lost
 */
export async function createCvm(api: PhalaApi, parameters: CreateParameters): Promise<Vm> {
  const { appId, composeHash, encryptedEnv, envKeys, onChain } = parameters;
  const call = {
    method: 'POST' as const,
    path: '/cvms',
    body: {
      app_id: withoutPrefix(appId),
      compose_hash: withoutPrefix(composeHash),
      ...(encryptedEnv !== null && { encrypted_env: encryptedEnv }),
      ...(envKeys !== null && { env_keys: envKeys }),
      ...(onChain !== null && {
        kms_id: onChain.kms,
        contract_address: onChain.contract,
        deployer_address: onChain.deployer,
      }),
    },
    secrets: encryptedEnv === null ? [] : [encryptedEnv],
  };
  try {
    const { body } = await callPhala(api, call);
    return readAnswer(vmSchema, body, 'POST /cvms', 'taken');
  } catch (error) {
    throw isVoid(error) ? new Failure('PreparationExpired', error.message, error.details) : error;
  }
}

/**
 * "Invalid payload or provision data expired" is a 400, "Provision data not found" a 422 (OpenAPI); neither has a code.
 * The words tell them from other answers with these statuses, as they do for the official CLI (phala-cloud-api.md §6).
 */
const isVoid = (error: unknown): error is Failure =>
  error instanceof Failure &&
  error.type === 'RequestRefused' &&
  ((error.details.status === 400 && /provision[^.]*expired/i.test(error.message)) ||
    (error.details.status === 422 && /provision[^.]*not found/i.test(error.message)));
