import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { exportedProposals } from './testing/exportedProposals.js';
import { type Verification, verifyProposal } from './verifyProposal.js';

const kinds = Object.entries(exportedProposals).map(([name, proposal]) => ({ name, proposal: plain(proposal) }));

type Json = Record<string, unknown> | unknown[];

/** As it would stand in a file. */
function plain<Value>(value: Value): Value {
  return JSON.parse(JSON.stringify(value));
}

const outcomes = ({ checks }: Verification, outcome: string): readonly string[] =>
  checks.filter((check) => check.outcome === outcome).map(({ name }) => name);

/** Every field that holds a value, lists and objects gone through. */
const pathsOf = (value: unknown, path: readonly string[] = []): readonly (readonly string[])[] =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([name, field]) => pathsOf(field, [...path, name]))
    : [path];

/** The same with one field put to another value. */
function tampered(proposal: object, path: readonly string[], value: (before: unknown) => unknown): object {
  const copy = plain(proposal);
  const holder = path.slice(0, -1).reduce<Json>((at, name) => (at as Record<string, Json>)[name] as Json, copy as Json);
  const [last = ''] = path.slice(-1);
  const fields = holder as Record<string, unknown>;
  fields[last] = value(fields[last]);
  return copy;
}

/** Another value of the same form, as somebody would write it who wants it to pass. */
function another(value: unknown): unknown {
  if (typeof value === 'number') return value + 1;
  if (typeof value === 'boolean') return !value;
  if (value === null) return `0x${'9'.repeat(40)}`;
  const text = String(value);
  if (/^0x[0-9a-f]+$/.test(text)) return `${text.slice(0, -1)}${text.endsWith('0') ? '1' : '0'}`;
  return `${text}!`;
}

/** Words about the change: no signature covers them, and nothing is made of them. */
const onlyTold = [
  /^(change|runId|phase|cvmId|cvmName|requestedBy|reason|missing|changes|fromBlock)\b/,
  /^request\.(requestedBy|cvmId|appId)$/,
  /^base\.machine/,
  /\.queueUrl$/,
  /\.signatures\.\d+\.(by|at)$/,
  /^timelock\.operation\.readyAt$/,
  // What stands already is expected, too, and not called.
  /^expectation\.deviceId$/,
  /\barguments\.\d+\.name$/,
];

/** What only the chain can say: test/verify/ has a node for it. */
const onlyOnChain = [
  /^(owner|pendingOwner|registrar)$/,
  /^expectation\.contract\.chainId$/,
  /(^|\.)safe\.(version|threshold|owners)\b/,
  /^timelock\.(operation\.state|execution\.by|schedule\.by)/,
];

const verdictOn = (proposal: object): Promise<string> =>
  verifyProposal(proposal).then(
    ({ verified }) => (verified ? 'verified' : 'failed'),
    (error: Error) => error.name,
  );

/** A new contract has no app id yet. */
const isOpen = ({ kind }: { readonly kind: string }, path: readonly string[]): boolean =>
  kind === 'provision' && path.join('.') === 'appId';

const among = (patterns: readonly RegExp[], path: readonly string[]): boolean =>
  patterns.some((pattern) => pattern.test(path.join('.')));

describe.each(kinds)('$name', ({ proposal }) => {
  it('passes as the engine makes it', async () => {
    const verification = await verifyProposal(proposal);
    expect(outcomes(verification, 'failed')).toEqual([]);
    expect(verification.verified).toBe(true);
  });

  it.each(
    pathsOf(proposal).filter((path) => !among(onlyTold, path) && !among(onlyOnChain, path) && !isOpen(proposal, path)),
  )('does not pass with another %s %s %s %s %s %s', async (...path) => {
    const lie = tampered(proposal, path, another);
    expect(isDeepStrictEqual(lie, proposal)).toBe(false);
    await expect(verdictOn(lie)).resolves.not.toBe('verified');
  });
});
