import type { ComposeDocument } from './composeDocument.js';

/** Fields that have lines of their own below. */
const knownFields = ['docker_compose_file', 'pre_launch_script', 'allowed_envs'];

/** The longest value of a field that is shown whole. */
const longestValue = 60;

/**
 * What is another between two app-compose documents, in a few lines for people who sign. Names only of what may be
 * allowed: no document holds the value of a variable. Null for the first document: all of the second is new.
 */
export function describeComposeChanges(before: ComposeDocument | null, after: ComposeDocument): readonly string[] {
  return [
    ...textChange('compose file', before?.['docker_compose_file'], after['docker_compose_file']),
    ...imageChanges(before?.['docker_compose_file'], after['docker_compose_file']),
    ...textChange('pre-launch script', before?.['pre_launch_script'], after['pre_launch_script']),
    ...listChange('allowed envs', before?.['allowed_envs'], after['allowed_envs']),
    ...otherFields(before ?? {}, after).flatMap((field) =>
      fieldChange(field, before?.[field], after[field], before === null),
    ),
  ];
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

const linesOf = (value: string): readonly string[] => (value === '' ? [] : value.replace(/\n$/, '').split('\n'));

const count = (value: string): string => {
  const { length } = linesOf(value);
  return `${length} ${length === 1 ? 'line' : 'lines'}`;
};

/** "compose file: changed (12 lines, 14 before)". */
function textChange(name: string, before: unknown, after: unknown): readonly string[] {
  const [old, now] = [text(before), text(after)];
  if (old === now) return [];
  if (old === '') return [`${name}: new (${count(now)})`];
  return now === '' ? [`${name}: removed`] : [`${name}: changed (${count(now)}, ${linesOf(old).length} before)`];
}

/** Images by the lines of the compose file that name one: what runs is what a signer looks for first. */
function imageChanges(before: unknown, after: unknown): readonly string[] {
  const [old, now] = [imagesOf(text(before)), imagesOf(text(after))];
  const [gone, come] = [old.filter((image) => !now.includes(image)), now.filter((image) => !old.includes(image))];
  if (gone.length === 0 && come.length === 0) return [];
  if (gone.length === 0) return [`images: ${come.join(', ')} new`];
  return come.length === 0 ? [`images: ${gone.join(', ')} gone`] : [`images: ${gone.join(', ')} → ${come.join(', ')}`];
}

const imagesOf = (compose: string): readonly string[] => [
  ...new Set(
    [...compose.matchAll(/^\s*(?:-\s+)?["']?image["']?\s*:\s*["']?([^\s"'#]+)/gm)].map(([, image = '']) => image),
  ),
];

/** "allowed envs: +TOKEN −OLD". */
function listChange(name: string, before: unknown, after: unknown): readonly string[] {
  const [old, now] = [listOf(before), listOf(after)];
  const changed = [
    ...now.filter((one) => !old.includes(one)).map((one) => `+${one}`),
    ...old.filter((one) => !now.includes(one)).map((one) => `−${one}`),
  ];
  if (changed.length > 0) return [`${name}: ${changed.join(' ')}`];
  return JSON.stringify(old) === JSON.stringify(now) ? [] : [`${name}: the same, in another order`];
}

const listOf = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String) : []);

const otherFields = (before: ComposeDocument, after: ComposeDocument): readonly string[] =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((field) => !knownFields.includes(field)).sort();

/** Of a new document only what was asked for is worth a line; what is as always is not. */
function fieldChange(field: string, before: unknown, after: unknown, isNew: boolean): readonly string[] {
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  if (isNew) return /^public_/.test(field) ? [`${field}: ${shown(after)}`] : [];
  return [`${field}: ${shown(before)} → ${shown(after)}`];
}

function shown(value: unknown): string {
  if (value === undefined) return 'none';
  const json = JSON.stringify(value);
  return json.length > longestValue ? `${json.slice(0, longestValue)}…` : json;
}
