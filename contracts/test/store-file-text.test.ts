import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseStoreFile, storeFileText } from '../src/index.js';

const demo = path.join(import.meta.dirname, '../../simulators/shops/demo.yaml');

describe('a store file as text', () => {
  it('says the same when it is read again, and of which version it is', () => {
    const file = parseStoreFile(readFileSync(demo, 'utf8'), demo, (name) =>
      readFileSync(path.join(path.dirname(demo), name), 'utf8'),
    );
    const text = storeFileText(file, 7);
    expect(text.split('\n')[0]).toBe('# aisle: store demo, version 7');
    expect(parseStoreFile(text, 'again')).toEqual(file);
    // a polygon takes one line, as people write it
    expect(text).toMatch(/\n +polygon: \[\[\d/);
  });
});
