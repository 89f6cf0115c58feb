import { Failure } from '../model/failure.js';
import type { ChangeKind, ChangeRequest, ChangeRequestInput } from '../model/kinds.js';
import { readRequest } from '../model/readRequest.js';
import { InvalidInputError } from './errors.js';

/**
 * Reads the request for a change as its workflow will, before anything is sent.
 *
 * @throws InvalidInputError that names the fields, never their values
 */
export function readInput<Kind extends ChangeKind>(kind: Kind, input: ChangeRequestInput<Kind>): ChangeRequest<Kind> {
  try {
    return readRequest(kind, input, Date.now());
  } catch (error) {
    throw error instanceof Failure ? new InvalidInputError(error.message) : error;
  }
}
