import { z } from 'zod';
import { Failure } from '../model/failure.js';

const variablesSchema = z.record(z.string(), z.string());

/**
 * Reads environment variables from the JSON that a caller sealed. The message repeats nothing of them.
 *
 * @throws Failure RequestRefused
 */
export function readVariables(json: string): Readonly<Record<string, string>> {
  try {
    return variablesSchema.parse(JSON.parse(json));
  } catch {
    throw new Failure('RequestRefused', 'What was sealed as environment variables is no object of texts by name.');
  }
}
