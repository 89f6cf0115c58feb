import type { ChangeDocuments } from '../../client/changeDocuments.js';
import type { ComposeDocument } from '../../model/composeDocument.js';
import { describeHashCheck } from '../../model/hashCheck.js';
import { describeEntry } from '../../model/registration.js';
import { exitCodes } from '../exitCodes.js';
import { bold, green, red } from '../output.js';
import { run } from '../run.js';
import { unifiedDiff } from '../unifiedDiff.js';
import type { DiffOptions } from './diff.js';

/** One text of the app-compose document, before and after. */
interface TextDiff {
  readonly name: string;
  readonly lines: readonly string[];
}

/** Prints what is changed, for the eye and for machines. */
export const diff = (name: string, options: DiffOptions): Promise<void> =>
  run(options, async ({ countersign, output }) => {
    const change = countersign.change(name, options.run);
    const [status, documents] = [await change.status(), await change.documents()];
    const { base, document, composeHash, hashCheck, changes, missing, kind } = documents;
    const texts = textsOf(base?.document ?? null, document);
    const entries = entriesOf(documents);
    const { recomputedHash } = status;
    const result = {
      change: change.id,
      kind,
      base,
      document,
      composeHash,
      hashCheck,
      changes,
      entries,
      texts,
      missing,
    };
    output.result(result, () =>
      [
        [
          ...(base ? [`base          ${base.composeHash ?? 'unknown'}`] : []),
          ...(composeHash ? [`compose hash  ${composeHash}`] : []),
          ...(hashCheck ? [`hash check    ${describeHashCheck({ hashCheck, recomputedHash })}`] : []),
        ],
        changes.map((line) => `  ${line}`),
        entries.map((entry) => `  ${entry.what}${entry.standsAlready ? ' (stands already)' : ''}`),
        ...texts.map(({ name: text, lines }) => [bold(text), ...lines.map(coloured)]),
        ...(missing ? [[`The documents are not here: ${missing}`]] : []),
      ]
        .filter((lines) => lines.length > 0)
        .map((lines) => lines.join('\n'))
        .join('\n\n'),
    );
    return exitCodes.done;
  });

/** Of a replica nothing is compared: it is a copy. Of a new CVM everything is new. */
const textsOf = (before: ComposeDocument | null, after: ComposeDocument | null): readonly TextDiff[] =>
  after === null
    ? []
    : ['docker_compose_file', 'pre_launch_script'].flatMap((name) => {
        const lines = unifiedDiff(textIn(before, name), textIn(after, name));
        return lines.length > 0 ? [{ name, lines }] : [];
      });

function textIn(document: ComposeDocument | null, name: string): string {
  const value = document?.[name];
  return typeof value === 'string' ? value : '';
}

/** Entries of allow-lists as they are to stand; those that no call is needed for stand so already. */
function entriesOf({
  proposal,
}: ChangeDocuments): readonly { readonly what: string; readonly standsAlready: boolean }[] {
  if (proposal?.expectation.kind !== 'allowList') return [];
  const { calls } = proposal;
  return proposal.expectation.entries.map((entry) => {
    const value =
      entry.list === 'composeHashes'
        ? entry.composeHash
        : entry.list === 'devices'
          ? entry.deviceId
          : String(entry.allowed);
    const called = calls.some(({ arguments: given }) => given.some((argument) => argument.value === value));
    return { what: describeEntry(entry), standsAlready: !called };
  });
}

function coloured(line: string): string {
  if (line.startsWith('+')) return green(line);
  return line.startsWith('-') ? red(line) : line;
}
