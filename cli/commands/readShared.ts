import { appIn } from '../../client/changeName.js';
import type { UpdateRequestInput } from '../../model/updateRequest.js';
import { sender } from '../sender.js';
import { readDeadline } from '../time.js';
import type { SharedOptions } from './sharedOptions.js';

/** The part of a request that is the same for every kind of change. */
type SharedFields = Pick<UpdateRequestInput, 'requestedBy' | 'reason' | 'idempotencyKey' | 'registrar' | 'policy'>;

/** @throws UsageError where the deadline is none; the rest is checked when the whole request is read */
export function readShared(options: SharedOptions): SharedFields {
  const { reason, idempotencyKey, registrar, deadline, finality, onBaseChanged, onHashMismatch, timelockProposer } =
    options;
  return {
    requestedBy: options.requestedBy ?? sender(),
    ...(reason !== undefined && { reason }),
    ...(idempotencyKey !== undefined && { idempotencyKey }),
    // These are checked with everything else when the request is read; there the message names the field.
    ...(registrar !== undefined && { registrar: registrar as 'auto' }),
    policy: {
      ...(deadline !== undefined && { deadline: readDeadline(deadline) }),
      ...(finality !== undefined && { finality: (/^\d+$/.test(finality) ? Number(finality) : finality) as 'safe' }),
      ...(onBaseChanged !== undefined && { onBaseChanged: onBaseChanged as 'hold' }),
      ...(onHashMismatch !== undefined && { onHashMismatch: onHashMismatch as 'show' }),
      ...(timelockProposer !== undefined && { timelockProposer }),
    },
  };
}

/** A node by its number, where the text is one, else by its name. */
export const readNode = (text: string): number | string => (/^\d+$/.test(text) ? Number(text) : text);

/** An app id in any of its forms. What is none is refused when the request is read. */
export const readAppId = (text: string): string => appIn(text) ?? text;
