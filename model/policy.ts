import { z } from 'zod';
import { addressSchema } from './hex.js';

/** How long a change waits for its registration where no deadline is given, in milliseconds: 30 days. */
export const defaultPatience = 30 * 24 * 60 * 60 * 1000;
/** The longest that a change may wait, in milliseconds: one year. */
export const longestPatience = 365 * 24 * 60 * 60 * 1000;

/**
 * From where on a registration counts:
 * - `latest`: in the newest block; a reorganisation may still drop it
 * - `safe`: in the chain's safe block (Base: about two minutes)
 * - `finalized`: in the chain's finalized block (Base: about twenty minutes)
 * - a number: that many blocks, its own included
 */
export const finalitySchema = z.union([z.enum(['latest', 'safe', 'finalized']), z.int().min(1).max(100)], {
  error: 'must be latest, safe, finalized or a number of blocks from 1 to 100',
});
export type Finality = z.output<typeof finalitySchema>;

/** An instant with its zone, ISO 8601; kept in UTC. */
export const instantSchema = z.iso
  .datetime({ offset: true, error: 'must be a time with its zone, such as 2026-12-01T12:00:00Z' })
  .transform((instant) => new Date(instant).toISOString());

/** How a change decides where there is a choice. Every field has a default. */
export const policySchema = z
  .strictObject({
    /** Until when the registration may come. Default: 30 days from the start; one year at most. */
    deadline: instantSchema.optional(),
    finality: finalitySchema.default('safe'),
    /** The CVM runs something else than it did when the change was prepared. `hold` asks a person. */
    onBaseChanged: z.enum(['hold', 'proceed']).default('hold'),
    /**
     * The hash recomputed from the compose document is not the API's. `show` tells the signers and goes on, `hold` asks a
     * person first. `requireMatch` asks one also where the hash cannot be recomputed: only a match goes on by itself.
     */
    onHashMismatch: z.enum(['show', 'hold', 'requireMatch']).default('show'),
    /**
     * The Safe or key that schedules with a timelock which owns the contract. Default: found from the timelock's logs,
     * which not every node serves back to the first block.
     */
    timelockProposer: addressSchema.optional(),
  })
  .prefault({});

export type Policy = z.output<typeof policySchema>;
