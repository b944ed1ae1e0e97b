import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseStoreFile, type StoreFile } from '@aisle/contracts';
import { Released, RELEASES } from './released.js';
import { differences } from './statements.js';

describe.each(RELEASES)('store files of %s', (release) => {
  const left = new Released(release);
  const read = (name: string): StoreFile =>
    parseStoreFile(readFileSync(path.join(left.storeFiles, name), 'utf8'), name);

  it.each(readdirSync(left.storeFiles))('%s is read', (name) => {
    expect(read(name).store.id).toMatch(/^[a-z-]+$/);
  });

  it('one that a cloud of that release sent to its agent says what its file says now', () => {
    const [sent] = left.wire
      .filter(({ from, channel }) => from === 'cloud' && channel === 'inbox')
      .map(({ text }) => JSON.parse(text ?? '') as { kind: string; storeFile: StoreFile })
      .filter(({ kind }) => kind === 'storeFile');
    expect(sent).toBeDefined();
    expect(differences(sent?.storeFile, read('all-dialects.yaml'))).toEqual([]);
  });
});
