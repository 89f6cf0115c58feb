import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { type Check, failed, judge, notCheckable, passed } from './check.js';
import { composeHashOf } from './composeHash.js';
import type { ExportedProposal } from './exportedProposal.js';

/** What the approver knows of his own accord. */
export interface KnownTexts {
  /** Text of the compose file that he wants to run. */
  readonly composeFile?: string | undefined;
  /** Text of the pre-launch script; empty for none. */
  readonly preLaunchScript?: string | undefined;
}

type Document = Readonly<Record<string, unknown>>;

/** Whether the document is the change that the approver knows, and the hash is that of the document. */
export function checkDocuments(proposal: ExportedProposal, known: KnownTexts): readonly Check[] {
  if (proposal.kind === 'allowlist') return [];
  if (proposal.kind === 'adopt' && proposal.document === null) return checkAdopted(proposal, known);
  return [
    ...checkText('composeFile', known.composeFile, proposal.document, 'docker_compose_file'),
    ...checkText('preLaunchScript', known.preLaunchScript, proposal.document, 'pre_launch_script'),
    ...checkBase(proposal),
    checkAsked(proposal),
    ...checkHash(proposal),
  ];
}

/**
 * Nobody told the engine what was prepared elsewhere. Whoever knows the texts can tell by the hash: put into what the CVM
 * runs, they have to make it.
 */
function checkAdopted(proposal: ExportedProposal, { composeFile, preLaunchScript }: KnownTexts): readonly Check[] {
  const document = proposal.base?.document;
  if (composeFile === undefined || !document) {
    const remedy = document ? 'give your compose file with --compose' : 'the API does not show what the CVM runs';
    return [notCheckable('composeHash', `it was prepared elsewhere, and its document is not known: ${remedy}`)];
  }
  const yours = {
    ...document,
    docker_compose_file: composeFile,
    ...(preLaunchScript !== undefined && { pre_launch_script: preLaunchScript }),
  };
  const own = composeHashOf(yours);
  const wrong =
    own === proposal.composeHash
      ? []
      : [`What the CVM runs, with your texts, has the hash ${own}; to be registered is ${proposal.composeHash}.`];
  return [
    ...checkBase(proposal),
    judge('composeHash', wrong, `${own} is the hash of what the CVM runs with your texts, and nothing else changed`),
  ];
}

function checkText(
  name: 'composeFile' | 'preLaunchScript',
  known: string | undefined,
  document: Document | null,
  field: string,
): readonly Check[] {
  if (known === undefined) {
    const option = name === 'composeFile' ? '--compose' : '--pre-launch-script';
    return [notCheckable(name, `not compared with yours: give it with ${option}`)];
  }
  if (document === null) return [failed(name, 'There is no document that yours could be compared with.')];
  const given = document[field] ?? '';
  const wrong =
    given === known ? [] : [`The document has another ${field} than yours${firstDifference(given, known)}.`];
  return [judge(name, wrong, `the document's ${field} is yours, byte for byte`)];
}

function firstDifference(given: unknown, known: string): string {
  if (typeof given !== 'string') return '';
  const [theirs, yours] = [given.split('\n'), known.split('\n')];
  const line = yours.findIndex((text, index) => text !== theirs[index]);
  return ` (from line ${(line === -1 ? yours.length : line) + 1} on)`;
}

/** The base is part of what is approved where only some fields are changed: all others are taken from it. */
function checkBase({ kind, base }: ExportedProposal): readonly Check[] {
  if (kind !== 'update' && kind !== 'adopt') return [];
  if (base === null) return [notCheckable('base', 'the document that the CVM ran before is not in the export')];
  const { composeHash, document } = base;
  if (composeHash === null || document === null) {
    return [notCheckable('base', 'the API does not show the document that the CVM runs')];
  }
  const own = composeHashOf(document);
  const wrong =
    own === composeHash
      ? []
      : [`The change was planned on ${composeHash}; the document that the CVM runs has the hash ${own}.`];
  return [judge('base', wrong, `the document that the CVM runs has the hash ${own}, on which the change was planned`)];
}

const composeFields = z.object({
  dockerComposeFile: z.string().nullish(),
  preLaunchScript: z.string().nullish(),
  allowedEnvs: z.array(z.string()).nullish(),
  publicLogs: z.boolean().nullish(),
  publicSysinfo: z.boolean().nullish(),
  publicTcbinfo: z.boolean().nullish(),
});

/** Names of the API for the fields that go into the document (phala-cloud-api.md §2). */
const documentFields = {
  dockerComposeFile: 'docker_compose_file',
  preLaunchScript: 'pre_launch_script',
  allowedEnvs: 'allowed_envs',
  publicLogs: 'public_logs',
  publicSysinfo: 'public_sysinfo',
  publicTcbinfo: 'public_tcbinfo',
} as const satisfies Record<keyof z.output<typeof composeFields>, string>;

const requestSchema = z.object({
  update: composeFields.optional(),
  compose: composeFields.optional(),
  name: z.string().optional(),
  env: z.object({ names: z.array(z.string()) }).optional(),
  composeHash: z.string().optional(),
});

/** Whether the document has exactly what was asked for, and beside that what the base had. */
function checkAsked({ kind, request, base, document, composeHash }: ExportedProposal): Check {
  const parsed = requestSchema.safeParse(request);
  if (!parsed.success) return failed('asked', 'The request in the export cannot be read.');
  const { update, compose, name, env, composeHash: wanted } = parsed.data;
  if (kind === 'adopt') return notCheckable('asked', 'it was prepared elsewhere');
  if (kind === 'replicate') {
    if (wanted === undefined) return passed('asked', 'a copy of the configuration that the source runs');
    const wrong = wanted === composeHash ? [] : [`Asked for was a replica with ${wanted}, planned is ${composeHash}.`];
    return judge('asked', wrong, 'a copy of the configuration that was asked for');
  }
  if (document === null) return notCheckable('asked', 'the export holds no document');
  if (kind === 'update' && update) {
    const wrong = differences(base?.document ?? null, document, assigned(update));
    return base?.document
      ? judge('asked', wrong, 'the document is the base with what was asked for, and nothing else')
      : judge('asked', wrong, 'the document has what was asked for; the rest cannot be compared with the base');
  }
  if (kind === 'provision' && compose && name) {
    const allowedEnvs = compose.allowedEnvs ?? env?.names;
    const wrong = differences(null, document, { name, ...assigned({ ...compose, allowedEnvs }) });
    return judge('asked', wrong, 'the document has what was asked for');
  }
  return failed('asked', `The export holds no request of the kind ${kind}.`);
}

const assigned = (fields: z.output<typeof composeFields>): Document =>
  Object.fromEntries(
    Object.entries(documentFields).flatMap(([field, name]) => {
      const value = fields[field as keyof typeof documentFields]; // The keys are those of the table.
      return value === undefined || value === null ? [] : [[name, value]];
    }),
  );

function differences(base: Document | null, document: Document, asked: Document): readonly string[] {
  const notAsked = Object.keys(asked).filter((field) => !isDeepStrictEqual(document[field], asked[field]));
  const names = base === null ? [] : [...new Set([...Object.keys(base), ...Object.keys(document)])];
  const touched = names.filter(
    (field) => !Object.hasOwn(asked, field) && !isDeepStrictEqual(base?.[field], document[field]),
  );
  return [
    ...notAsked.map((field) => `${field} is not what was asked for.`),
    ...touched.map((field) => `${field} is changed, which nobody asked for.`),
  ];
}

/** Whether the hash that is to be registered is that of the document, and what the engine says of it is true. */
function checkHash({ document, composeHash, hashCheck, kind }: ExportedProposal): readonly Check[] {
  if (document === null || composeHash === null) {
    return [
      notCheckable('composeHash', 'the document of the hash is not in the export: nobody can tell what it allows'),
    ];
  }
  const own = composeHashOf(document);
  const matches = own === composeHash;
  const claims = { matched: 'it matches', mismatched: 'it does not match', notCheckable: 'it cannot be checked' };
  const lie = hashCheck !== null && hashCheck !== 'notCheckable' && (hashCheck === 'matched') !== matches;
  return [
    // The server completes the document of a new CVM, and shows it only when the CVM exists.
    !matches && kind === 'provision'
      ? notCheckable(
          'composeHash',
          `as documented the new CVM's document has the hash ${own}; the API plans ${composeHash}`,
        )
      : judge(
          'composeHash',
          matches ? [] : [`The document has the hash ${own}, to be registered is ${composeHash}.`],
          `${own} is the hash of the document`,
        ),
    ...(hashCheck === null
      ? []
      : [
          judge(
            'engineCheck',
            lie ? [`The engine says of the hash that ${claims[hashCheck]}; that is not so.`] : [],
            `the engine says of the hash that ${claims[hashCheck]}`,
          ),
        ]),
  ];
}
