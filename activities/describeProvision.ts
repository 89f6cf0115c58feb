import type { KmsDescription, ProvisionTarget, Target } from '../model/descriptions.js';
import { Failure } from '../model/failure.js';
import type { PhalaActivities } from '../model/phalaActivities.js';
import { type Cvm, getCvm } from '../phala/getCvm.js';
import { type Kms, listKms } from '../phala/listKms.js';
import type { PhalaApi } from '../phala/phalaApi.js';
import { activity } from './activity.js';
import { findNode } from './findNode.js';
import { kmsTypeOf } from './kmsType.js';

interface DescribeProvisionClients {
  readonly phala: PhalaApi;
  /** What the worker tells of a change; null where it has nowhere to send notifications to. */
  readonly notifies: Target['notifies'];
}

/** Reads only: safe to repeat. */
export const createDescribeProvision = ({
  phala,
  notifies,
}: DescribeProvisionClients): PhalaActivities['describeProvision'] =>
  activity(async (input, { signal }): Promise<ProvisionTarget> => {
    const { name, appId, owner, composeHash } = input;
    const [kms, node, holder] = await Promise.all([
      findKms(phala, input.kms, signal),
      findNode(phala, input.node, signal),
      holderOf(phala, name, signal),
    ]);
    // One with the planned configuration was made by this change: the commit finds it.
    const own = composeHash !== null && holder?.compose_hash === composeHash;
    if (holder && !own) throw new Failure('CvmNameTaken', `The name ${name} is that of CVM ${holder.vm_uuid}.`);
    if (kms.contract === null && (appId !== null || owner !== null)) {
      throw new Failure(
        'RequestRefused',
        `KMS ${kms.slug ?? kms.id} is not on chain: it takes no appId and no owner.`,
        {
          remedy: 'Leave them out, or name a KMS that is on chain.',
        },
      );
    }
    return {
      name,
      appId,
      composeHash: null,
      contract: kms.contract && appId && { chainId: kms.contract.chainId, address: appId },
      notifies,
      kms,
      node,
    };
  });

/** The CVM that has the name now, if there is one. */
async function holderOf(phala: PhalaApi, name: string, signal: AbortSignal): Promise<Cvm | null> {
  try {
    return await getCvm(phala, name, signal);
  } catch (error) {
    if (error instanceof Failure && error.type === 'CvmNotFound') return null;
    throw error;
  }
}

async function findKms(phala: PhalaApi, wanted: string, signal: AbortSignal): Promise<KmsDescription> {
  const all = await listKms(phala, signal);
  const named = all.find(({ id, slug }) => id === wanted || slug === wanted);
  const ofType = all.filter((kms) => kmsTypeOf(kms.chain_id ?? null) === wanted);
  const [only, ...more] = named ? [named] : ofType;
  const known = all.map(({ id, slug }) => slug ?? id).join(', ') || 'none';
  if (only === undefined) throw new Failure('KmsNotFound', `There is no KMS ${wanted}. There are: ${known}.`);
  if (more.length > 0 && only.chain_id != null) {
    const names = ofType.map(({ id, slug }) => slug ?? id).join(', ');
    throw new Failure('KmsNotFound', `There is more than one KMS of type ${wanted}: name one of ${names}.`);
  }
  return describe(only);
}

const describe = ({ id, slug, chain_id: chainId, kms_contract_address: address }: Kms): KmsDescription => ({
  id,
  slug: slug ?? null,
  contract: chainId != null && address ? { chainId, address } : null,
});
