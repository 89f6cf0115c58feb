import { createRequire } from 'node:module';
import type { Hex } from 'viem';
import { z } from 'zod';

const require = createRequire(import.meta.url);
const artefactSchema = z.object({
  bytecode: z.custom<Hex>((value) => typeof value === 'string' && value.startsWith('0x')),
});

/**
 * The creation code of a contract whose compiled artefact an npm package brings.
 *
 * @param artefact - package and path of its JSON file
 */
export const creationCode = (artefact: string): Hex => artefactSchema.parse(require(artefact)).bytecode;
