import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { type Check, judge, notCheckable } from './check.js';
import { type DecodedCall, decodeCall } from './decodeCall.js';
import { type ExportedCall, type ExportedProposal, governing } from './exportedProposal.js';

const nothing = `0x${'0'.repeat(64)}`;

/**
 * Whether the calls are what the change needs and no more, whether their calldata says what is shown, and whether they go
 * to the contract that governs the app.
 *
 * @param known the contract that the approver knows; undefined where he knows none
 */
export function checkCalls(proposal: ExportedProposal, known: string | undefined): readonly Check[] {
  const { calls } = proposal;
  return [
    checkExpectation(proposal),
    judge(
      'calls',
      [...wrongCalls(proposal)],
      `${calls.length === 1 ? 'one call' : `${calls.length} calls`}, of what the change needs, and no other`,
    ),
    judge(
      'calldata',
      calls.flatMap((call, index) => wrongData(call, index)),
      calls.map(({ data }) => describe(decodeCall(data))).join(', then '),
    ),
    checkContract(proposal, known),
  ];
}

const describe = (call: DecodedCall | null): string =>
  call ? `${call.method}(${call.arguments.map(({ value }) => value).join(', ')})` : 'nothing that is known';

/** Whether what is expected on chain is what was asked for. */
function checkExpectation({ expectation, composeHash, kind, request }: ExportedProposal): Check {
  if (expectation.kind === 'allowList') return checkEntries(expectation.entries, kind, request);
  const wrong = [
    ...(kind === 'allowlist' ? ['A change of allow-lists is asked for; expected is a compose hash.'] : []),
    ...(expectation.kind === 'deployment' && kind !== 'provision'
      ? ['A new contract is expected; none is needed.']
      : []),
    ...(expectation.composeHash === composeHash
      ? []
      : [`Expected is ${expectation.composeHash}, planned was ${composeHash}.`]),
    ...wrongOwner(expectation.kind === 'deployment' ? expectation.owner : undefined, request),
  ];
  return judge('expectation', wrong, 'what is to stand on chain is what was planned');
}

function wrongOwner(owner: string | null | undefined, request: ExportedProposal['request']): readonly string[] {
  const asked = request['owner'];
  if (owner === undefined || asked === undefined || owner === asked) return [];
  return [`The new contract is to be owned by ${owner}; asked for was ${String(asked)}.`];
}

const stepSchema = z.object({
  action: z.enum(['addDevice', 'removeDevice', 'removeComposeHash', 'setAllowAnyDevice']),
  device: z.object({ deviceId: z.string().optional(), node: z.union([z.string(), z.number()]).optional() }).optional(),
  composeHash: z.string().optional(),
  allowed: z.boolean().optional(),
});

type Entries = Extract<ExportedProposal['expectation'], { kind: 'allowList' }>['entries'];

/** Entry by entry, in their order. Which device a node is, only the API knows. */
function checkEntries(entries: Entries, kind: string, request: ExportedProposal['request']): Check {
  const parsed = z.array(stepSchema).safeParse(request['steps']);
  if (kind !== 'allowlist' || !parsed.success) {
    return judge('expectation', ['Entries of allow-lists are expected; the request asks for none.'], '');
  }
  const steps = parsed.data;
  const wrong = steps.flatMap((step, index) =>
    says(entries[index], step) ? [] : [`Step ${index + 1} is another one.`],
  );
  if (entries.length > steps.length) wrong.push(`${entries.length - steps.length} entries were not asked for.`);
  const byNode = steps.flatMap(({ device }) => (device?.node === undefined ? [] : [String(device.node)]));
  if (wrong.length === 0 && byNode.length > 0) {
    return notCheckable('expectation', `that node ${byNode.join(', ')} is the device shown, only the API says`);
  }
  return judge('expectation', wrong, 'the entries are those that were asked for');
}

function says(entry: Entries[number] | undefined, step: z.output<typeof stepSchema>): boolean {
  const { action, device, composeHash, allowed } = step;
  switch (action) {
    case 'addDevice':
    case 'removeDevice': {
      if (entry?.list !== 'devices' || entry.allowed !== (action === 'addDevice')) return false;
      return device?.deviceId === undefined || entry.deviceId === device.deviceId;
    }
    case 'removeComposeHash':
      return entry?.list === 'composeHashes' && entry.composeHash === composeHash && !entry.allowed;
    case 'setAllowAnyDevice':
      return entry?.list === 'anyDevice' && entry.allowed === allowed;
  }
}

/** The calls that the expectation could need: any of them may be left out, where it stands already. */
function needed({ expectation, owner }: ExportedProposal): readonly string[] {
  switch (expectation.kind) {
    case 'admission':
      return [
        ...(expectation.deviceId === null ? [] : [`addDevice(${expectation.deviceId})`]),
        `addComposeHash(${expectation.composeHash})`,
      ];
    case 'deployment': {
      const { deviceId, composeHash } = expectation;
      const given = [owner, 'false', String(deviceId === null), deviceId ?? nothing, composeHash];
      return [`deployAndRegisterApp(${given.join(', ')})`];
    }
    case 'allowList':
      return expectation.entries.map(callFor);
  }
}

function callFor(entry: Entries[number]): string {
  switch (entry.list) {
    case 'composeHashes':
      return `${entry.allowed ? 'addComposeHash' : 'removeComposeHash'}(${entry.composeHash})`;
    case 'devices':
      return `${entry.allowed ? 'addDevice' : 'removeDevice'}(${entry.deviceId})`;
    case 'anyDevice':
      return `setAllowAnyDevice(${entry.allowed})`;
  }
}

/** By what the calldata says, not by what is shown of it. */
function* wrongCalls(proposal: ExportedProposal): Generator<string, void, void> {
  const allowed = [...needed(proposal)];
  if (proposal.calls.length === 0) yield 'Nothing is to be called: it stands already.';
  for (const [index, { data }] of proposal.calls.entries()) {
    const said = describe(decodeCall(data));
    const at = allowed.indexOf(said);
    if (at === -1) yield `Call ${index + 1} is ${said}, which the change does not need.`;
    else allowed.splice(at, 1);
  }
  const { expectation, owner } = proposal;
  if (expectation.kind === 'deployment' && expectation.owner !== owner) {
    yield `The new contract is to be owned by ${expectation.owner}; the export says ${owner}.`;
  }
}

function wrongData({ method, arguments: shown, data }: ExportedCall, index: number): readonly string[] {
  const decoded = decodeCall(data);
  if (decoded === null) return [`The calldata of call ${index + 1} is no call that is known.`];
  const same = decoded.method === method && isDeepStrictEqual(decoded.arguments, shown);
  return same ? [] : [`Call ${index + 1} is shown as ${method}; its calldata says ${describe(decoded)}.`];
}

function checkContract(proposal: ExportedProposal, known: string | undefined): Check {
  const { address } = governing(proposal);
  const { calls, appId, expectation } = proposal;
  const wrong = [
    ...calls.flatMap(({ to }, index) =>
      to === address ? [] : [`Call ${index + 1} goes to ${to}, not to ${address}.`],
    ),
    ...(expectation.kind !== 'deployment' && appId !== address
      ? [`The app is ${appId}, its contract ${address}.`]
      : []),
    ...(known !== undefined && known !== address ? [`You know the contract as ${known}; this one is ${address}.`] : []),
  ];
  const what = expectation.kind === 'deployment' ? 'the KMS contract' : 'the app’s contract, which is the app id';
  return judge('contract', wrong, `${address}: ${what}${known === undefined ? '' : ', and the one that you know'}`);
}
