import { cvmNotFound, severalCvmsForIdentifier, severalCvmsOfThatName } from '../answers/errors.js';
import type { Cloud } from '../state/cloud.js';
import type { Cvm } from '../state/cvm.js';
import type { Call } from './endpoint.js';

/** The CVM of a call's path: 404 ERR-03-001 if there is none, 400 ERR-03-010 or ERR-03-002 if there are several. */
export function addressedCvm(call: Call, cloud: Cloud): Cvm {
  const resolution = cloud.cvms.resolve(call.params['cvmId'] ?? '');
  switch (resolution.kind) {
    case 'found':
      return resolution.cvm;
    case 'none':
      throw cvmNotFound();
    case 'several':
      throw resolution.by === 'name' ? severalCvmsOfThatName() : severalCvmsForIdentifier();
  }
}
