import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { addAdopt } from '../cli/commands/adopt.js';
import { addAllowlist } from '../cli/commands/allowlist.js';
import { addDiff } from '../cli/commands/diff.js';
import { addExecute } from '../cli/commands/execute.js';
import { addInspect } from '../cli/commands/inspect.js';
import { addList } from '../cli/commands/list.js';
import { addMessages } from '../cli/commands/messages.js';
import { addProposal } from '../cli/commands/proposal.js';
import { addProvision } from '../cli/commands/provision.js';
import { addReplicate } from '../cli/commands/replicate.js';
import { addShow } from '../cli/commands/show.js';
import { addSign } from '../cli/commands/sign.js';
import { addUpdate } from '../cli/commands/update.js';
import { addVerify } from '../cli/commands/verify.js';
import { addWatch } from '../cli/commands/watch.js';

const project = join(dirname(fileURLToPath(import.meta.url)), '..');
const pages = [
  'README.md',
  'simulator/README.md',
  ...readdirSync(join(project, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => join('docs', file)),
];

const read = (file: string): string => readFileSync(join(project, file), 'utf8');

/** The lines of a page that are typed into a terminal, `\` at the end of a line joined with the next. */
const typed = (text: string): string[] =>
  [...text.replaceAll(/\\\n\s*/g, '').matchAll(/(?:^\s*\$ |`)((?:npx )?(?:countersign|npm) [^`\n]+)/gm)].map(
    ([, line = '']) => line.replace(/^npx /, ''),
  );

const all = (text: string, pattern: RegExp): string[] => [...text.matchAll(pattern)].map(([, found = '']) => found);
const scripts: Readonly<Record<string, string>> = JSON.parse(read('package.json')).scripts;
const program = new Command();
const starting = [addUpdate, addAdopt, addReplicate, addProvision, addAllowlist];
const approving = [addProposal, addDiff, addVerify, addSign, addExecute];
for (const add of [...starting, addList, addShow, addWatch, ...approving, addMessages, addInspect]) add(program);

/** What is wrong with a command line of `countersign`, as far as it can be told without running it. */
function wrongIn(line: string): string[] {
  const [, name = '', ...words] = line.split(/\s+/);
  if (name.startsWith('-') || name === '<command>') return [];
  const command = program.commands.find((one) => one.name() === name);
  if (!command) return [`${line}: there is no command ${name}`];
  const known = new Set(['--help', ...command.options.flatMap(({ short, long }) => [short, long])]);
  return words.filter((word) => /^--?[a-z]/.test(word) && !known.has(word)).map((option) => `${line}: ${option}`);
}

describe.each(pages)('%s', (page) => {
  const text = read(page);

  it('links to pages and files that are there', () => {
    const links = all(text, /\]\((?!https?:)([^)#]+)\)/g);
    expect(links.filter((link) => !existsSync(join(project, dirname(page), link)))).toEqual([]);
  });

  it('names files that are there', () => {
    const files = all(text, /`((?:[a-zA-Z]+\/)+[a-zA-Z]+\.(?:test\.)?(?:ts|json|yaml|md))`/g);
    const from = (file: string) => [file, join(dirname(page), file)].some((path) => existsSync(join(project, path)));
    expect(files.filter((file) => !from(file))).toEqual([]);
  });

  it('shows commands and options that there are', () => {
    const lines = typed(text);
    expect(lines.filter((line) => line.startsWith('countersign ')).flatMap(wrongIn)).toEqual([]);
    const run = lines.flatMap((line) => all(line, /npm run (?:-s |--silent )?([\w:]+)/g));
    expect(run.filter((script) => scripts[script] === undefined)).toEqual([]);
  });
});

it('docs/reference/client.md names everything that a service can import', () => {
  const exported = [...read('client/index.ts').matchAll(/export (?:type )?\{([^}]+)\}/g)].flatMap(([, names = '']) =>
    all(names, /\b([A-Za-z]+)\b(?=\s*(?:,|$))/g),
  );
  const described = read('docs/reference/client.md');
  expect(exported.length).toBeGreaterThan(20);
  expect(exported.filter((name) => !new RegExp(`\\b${name}\\b`).test(described))).toEqual([]);
});
