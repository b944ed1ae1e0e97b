import { describe, expect, it } from 'vitest';
import { Bench, seeded, sum } from '../shop.js';
import { epcOf, listens, MILK, noisy, reads, SHIRT, START, TAGGED } from './tagged-shop.js';

const A = epcOf(MILK, 1);
const B = epcOf(MILK, 2);
const events = (bench: Bench, reader = 'r-1') => bench.engine.tagEvents().get(reader);
const slot = (bench: Bench, id: string) => {
  const facts = bench.values('slot', id).map(({ value }) => value);
  return {
    pickups: sum(facts.map(({ pickups }) => pickups)),
    putbacks: sum(facts.map(({ putbacks }) => putbacks)),
    stock: facts.at(-1)?.stock,
  };
};
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe('presence of tags', () => {
  it('counts a tag after several reads, and not for one or two strays', () => {
    const bench = new Bench(TAGGED).all([
      reads('r-1', 0, [
        [A, 1],
        [A, 1],
      ]),
      reads('r-1', 1000, [[A, 1]]),
      reads('r-1', 1000, [[B, 1]]),
      reads('r-1', 2000, [[B, 1]]),
    ]);
    expect(events(bench)).toEqual({ appeared: 1, gone: 0, moved: 0 });
    // A third read of B comes long after its row is over.
    bench.all(listens('r-1', 3000, 40_000, () => [[A, 1]])).apply(reads('r-1', 40_000, [[B, 1]]));
    expect(events(bench)).toEqual({ appeared: 1, gone: 0, moved: 0 });
    expect(slot(bench, 's1').stock).toBe(1);
  });

  it('takes a tag in at the antenna that hears it louder, whichever has the first turn of a round', () => {
    const round = (at: number) => [reads('r-1', at, [[A, 1, -62]]), reads('r-1', at + 500, [[A, 2, -45]])];
    const bench = new Bench(TAGGED).all([...round(0), ...round(1000), ...round(2000), ...round(3000)]);
    expect(events(bench)).toEqual({ appeared: 1, gone: 0, moved: 0 });
    // One that is louder for a moment only holds nobody up.
    const other = [reads('r-1', 10_000, [[B, 2, -45]]), reads('r-1', 10_400, [[B, 2, -45]])];
    bench.all([...other, ...listens('r-1', 10_500, 16_000, () => [[B, 1, -60]])]);
    expect(events(bench)).toEqual({ appeared: 2, gone: 0, moved: 0 });
  });

  it('does not take reads weaker than enterDbm for presence, and keeps a tag that has become weak', () => {
    const bench = new Bench(TAGGED).all(
      listens('r-1', 0, 20_000, () => [
        [A, 1, -80],
        [B, 1, -60],
      ]),
    );
    expect(events(bench)?.appeared).toBe(1);
    bench.all(listens('r-1', 20_000, 60_000, () => [[B, 1, -80]]));
    expect(events(bench)).toEqual({ appeared: 1, gone: 0, moved: 0 });
  });

  it('says that a tag is gone once the hold-off is over, dated at its last sighting', () => {
    const bench = new Bench(TAGGED).all(
      listens('r-1', 0, 30_000, () => [
        [A, 1],
        [B, 1],
      ]),
    );
    bench.all(listens('r-1', 30_000, 39_000, () => [[B, 1]]));
    expect(slot(bench, 's1')).toEqual({ pickups: 0, putbacks: 0, stock: 2 });
    bench.all(listens('r-1', 39_000, 41_000, () => [[B, 1]]));
    expect(slot(bench, 's1')).toEqual({ pickups: 1, putbacks: 0, stock: 1 });
    expect(bench.values('slot', 's1').map(({ ts }) => ts)).toEqual([START]);
    bench.all(
      listens('r-1', 70_000, 75_000, () => [
        [A, 1],
        [B, 1],
      ]),
    );
    expect(slot(bench, 's1')).toEqual({ pickups: 1, putbacks: 1, stock: 2 });
    expect(
      bench.values('slot', 's1').map(({ ts, value }) => [ts - START, value.pickups, value.putbacks, value.stock]),
    ).toEqual([
      [0, 1, 0, 1],
      [MINUTE, 0, 1, 2],
    ]);
  });

  it.each([
    ['silent', []],
    [
      'offline',
      [
        {
          kind: 'deviceState' as const,
          deviceId: 'r-1',
          ts: START + 30_000,
          receivedTs: START,
          digest: 'x',
          state: 'offline' as const,
        },
      ],
    ],
  ])('keeps every tag while its reader is %s, however long', (_name, between) => {
    const bench = new Bench(TAGGED)
      .all(
        listens('r-1', 0, 30_000, () => [
          [A, 1],
          [B, 1],
        ]),
      )
      .all(between);
    // It comes back after hours, and does not read all at once.
    bench.all(listens('r-1', 3 * HOUR, 3 * HOUR + 5000, () => [[B, 1]]));
    bench.all(
      listens('r-1', 3 * HOUR + 5000, 3 * HOUR + 60_000, () => [
        [A, 1],
        [B, 1],
      ]),
    );
    expect(events(bench)).toEqual({ appeared: 2, gone: 0, moved: 0 });
    expect(slot(bench, 's1')).toMatchObject({ pickups: 0, stock: 2 });
  });

  it('takes readers that tell seldom at their own rhythm', () => {
    const bench = new Bench(TAGGED).all(
      listens(
        'r-1',
        0,
        10 * MINUTE,
        () => [
          [A, 1],
          [B, 1],
        ],
        30_000,
      ),
    );
    expect(events(bench)).toEqual({ appeared: 2, gone: 0, moved: 0 });
    bench.all(listens('r-1', 10 * MINUTE, 13 * MINUTE, () => [[B, 1]], 30_000));
    expect(slot(bench, 's1')).toEqual({ pickups: 1, putbacks: 0, stock: 1 });
  });

  it('has at most one false event per tag and hour where half of the reads are missed', () => {
    const random = seeded(1);
    const tags = Array.from({ length: 40 }, (_, index) => epcOf(MILK, index));
    const bench = new Bench(TAGGED).all(
      listens('r-1', 0, HOUR, () => tags.flatMap((epc) => noisy(random, epc, 1, -58, 3, 0.5)), 500),
    );
    const { appeared = 0, gone = 0, moved = 0 } = events(bench) ?? {};
    expect(appeared + gone + moved - tags.length).toBeLessThanOrEqual(tags.length);
    expect(slot(bench, 's1').stock).toBe(tags.length);
  });

  it('has at most one false event per tag and hour where two antennas hear tags equally well', () => {
    const random = seeded(2);
    const tags = Array.from({ length: 20 }, (_, index) => epcOf(MILK, index));
    const bench = new Bench(TAGGED).all(
      listens(
        'r-1',
        0,
        HOUR,
        () => tags.flatMap((epc) => [1, 2].flatMap((antenna) => noisy(random, epc, antenna, -58, 5, 0.3))),
        500,
      ),
    );
    const { appeared = 0, gone = 0, moved = 0 } = events(bench) ?? {};
    expect(appeared).toBeGreaterThanOrEqual(tags.length);
    expect(appeared + gone + moved - tags.length).toBeLessThanOrEqual(tags.length);
    const [one, two] = [slot(bench, 's1'), slot(bench, 's2')];
    expect((one.stock ?? 0) + (two.stock ?? 0)).toBe(tags.length);
  });

  it('moves a tag to another antenna of its reader that is louder by the hysteresis for a while', () => {
    const bench = new Bench(TAGGED).all(
      listens('r-1', 0, 20_000, () => [
        [A, 1, -55],
        [A, 2, -60],
      ]),
    );
    // As loud as that now, but not louder by 6 dB; then it is.
    bench.all(
      listens('r-1', 20_000, 40_000, () => [
        [A, 1, -55],
        [A, 2, -51],
      ]),
    );
    expect(events(bench)).toEqual({ appeared: 1, gone: 0, moved: 0 });
    bench.all(
      listens('r-1', 40_000, 60_000, () => [
        [A, 1, -62],
        [A, 2, -50],
      ]),
    );
    expect(events(bench)).toEqual({ appeared: 1, gone: 0, moved: 1 });
    expect(slot(bench, 's1')).toEqual({ pickups: 1, putbacks: 0, stock: 0 });
    expect(slot(bench, 's2')).toEqual({ pickups: 0, putbacks: 0, stock: 1 });
  });

  it('moves a tag without strengths once its antenna has lost it', () => {
    const bench = new Bench(TAGGED).all(listens('r-1', 0, 20_000, () => [[A, 1, null]]));
    bench.all(listens('r-1', 20_000, 40_000, () => [[A, 2, null]]));
    expect(events(bench)).toEqual({ appeared: 1, gone: 0, moved: 1 });
    // It was never taken from s2, so nobody returned it there.
    expect([slot(bench, 's1').pickups, slot(bench, 's2').putbacks, slot(bench, 's2').stock]).toEqual([1, 0, 1]);
  });

  it('refuses late reads, and takes sightings that a message dates back', () => {
    const bench = new Bench(TAGGED).all(listens('r-1', 0, 20_000, () => [[A, 1, -50, 300]]));
    expect(bench.apply(reads('r-1', 10_000, [[B, 1]]))).toMatchObject({ accepted: false, reason: 'late' });
    expect(bench.apply(reads('r-1', 19_000, [[B, 1]]))).toEqual({ accepted: true });
    const same = reads('r-1', 19_000, [[B, 1]]);
    expect([bench.apply(same), bench.apply(same)]).toMatchObject([{ accepted: true }, { reason: 'duplicate' }]);
  });

  it('begins anew when the clock of a reader was set back', () => {
    const bench = new Bench(TAGGED).all(
      listens('r-1', 5 * HOUR, 5 * HOUR + 30_000, () => [
        [A, 1],
        [B, 1],
      ]),
    );
    bench.all(listens('r-1', 0, 30_000, () => [[A, 1]]));
    expect(slot(bench, 's1')).toMatchObject({ pickups: 0 });
    expect(bench.values('slot', 's1')[0]).toMatchObject({ ts: START, value: { stock: 1 } });
  });

  it("ignores tags that are none of the shop's goods, and antennas that nobody placed", () => {
    const stranger = epcOf('00614141123452', 7);
    const bench = new Bench(TAGGED).all(
      listens('r-1', 0, 60_000, () => [
        [stranger, 1],
        ['E28011606000020A6681F23F', 1],
        [A, 9],
      ]),
    );
    expect(events(bench)).toEqual({ appeared: 0, gone: 0, moved: 0 });
    expect(bench.values('slot')).toEqual([]);
  });

  it('reads a GTIN with 13 digits in the store file as the one with 14 in the tag', () => {
    const bench = new Bench(TAGGED).all(listens('r-1', 0, 10_000, () => [[epcOf(SHIRT, 1), 2]]));
    expect(slot(bench, 's3').stock).toBe(1);
    expect(bench.values('slot', 's3')[0]?.value.gtin).toBe(SHIRT.slice(1));
  });

  it('forgets strays and tags that left, so that its memory does not grow', () => {
    const bench = new Bench(TAGGED);
    const sizes: number[] = [];
    for (let hour = 0; hour < 8; hour += 1) {
      bench.all(
        listens(
          'r-1',
          hour * HOUR,
          (hour + 1) * HOUR,
          (at) => [
            [A, 1],
            [epcOf(MILK, 1000 + Math.floor(at / 30_000)), 1],
            [epcOf(MILK, 900_000 + at / 2000), 1, -71],
          ],
          2000,
        ),
      );
      bench.take().facts.clear();
      bench.evict();
      sizes.push(JSON.stringify(bench.engine.snapshot()).length);
    }
    expect(events(bench)?.gone).toBeGreaterThan(800);
    expect(sizes[7]).toBeLessThan((sizes[4] as number) * 1.1);
  });
});
