import { readInput } from '../../client/readInput.js';
import { sealToken } from '../../client/sealToken.js';
import type { AdoptRequestInput } from '../../model/adoptRequest.js';
import { type Prepared, readPrepared } from '../prepared.js';
import { readDeadline } from '../time.js';
import { UsageError } from '../usageError.js';
import type { AdoptOptions } from './adopt.js';
import { cvmIdFor, lookUpCvm } from './lookUpCvm.js';
import { readAppId, readShared } from './readShared.js';
import { startAndFollow } from './startAndFollow.js';

/** Has the form of a sealed token. Stands in for one while the rest of the request is checked. */
const unsealed = 'token:a..b.c.d';

/** Reads the token, seals it, and starts the change, or renews the one that runs. */
export const adopt = (cvm: string, options: AdoptOptions): Promise<void> =>
  startAndFollow('adopt', options, async ({ countersign, output }) => {
    const prepared = await readPrepared();
    const fields = readFields(prepared, options);
    readInput('adopt', { cvmId: cvmIdFor(cvm), token: unsealed, ...fields });
    const { cvmId } = await lookUpCvm(countersign, cvm, null);
    const token = await sealToken(prepared.token, await countersign.sealingKey(), cvmId);
    const { change, outcome } = await countersign.adoptUpdate({ cvmId, token, ...fields });
    if (outcome === 'renewed') output.progress(`${change.id} runs already: it was given the token.`);
    return change;
  });

/** @throws UsageError where no compose hash is given, or two that differ */
function readFields(prepared: Prepared, options: AdoptOptions): Omit<AdoptRequestInput, 'cvmId' | 'token'> {
  const { composeHash = prepared.composeHash, expires, deviceId = prepared.deviceId } = options;
  const app = options.app ?? prepared.appId;
  if (composeHash === undefined) throw new UsageError('--compose-hash is missing: it says what was prepared.');
  if (prepared.composeHash !== undefined && !sameHex(composeHash, prepared.composeHash)) {
    throw new UsageError('--compose-hash is not the compose hash that stands on standard input beside the token.');
  }
  return {
    composeHash,
    ...(expires !== undefined && { expiresAt: readDeadline(expires, Date.now(), '--expires') }),
    ...(app !== undefined && { appId: readAppId(app) }),
    ...(deviceId !== undefined && { deviceId }),
    ...readShared(options),
  };
}

const digits = (hex: string): string => hex.replace(/^0x/i, '').toLowerCase();
const sameHex = (one: string, other: string): boolean => digits(one) === digits(other);
