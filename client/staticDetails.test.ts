import { describe, expect, it } from 'vitest';
import type { ChangeKind, ChangeRequestInput } from '../model/kinds.js';
import { readInput } from './readInput.js';
import { staticDetails, staticSummary } from './staticDetails.js';

const cvmId = '01234567-89ab-cdef-0123-456789abcdef';
const appId = `0x${'ab'.repeat(20)}`;
const secret = 'do-not-show';
const shared = { requestedBy: 'alice', reason: 'release 1.4' };

function shown<Kind extends ChangeKind>(kind: Kind, input: ChangeRequestInput<Kind>) {
  const request = readInput(kind, input);
  return [staticSummary(kind, request), staticDetails(kind, request, request)] as const;
}

describe('what the Web UI shows of a request', () => {
  it('names the CVM or app, who asks and why, and the fields that are given', () => {
    const [summary, details] = shown('update', { cvmId, update: { vcpu: 2, userConfig: secret }, ...shared });
    expect(summary).toBe(`Update of CVM ${cvmId}`);
    expect(details).toContain('- changes: userConfig, vcpu\n- requested by: alice\n- reason: release 1.4');
    expect(details).not.toContain(secret);
    expect(shown('replicate', { cvmId, ...shared })[1]).toContain('- gives: nothing');
    expect(shown('replicate', { cvmId, node: 3, encryptedEnv: 'ab'.repeat(60), ...shared })[1]).toMatch(
      /^- gives: node, encryptedEnv\n/,
    );
    const steps = [{ action: 'setAllowAnyDevice' as const, allowed: false }];
    expect(shown('allowlist', { appId, steps, ...shared })).toEqual([
      `Allow-lists of app ${appId}`,
      expect.stringMatching(/^- steps: setAllowAnyDevice\n/),
    ]);
  });

  it('tells nothing of the environment of a new CVM but that there is one', () => {
    const compose = { dockerComposeFile: secret };
    const env = { names: ['API_KEY'], sealed: 'env:aa..bb.cc.dd' };
    const [summary, details] = shown('provision', { name: 'my-app', compose, env, ...shared });
    expect(summary).toBe('New CVM my-app');
    expect(details).toMatch(/^- gives: name, kms, env, compose: dockerComposeFile\n/);
    for (const content of [secret, 'API_KEY', env.sealed]) expect(details).not.toContain(content);
  });
});
