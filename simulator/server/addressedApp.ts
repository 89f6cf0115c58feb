import { notFound } from '../answers/errors.js';
import type { Cloud } from '../state/cloud.js';
import type { Cvm } from '../state/cvm.js';
import type { Call } from './endpoint.js';

/** The CVMs of the app of a call's path, oldest first: 404 if there are none. An app is no more than its CVMs here. */
export function addressedApp(call: Call, cloud: Cloud): readonly [Cvm, ...Cvm[]] {
  const [first, ...others] = cloud.cvms.ofApp(call.params['appId'] ?? '');
  if (first === undefined) {
    throw notFound('App');
  }
  return [first, ...others];
}
