import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { main } from '../../src/visits.js';
import { SHOP, START } from './shop.js';

const folder = mkdtempSync(path.join(tmpdir(), 'aisle-visits-'));
let files = 0;
const file = (text: string, ending: string): string => {
  const name = path.join(folder, `${(files += 1)}.${ending}`);
  writeFileSync(name, text);
  return name;
};
const storeFile = file(stringify(SHOP), 'yaml');

async function visits(positionsText: string, store = storeFile) {
  const said: string[] = [];
  const json = path.join(folder, `${(files += 1)}.json`);
  const positions = file(positionsText, 'jsonl');
  const code = await main(['--store', store, '--positions', positions, '--json', json], (text) =>
    said.push(text.replaceAll(positions, 'FILE')),
  );
  return { code, said, listing: () => JSON.parse(readFileSync(json, 'utf8')) as unknown };
}
const line = (at: number, people: unknown = [{ id: '1', x: 2, y: 1.5 }]) => JSON.stringify({ ts: START + at, people });
const expected = { visits: [{ zoneId: 'dairy', enterTs: START, leaveTs: START + 1200 }], crossings: [] };

describe('npm run visits', () => {
  it('lists visits by time and zone, and crossings', async () => {
    const walk: [number, number, number][] = [
      [0, 6, 8.5],
      [400, 6, 7.5],
      [800, 4, 3],
      [1200, 4, 3],
      [1800, 4, 3],
      [2200, 6, 8.2],
    ];
    const { code, said, listing } = await visits(walk.map(([at, x, y]) => line(at, [{ id: '1', x, y }])).join('\n'));
    expect([code, said]).toEqual([0, []]);
    expect(listing()).toEqual({
      visits: [
        { zoneId: 'ad', enterTs: START + 800, leaveTs: START + 1800 },
        { zoneId: 'dairy', enterTs: START + 800, leaveTs: START + 1800 },
      ],
      crossings: [
        { entranceId: 'main', ts: START + 400, direction: 'in' },
        { entranceId: 'main', ts: START + 2200, direction: 'out' },
      ],
    });
  });

  it.each([
    ['no JSON', '{"ts":', 'FILE:2: is not JSON'],
    ['a wrong type', line(400, [{ id: '1', x: 'far', y: 1 }]), /^FILE:2: people\[0\]\.x expected a number/],
    ['a missing field', '{"people":[]}', 'FILE:2: ts is missing'],
    ['a time that goes back', line(-400), /^FILE:2: ts late/],
  ])('names line and field of %s, counts it and goes on', async (_title, wrong, message) => {
    const { code, said, listing } = await visits([line(0), wrong, line(600), line(1200), ''].join('\n'));
    expect(code).toBe(0);
    expect(said[0]).toEqual(typeof message === 'string' ? message : expect.stringMatching(message));
    expect(said[1]).toBe('FILE: 1 of 4 lines count for nothing');
    expect(listing()).toEqual(expected);
  });

  it('speaks for a camera of its own when the store file has none', async () => {
    const store = file(stringify({ ...SHOP, devices: [] }), 'yaml');
    expect((await visits([0, 600, 1200].map((at) => line(at)).join('\r\n'), store)).listing()).toEqual(expected);
  });

  it.each([
    ['a file without positions', 'nothing\n', undefined, /holds no positions/],
    ['an empty file', '', undefined, /holds no positions/],
    ['a store file with an unknown key', line(0), { ...SHOP, shelves: [] }, /shelves is not a known key/],
  ])('ends with 2 and says why: %s', async (_title, text, store, message) => {
    const { code, said } = await visits(text, store && file(stringify(store), 'yaml'));
    expect(code).toBe(2);
    expect(said.at(-1)).toMatch(message);
  });

  it('ends with 2 when an option or a file is missing', async () => {
    const said: string[] = [];
    const say = (text: string) => void said.push(text);
    expect(await main(['--store', storeFile], say)).toBe(2);
    expect(await main(['--what', 'x'], say)).toBe(2);
    expect(
      await main(
        ['--store', storeFile, '--positions', path.join(folder, 'none'), '--json', path.join(folder, 'out')],
        say,
      ),
    ).toBe(2);
    expect(said.map((text) => text.split('\n')[0])).toEqual([
      '--positions, --json missing',
      expect.stringMatching(/--what/),
      expect.stringMatching(/ENOENT.*none/),
    ]);
  });
});
