import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { failures } from '../model/failures.js';

const page = new URL('reference/failures.md', import.meta.url);
const heading = '## By name\n';

/** What people wrote above the table stays as it is; `npx vitest run docs -u` writes the table anew. */
it('docs/reference/failures.md has every failure with its class and its remedy', async () => {
  const [written] = (await readFile(page, 'utf8')).split(heading);
  const rows = Object.entries(failures).map(
    ([name, { class: kind, remedy }]) => `| \`${name}\` | \`${kind}\` | ${remedy} |`,
  );
  const table = ['| failure | class | what to do |', '|---|---|---|', ...rows];
  await expect(`${written}${heading}\n${table.join('\n')}\n`).toMatchFileSnapshot(page.pathname);
});
