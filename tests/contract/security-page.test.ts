import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
const page = readFileSync(path.join(root, 'docs/security.md'), 'utf8');
const rows = page
  .split('\n')
  .filter((line) => /^\| [56]\./.test(line))
  .map((line) => line.split('|').map((cell) => cell.trim()));

it('every provision names a test or says why there is none, and what it names is there', () => {
  expect(rows.length).toBeGreaterThan(30);
  for (const [, provision, asks, held] of rows) {
    expect(asks?.length, provision).toBeGreaterThan(8);
    expect(held?.length, provision).toBeGreaterThan(8);
    for (const [, named = ''] of (held ?? '').matchAll(/`([\w./-]+\.(?:ts|md))`/g))
      expect(existsSync(path.join(root, named)), `${provision}: ${named}`).toBe(true);
  }
});

it('no provision stands twice', () => {
  const named = rows.flatMap(([, provision = '']) => provision.split(', '));
  expect(new Set(named).size).toBe(named.length);
});

it('how to report a hole is said where it is looked for', () => {
  expect(readFileSync(path.join(root, 'SECURITY.md'), 'utf8')).toContain('docs/security.md');
});
