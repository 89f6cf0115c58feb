import { z } from 'zod';
import type { Brand } from './brand.js';

/** A hex string with the prefix `0x`. */
export type Hex = `0x${string}`;

type Kind<Name extends string> = Hex & Brand<Name>;

/** SHA-256 of an app-compose document: `0x` and 64 lower-case hex digits. */
export type ComposeHash = Kind<'ComposeHash'>;
/** Hash of an EVM transaction: `0x` and 64 lower-case hex digits. */
export type TransactionHash = Kind<'TransactionHash'>;
/** Hash of a block: `0x` and 64 lower-case hex digits. */
export type BlockHash = Kind<'BlockHash'>;
/** EIP-712 hash of a Safe transaction, known before it is executed: `0x` and 64 lower-case hex digits. */
export type SafeTransactionHash = Kind<'SafeTransactionHash'>;
/** The machine a CVM runs on, as the app contract knows it: `0x` and 64 lower-case hex digits. */
export type DeviceId = Kind<'DeviceId'>;
/** An account or contract: `0x` and 40 lower-case hex digits. An app id is the address of the app's contract. */
export type Address = Kind<'Address'>;

const normalise = (text: string): string => `0x${text.replace(/^0x/i, '').toLowerCase()}`;

/**
 * A fixed number of bytes as hex. Answers of the API come with or without `0x` and in either case (fact:
 * phala-cloud-api.md §2b), so the prefix is optional here and the value leaves in one form.
 */
const bytes = <Name extends string>(length: number, name: Name) =>
  z
    .string()
    .regex(new RegExp(`^(0x)?[0-9a-fA-F]{${length * 2}}$`, 'i'), `must be ${length} bytes as hex (${name})`)
    // The brand says what the pattern above has just checked.
    .transform((text) => normalise(text) as Kind<Name>);

export const composeHashSchema = bytes(32, 'ComposeHash');
export const deviceIdSchema = bytes(32, 'DeviceId');
export const safeTransactionHashSchema = bytes(32, 'SafeTransactionHash');
export const blockHashSchema = bytes(32, 'BlockHash');
export const addressSchema = bytes(20, 'Address');

/**
 * A transaction hash as people give it. Strict about the prefix: 64 digits without `0x` are more often a compose
 * hash pasted into the wrong place.
 */
export const transactionHashSchema = z
  .string()
  .regex(/^0x[0-9a-fA-F]{64}$/, 'must be a transaction hash: 0x and 64 hex digits')
  // The brand says what the pattern above has just checked.
  .transform((text) => normalise(text) as TransactionHash);

/** The same digits without the prefix, as the API's own documents write them. */
export const withoutPrefix = (hex: Hex): string => hex.slice(2);
