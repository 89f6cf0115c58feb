import { Failure } from '../../model/failure.js';

/** What a call failed with. @throws Error where it did not fail, or with something else */
export async function failureOf(call: Promise<unknown>): Promise<Failure> {
  try {
    await call;
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error('expected a failure');
}
