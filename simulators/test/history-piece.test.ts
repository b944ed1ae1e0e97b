import { describe, expect, it } from 'vitest';
import { MINUTE_MS, type Fact } from '@aisle/contracts';
import { Piece } from '../src/history/piece.js';

type Line = { subject?: string; subjects?: string[]; minutes?: number; ts: number; seq: number } & Record<
  string,
  unknown
>;

const of = (kind: string, subject: string, minute: number, value: object, seq = minute): Fact =>
  ({ kind, subject, ts: minute * MINUTE_MS, seq, generation: 1, configVersion: 1, value }) as unknown as Fact;
const sensed = (subject: string, minute: number, sensedMs = MINUTE_MS): Fact =>
  of('coverage', subject, minute, { sensedMs });
const linesOf = (minutes: readonly (readonly Fact[])[]): Line[] => {
  const piece = new Piece();
  for (const minute of minutes) piece.add(minute);
  const text = piece.sorted().toString();
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Line);
};
/** What the lines say, a fact for each subject and minute. */
const spoken = (lines: readonly Line[]): string[] =>
  lines.flatMap(({ subjects, subject, minutes = 1, ts, seq, ...rest }) =>
    Array.from({ length: minutes }, (_, at) => at).flatMap((at) =>
      (subjects ?? [subject as string]).map((of) =>
        JSON.stringify([rest['kind'], of, ts + at * MINUTE_MS, seq + at, rest['value']]),
      ),
    ),
  );
const plain = (minutes: readonly (readonly Fact[])[]): string[] =>
  minutes.flat().map(({ kind, subject, ts, seq, value }) => JSON.stringify([kind, subject, ts, seq, value]));

describe('a piece of a simulated past', () => {
  it('says what goes on alike in one line, and what changes in lines of its own', () => {
    const minutes = [
      [sensed('cam-1', 0), sensed('cam-2', 0), of('zone', 'dairy', 0, { visits: 1 })],
      [sensed('cam-1', 1), sensed('cam-2', 1)],
      [sensed('cam-1', 2)],
      [sensed('cam-1', 3), sensed('cam-2', 3, 1000)],
      // a minute in which the shop was closed
      [sensed('cam-1', 5), sensed('cam-2', 5, 1000)],
      // and one whose number does not follow
      [of('coverage', 'cam-1', 6, { sensedMs: MINUTE_MS }, 60), of('coverage', 'cam-2', 6, { sensedMs: 1000 }, 60)],
    ];
    const lines = linesOf(minutes);
    expect(lines.map(({ subjects, minutes: count, ts }) => [subjects, count, ts / MINUTE_MS])).toEqual([
      [['cam-1', 'cam-2'], 2, 0],
      [['cam-1'], undefined, 2],
      [['cam-1'], undefined, 3],
      [['cam-2'], undefined, 3],
      [['cam-1'], undefined, 5],
      [['cam-2'], undefined, 5],
      [['cam-1'], undefined, 6],
      [['cam-2'], undefined, 6],
      [undefined, undefined, 0],
    ]);
    expect(spoken(lines).sort()).toEqual(plain(minutes).sort());
  });
});
