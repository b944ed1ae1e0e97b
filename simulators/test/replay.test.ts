import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseWalks, replayMessages } from '../src/replay/walks.js';

const options = {
  deviceId: 'cam-1',
  offset: [10, 20.5] as const,
  startTs: 1_000_000,
  fromSeconds: 0,
  toSeconds: Infinity,
};
const walk = '0\t1.0\t1.5\t-2.25\n0\t7.0\t0.125\t3\n10\t7.0\t0.25\t3.5\n40\t2.0\t-1\t0\n';
const payloads = (text: string, more: Partial<typeof options> = {}) =>
  [...replayMessages(parseWalks(text, 'walk.txt'), { ...options, ...more })].map(({ message }) => message.payload);

describe('a replay', () => {
  it('sends one message per frame step, empty ones too, people in the order of the file', () => {
    expect(payloads(walk)).toEqual([
      '{"ts":1000000,"people":[{"id":"1","x":11.5,"y":18.25},{"id":"7","x":10.125,"y":23.5}]}',
      '{"ts":1000400,"people":[{"id":"7","x":10.25,"y":24}]}',
      '{"ts":1000800,"people":[]}',
      '{"ts":1001200,"people":[]}',
      '{"ts":1001600,"people":[{"id":"2","x":9,"y":20.5}]}',
    ]);
  });

  it('sends a part of a recording at its own times', () => {
    expect(payloads(walk, { fromSeconds: 0.4, toSeconds: 1.2 })).toEqual([
      '{"ts":1000400,"people":[{"id":"7","x":10.25,"y":24}]}',
      '{"ts":1000800,"people":[]}',
    ]);
  });

  it.each([
    ['a text', 'zero\t1\t2\t3', 1],
    ['too few cells', '0\t1\t2\t3\n10\t1\t2', 2],
  ])('names file and line of %s', (_, text, line) => {
    expect(() => parseWalks(text, 'walk.txt')).toThrow(`walk.txt, line ${line}: expected frame, person, x and y`);
  });

  const folder = process.env.AISLE_RECORDINGS ?? '';
  const walks = [folder, path.join(folder, 'walks')].find(
    (candidate) => folder !== '' && existsSync(path.join(candidate, 'gate_counts.json')),
  );
  it.skipIf(walks === undefined)(
    'carries the recorded walks over complete: every gate count comes out (needs AISLE_RECORDINGS)',
    () => {
      const gates = JSON.parse(readFileSync(path.join(walks as string, 'gate_counts.json'), 'utf8')) as Record<
        string,
        { line_x: number; in: number; out: number; peds: number }
      >;
      for (const [name, gate] of Object.entries(gates)) {
        const text = readFileSync(path.join(walks as string, `${name}.txt`), 'utf8');
        const counts = { in: 0, out: 0 };
        const last = new Map<string, number>();
        let positions = 0;
        for (const payload of payloads(text)) {
          for (const { id, x } of (JSON.parse(payload) as { people: { id: string; x: number }[] }).people) {
            positions += 1;
            const [before, line] = [last.get(id), gate.line_x + options.offset[0]];
            if (before !== undefined && before < line !== x < line) counts[x >= line ? 'in' : 'out'] += 1;
            last.set(id, x);
          }
        }
        expect({ ...counts, peds: last.size }, name).toEqual({ in: gate.in, out: gate.out, peds: gate.peds });
        expect(positions, name).toBe(text.trim().split('\n').length);
      }
    },
  );
});
