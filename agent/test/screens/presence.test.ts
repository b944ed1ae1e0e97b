import { describe, expect, it } from 'vitest';
import { GAP_MS, LEAST_MS, Presence, STANDS_BELOW } from '../../src/domain/screens/presence.js';

/** One person's samples: when, and how far along, mm. */
type Way = readonly (readonly [ts: number, x: number, y?: number])[];

function watched(...ways: Way[]): [opportunities: number, watchers: number] {
  const presence = new Presence();
  ways.forEach((way, at) => {
    for (const [ts, x, y = 0] of way) presence.look([{ name: `p${at}`, ts, x, y }]);
  });
  return [presence.opportunities, presence.watchers];
}
/** At a speed, m/s, sampled each half second. */
const walk = (speed: number, ms: number, from = 0): Way =>
  Array.from({ length: ms / 500 + 1 }, (_, n) => [from + n * 500, n * 500 * speed]);

describe('who is before a screen', () => {
  it('could see it from a second on, and not a millisecond earlier', () => {
    expect(watched([[0, 0], [LEAST_MS - 1, 0]])).toEqual([0, 0]); // prettier-ignore
    expect(watched([[0, 0], [LEAST_MS, 5_000]])).toEqual([1, 0]); // prettier-ignore
  });

  it('stands below 0.3 m/s along and across, and not at it', () => {
    const least = STANDS_BELOW * LEAST_MS;
    expect(watched([[0, 0], [LEAST_MS, least]])).toEqual([1, 0]); // prettier-ignore
    expect(watched([[0, 0], [LEAST_MS, least - 1]])).toEqual([1, 1]); // prettier-ignore
    expect(watched([[0, 0, 0], [LEAST_MS, 0, -least]])).toEqual([1, 0]); // prettier-ignore
    // 0.2 m/s each way is 0.28 of both; 0.25 each way is 0.35
    expect(watched([[0, 0, 0], [LEAST_MS, 200, 200]])).toEqual([1, 1]); // prettier-ignore
    expect(watched([[0, 0, 0], [LEAST_MS, 250, -250]])).toEqual([1, 0]); // prettier-ignore
  });

  it('who walked by and then stands counts from then on, once', () => {
    const way: Way = [...walk(1, 2_000), [2_500, 2_000], [3_000, 2_000]];
    expect(watched(way.slice(0, -1))).toEqual([1, 0]);
    expect(watched(way)).toEqual([1, 1]);
    expect(watched([...way, [3_500, 2_000], [4_000, 2_000], [4_500, 2_000]])).toEqual([1, 1]);
  });

  it('was away in a gap of more than two seconds: the time before it does not count', () => {
    const away = 500 + GAP_MS;
    expect(watched([[0, 0], [500, 0], [away, 0]])).toEqual([1, 1]); // prettier-ignore
    expect(watched([[0, 0], [500, 0], [away + 1, 0], [away + 500, 0]])).toEqual([0, 0]); // prettier-ignore
    expect(watched([[0, 0], [500, 0], [away + 1, 0], [away + 500, 0], [away + 1 + LEAST_MS, 0]])).toEqual([1, 1]); // prettier-ignore
    // nor the place: they came back elsewhere, and stand there
    expect(watched([[0, 0], [away + 1, 9_000], [away + 1 + LEAST_MS, 9_000]])).toEqual([1, 1]); // prettier-ignore
  });

  it('seen again at the same moment or an earlier one, is neither nearer nor longer there', () => {
    expect(watched([[5_000, 0], [5_000, 9_000], [4_000, 9_000], [5_999, 0]])).toEqual([0, 0]); // prettier-ignore
    expect(watched([[5_000, 0], [5_000, 9_000], [4_000, 9_000], [6_000, 0]])).toEqual([1, 1]); // prettier-ignore
  });

  it('is not thought away by a sample that comes late', () => {
    const late: Way = [[5_000, 0], [5_000 - GAP_MS, 0], [5_500, 0], [6_000, 0]]; // prettier-ignore
    expect(watched(late)).toEqual([1, 1]);
  });

  it('each counts for themselves, and who is forgotten keeps their number', () => {
    expect(watched(walk(0, 1_000), walk(1, 1_000), walk(0, 500))).toEqual([2, 1]);
    const presence = new Presence();
    for (const [ts, x] of walk(0, 1_000)) presence.look([{ name: 'p', ts, x, y: 0 }]);
    presence.end();
    expect(presence.save()).toEqual({ here: [], opportunities: 1, watchers: 1 });
  });

  it('is known again after a restart', () => {
    const presence = new Presence();
    for (const [ts, x] of walk(0, 500)) presence.look([{ name: 'p', ts, x, y: 0 }]);
    const again = Presence.restore(JSON.parse(JSON.stringify(presence.save())));
    again.look([{ name: 'p', ts: 1_000, x: 0, y: 0 }]);
    expect([again.opportunities, again.watchers]).toEqual([1, 1]);
    // what was saved is its own
    expect([presence.opportunities, presence.watchers]).toEqual([0, 0]);
  });
});
