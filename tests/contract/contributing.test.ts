import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
const guide = readFileSync(path.join(root, 'CONTRIBUTING.md'), 'utf8');
const part = guide.slice(guide.indexOf('## Where to change what'), guide.indexOf('## Adding a REST call'));
const [, , ...rows] = part.split('\n').filter((line) => line.startsWith('|'));

const quoted = (text: string): string[] => [...text.matchAll(/`([^`]+)`/g)].map(([, token = '']) => token);

interface Named {
  files: string[];
  /** what is to be found within one of them */
  words: string[];
}

/** What a text names: paths, a bare file name lying beside the path before it, and words. */
function namedIn(text: string): Named {
  const named: Named = { files: [], words: [] };
  for (const token of quoted(text)) {
    if (token.includes(' ')) continue;
    if (token.includes('/')) named.files.push(token);
    else if (/\.(ts|md|json|yaml|svelte)$/.test(token)) {
      named.files.push(path.posix.join(path.posix.dirname(named.files.at(-1) ?? ''), token));
    } else if (token !== 'NAME') named.words.push(token);
  }
  return named;
}

describe('where to change what', () => {
  it('has a row for each of the changes that are asked for most', () => {
    const changes = rows.map((row) => row.split('|')[1]?.trim() ?? '');
    for (const change of [
      /dialect/,
      /metric of zones/,
      /alert/,
      /visit rule/,
      /^a page$/,
      /of the catalog/,
      /of the series/,
    ]) {
      expect(
        changes.filter((told) => change.test(told)),
        String(change),
      ).toHaveLength(1);
    }
  });

  it('names paths that exist, and new files in folders that do', () => {
    const { files } = namedIn(part);
    expect(files.length).toBeGreaterThan(40);
    for (const file of files) {
      const known = file.includes('NAME') ? file.slice(0, file.indexOf('NAME')) : file;
      expect(existsSync(path.join(root, known)), file).toBe(true);
      if (file.endsWith('/')) expect(statSync(path.join(root, known)).isDirectory(), file).toBe(true);
    }
  });

  it('names words that are found in a file of the same row', () => {
    const found = rows.flatMap((row) => {
      const { files, words } = namedIn(row);
      const texts = files
        .filter((file) => !file.includes('NAME') && !file.endsWith('/'))
        .map((file) => readFileSync(path.join(root, file), 'utf8'));
      return words.map((word) => [word, texts.some((text) => text.includes(word))] as const);
    });
    expect(found.length).toBeGreaterThan(3);
    expect(found.filter(([, isFound]) => !isFound)).toEqual([]);
  });
});
