import { describe, expect, it } from 'vitest';
import type { DomainEvent, Fact, StoreFile } from '@aisle/contracts';
import { walk, scale, SHELF_SHOP, together as merge } from '../interest/shelf-shop.js';
import { ELSEWHERE, NEUTRAL, NEUTRAL_FOR_PEOPLE, together, undisturbed } from './changes.js';
import { calibrationOf, cameraDevice, detect, grid, mount } from './floor/scene.js';
import { interleave, randomDay } from './random-day.js';
import { listens, MILK, epcOf, TAGGED } from './rfid/tagged-shop.js';
import { Bench, configured, crossing, positions, sale, seeded, SHOP, START } from './shop.js';

const PEOPLE: Fact['kind'][] = ['zone', 'heat', 'crossings', 'incident'];
const zoneOf = (bench: Bench, id: string) =>
  bench
    .values('zone', id)
    .map(({ configVersion, value: { visits, visitors, dwellMs, overlapMs } }) => [
      ...[configVersion, visits, visitors, dwellMs, overlapMs],
    ]);
/** Somebody stands by the milk for 40 s, in the zones "dairy" and "ad". */
const stand = (from: number, to: number): DomainEvent[] =>
  Array.from({ length: (to - from) * 2 }, (_, n) => positions('cam-1', START + from * 1000 + n * 500, [['a', 3, 3]]));
const withZone = (id: string, edit: (zone: NonNullable<StoreFile['zones']>[number]) => object): StoreFile => ({
  ...SHOP,
  zones: (SHOP.zones ?? []).map((zone) => (zone.id === id ? { ...zone, ...edit(zone) } : zone)),
});
const shifted = (polygon: [number, number][]) => ({
  polygon: polygon.map(([x, y]): [number, number] => [x + 0.1, y]),
});

describe('at 20 s of a stay of 40 s', () => {
  it.each([...NEUTRAL_FOR_PEOPLE, ...ELSEWHERE])('%s is another: one visit, one visitor, 39 s', (_what, edit) => {
    const [without, bench] = undisturbed(SHOP, stand(0, 40), 40, edit);
    expect(zoneOf(without, 'dairy')).toEqual([[1, 1, 1, 39_500, 39_500]]);
    expect(zoneOf(bench, 'dairy')).toEqual([
      [1, 1, 1, 39_500, 19_500],
      [2, 0, 0, 0, 20_000],
    ]);
    expect(together(bench, PEOPLE)).toEqual(together(without, PEOPLE));
    const { zones, heatMs, tracks } = bench.engine.live();
    const before = without.engine.live();
    expect(heatMs).toEqual(before.heatMs);
    expect(tracks.map(({ zoneIds, ...track }) => ({ ...track, zoneIds: [...zoneIds].sort() }))).toEqual(
      before.tracks.map(({ zoneIds, ...track }) => ({ ...track, zoneIds: [...zoneIds].sort() })),
    );
    expect(zones.filter(({ occupancy }) => occupancy > 0).map(({ zoneId }) => zoneId).sort()).toEqual(['ad', 'dairy']); // prettier-ignore
    expect(bench.engine.audienceOf('dairy')).toEqual(without.engine.audienceOf('dairy'));
  });

  it('a zone is redrawn: its stay alone is cut', () => {
    const bench = new Bench().all(stand(0, 20));
    bench.apply(
      configured(
        withZone('dairy', ({ polygon }) => shifted(polygon)),
        2,
        START + 20_000,
      ),
    );
    bench.all(stand(20, 40));
    // The visitor is the same; the stay that goes on is another visit.
    expect(zoneOf(bench, 'dairy')).toEqual([
      [1, 1, 1, 19_500, 19_500],
      [2, 1, 0, 19_500, 19_500],
    ]);
    expect(zoneOf(bench, 'ad').map(([, visits, visitors, dwellMs]) => [visits, visitors, dwellMs])).toEqual([
      [1, 1, 39_500],
      [0, 0, 0],
    ]);
  });

  it.each<[string, (polygon: [number, number][]) => [number, number][]]>([
    ['from another corner', ([first, ...rest]) => [...rest, first!]],
    ['the other way round', (polygon) => [...polygon].reverse()],
    ['with a corner more on an edge', ([first, second, ...rest]) => [first!, [(first![0] + second![0]) / 2, first![1]], second!, ...rest]], // prettier-ignore
    ['a tenth of a millimetre off', (polygon) => polygon.map(([x, y]) => [x + 0.0001, y])],
  ])('all zones are renamed and drawn %s: nobody’s stay is cut', (_, redraw) => {
    const redrawn = (SHOP.zones ?? []).map((zone) => ({
      ...zone,
      name: `New ${zone.id}`,
      polygon: redraw(zone.polygon),
    }));
    const [without, bench] = undisturbed(SHOP, stand(0, 40), 40, (file) => ({ ...file, zones: redrawn }));
    expect(together(bench, PEOPLE)).toEqual(together(without, PEOPLE));
    expect(zoneOf(bench, 'dairy').map(([, visits]) => visits)).toEqual([1, 0]);
  });

  it('a zone is renamed and redrawn at once: its stay alone is cut, once', () => {
    const file = withZone('dairy', ({ polygon }) => ({ name: 'Milk', ...shifted(polygon) }));
    const bench = Bench.guarded(SHOP)
      .all(stand(0, 20))
      .all([configured(file, 2, START + 20_000), ...stand(20, 40)]);
    expect(zoneOf(bench, 'dairy').map(([, visits, , dwellMs]) => [visits, dwellMs])).toEqual([[1, 19_500], [1, 19_500]]); // prettier-ignore
    expect(zoneOf(bench, 'ad').map(([, visits, , dwellMs]) => [visits, dwellMs])).toEqual([[1, 39_500], [0, 0]]); // prettier-ignore
  });

  it('three versions come within ten seconds, two of them at one moment: one visit, one visitor, each second once', () => {
    const named = (name: string, version: number, second: number) => configured(withZone('dairy', () => ({ name })), version, START + second * 1000); // prettier-ignore
    const bench = Bench.guarded(SHOP).all(stand(0, 15));
    bench.all([named('a', 2, 15), ...stand(15, 20), named('b', 3, 20), named('c', 4, 20), ...stand(20, 40)]);
    expect(zoneOf(bench, 'dairy')).toEqual([
      [1, 1, 1, 39_500, 14_500],
      [2, 0, 0, 0, 5_000],
      [4, 0, 0, 0, 20_000],
    ]);
  });

  it('a zone goes, and comes back: the others know nothing of it', () => {
    const bench = new Bench().all(stand(0, 20));
    const without = { ...SHOP, zones: (SHOP.zones ?? []).filter(({ id }) => id !== 'dairy') };
    bench.apply(configured(without, 2, START + 20_000));
    bench.all(stand(20, 30));
    bench.apply(configured(SHOP, 3, START + 30_000));
    bench.all(stand(30, 40));
    expect(zoneOf(bench, 'dairy').map(([version, visits, , dwellMs]) => [version, visits, dwellMs])).toEqual([
      [1, 1, 19_500],
      [3, 1, 9_500],
    ]);
    expect(zoneOf(bench, 'ad').map(([, visits, , dwellMs]) => [visits, dwellMs])).toEqual([[1, 39_500], [0, 0], [0, 0]]); // prettier-ignore
  });

  it.each([
    ['its dialect of covering', { covers: ['dairy', 'ad'] }],
    ['its calibration', { calibration: calibrationOf(mount('cam-1', [6, 0], [6, 6]), grid(12, 8)) }],
  ])('a camera gets another of %s: who was followed through it begins anew, nobody else', (_what, over) => {
    const both = (from: number, to: number): DomainEvent[] =>
      stand(from, to).flatMap((event) => [event, positions('cam-2', event.ts, [['b', 6, 3]])]);
    const devices = (SHOP.devices ?? []).map((one) => (one.id === 'cam-1' ? { ...one, ...over } : one));
    const bench = new Bench().all(both(0, 20)).all([configured({ ...SHOP, devices }, 2, START + 20_000)]);
    bench.all(both(20, 40));
    const sums = (id: string) => zoneOf(bench, id).map(([, visits, , dwellMs]) => [visits, dwellMs]);
    expect(sums('dairy')).toEqual([[1, 19_500], [1, 19_500]]); // prettier-ignore
    expect(sums('bread')).toEqual([[1, 39_500], [0, 0]]); // prettier-ignore
  });

  it('a camera goes: who was followed through the others is followed on', () => {
    const both = (from: number, to: number): DomainEvent[] =>
      stand(from, to).flatMap((event) => [event, positions('cam-2', event.ts, [['b', 6, 3]])]);
    const devices = (SHOP.devices ?? []).filter(({ id }) => id !== 'cam-1');
    const bench = new Bench().all(both(0, 20)).all([configured({ ...SHOP, devices }, 2, START + 20_000)]);
    bench.all(both(20, 40));
    expect(zoneOf(bench, 'bread').map(([, visits, , dwellMs]) => [visits, dwellMs])).toEqual([[1, 39_500], [0, 0]]); // prettier-ignore
    expect(bench.engine.live().tracks.map(({ deviceId }) => deviceId)).toEqual(['cam-2']);
  });

  it('the floor grows: the person stays, the live heat begins on the new grid', () => {
    const bench = new Bench().all(stand(0, 20));
    bench.apply(configured({ ...SHOP, floor: { width: 14, depth: 9 } }, 2, START + 20_000));
    bench.all(stand(20, 40));
    expect(zoneOf(bench, 'dairy').map(([, visits, , dwellMs]) => [visits, dwellMs])).toEqual([[1, 39_500], [0, 0]]); // prettier-ignore
    expect(bench.values('heat').map(({ value }) => [value.columns, value.cells.reduce((sum, [, ms]) => sum + ms, 0)])).toEqual([[24, 19_500], [28, 20_000]]); // prettier-ignore
    const { columns, heatMs } = bench.engine.live();
    expect(heatMs[6 * columns + 6]).toBe(20_000);
  });
});

describe('a whole day goes on as if nothing had changed', () => {
  const day = (seed: number) => {
    const random = seeded(seed);
    return interleave(random, randomDay(random, 40), true);
  };

  it.each(NEUTRAL)('when this is another: %s', (_what, edit) => {
    const stream = day(7);
    const [without, bench] = undisturbed(SHOP, stream, Math.floor(stream.length / 2), edit);
    expect(together(bench)).toEqual(together(without));
    expect(bench.engine.refusals()).toEqual(without.engine.refusals());
  });

  it('by a camera that is new: coverage of the groups that it is not in, too', () => {
    const stream = day(8);
    const shop = { ...SHOP, devices: (SHOP.devices ?? []).map((one) => (one.family === 'camera' ? { ...one, covers: one.id === 'cam-1' ? ['dairy', 'main', 'street'] : ['bread', 'ad'] } : one)) }; // prettier-ignore
    const more = { id: 'cam-3', family: 'camera' as const, dialect: 'aisle', covers: ['bread'] };
    const [without, bench] = undisturbed(shop, stream, Math.floor(stream.length / 2), (file) => ({
      ...file,
      devices: [more, ...(file.devices ?? [])],
    }));
    const ofOthers = (all: Record<string, unknown>) =>
      Object.fromEntries(Object.entries(all).filter(([key]) => /^coverage.*\|(cam-1|cam-1>|shelf)/.test(key)));
    expect(ofOthers(together(bench))).toEqual(ofOthers(together(without)));
    expect(Object.keys(ofOthers(together(bench))).length).toBeGreaterThan(100);
    // The zone of the new camera was sensed until it came, and is not since: it has never spoken.
    const bread = bench.values('coverage').filter(({ subject }) => subject.includes('cam-2'));
    expect(new Set(bread.filter(({ configVersion }) => configVersion === 2).map(({ subject }) => subject))).toEqual(new Set(['cam-2'])); // prettier-ignore
    for (const fact of bench.values('coverage')) expect(fact.value.sensedMs).toBeLessThanOrEqual(60_000);
  });
});

describe('what follows from pictures, shelves, tags and models goes on too', () => {
  const camera = mount('cam-1', [6, 0], [6, 6]);
  const pictures: DomainEvent[] = Array.from({ length: 160 }, (_, n) =>
    detect(camera, START + n * 250, [[6 - 0.01 * n, 4]], seeded(n), 0.02),
  );
  const SEEN: StoreFile = { ...SHOP, devices: [cameraDevice(camera, calibrationOf(camera, grid(12, 8))), ...(SHOP.devices ?? []).slice(2)] }; // prettier-ignore

  it.each(NEUTRAL_FOR_PEOPLE)('people in pictures, when this is another: %s', (_what, edit) => {
    const [without, bench] = undisturbed(SEEN, pictures, 80, edit);
    expect(together(bench, PEOPLE)).toEqual(together(without, PEOPLE));
    expect(bench.values('zone').reduce((sum, { value }) => sum + value.visits, 0)).toBeGreaterThan(0);
    expect(bench.engine.cameraView('cam-1')).toEqual(without.engine.cameraView('cam-1'));
  });

  it.each(NEUTRAL_FOR_PEOPLE)('people whom two cameras see, when this is another: %s', (_what, edit) => {
    const other = mount('cam-2', [6, 8], [6, 2]);
    const two = [camera, other].map((one) => cameraDevice(one, calibrationOf(one, grid(12, 8)), { group: 'g' }));
    const file: StoreFile = { ...SHOP, devices: [...two, ...(SHOP.devices ?? []).slice(2)] };
    const stream = pictures.flatMap((event, n) => [event, detect(other, event.ts + 40, [[6 - 0.01 * n, 4]], seeded(n + 500), 0.02)]); // prettier-ignore
    const [without, bench] = undisturbed(file, stream, 161, edit);
    expect(together(bench, PEOPLE)).toEqual(together(without, PEOPLE));
    expect(bench.values('zone').reduce((sum, { value }) => sum + value.visits, 0)).toBeGreaterThan(0);
  });

  it.each(NEUTRAL)('questions of interest and their answers, when this is another: %s', (_what, edit) => {
    const stream = merge(
      walk('cam-1', { a: [[0, 8, 6], [4, 2.5, 2], [60, 2.5, 2]] }), // prettier-ignore
      scale('shelf-1', 's1', 1000, 60, { 40: 1 }),
    );
    const index = stream.findIndex(({ ts }) => ts >= START + 30_000);
    const asked = (bench: Bench, changed: boolean) => {
      const questions = [];
      for (const [at, event] of stream.entries()) {
        if (changed && at === index) bench.apply(configured(edit(SHELF_SHOP), 2, event.ts));
        bench.apply(event);
        const fresh = bench.engine.takeQuestions();
        questions.push(...fresh);
        const answers = fresh.map(({ n }): [number, number] => [n, 250_000 + n]);
        if (answers.length > 0) bench.apply({ kind: 'judged', ts: event.ts, model: 'm', answers });
      }
      return questions;
    };
    const [without, bench] = [new Bench(SHELF_SHOP), new Bench(SHELF_SHOP)];
    expect(asked(bench, true)).toEqual(asked(without, false));
    expect(together(bench, PEOPLE)).toEqual(together(without, PEOPLE));
    expect(bench.engine.audienceOf('dairy')).toEqual(without.engine.audienceOf('dairy'));
    expect(bench.engine.audienceOf('dairy')[0]?.interestByZone.size).toBe(1);
  });

  it.each(NEUTRAL)('tags and what they tell, when this is another: %s', (_what, edit) => {
    const epcs = [1, 2, 3, 4].map((serial) => epcOf(MILK, serial));
    const stream: DomainEvent[] = [
      ...listens('r-1', 0, 240_000, (at) => epcs.filter((_epc, n) => at < 60_000 || n > (at < 150_000 ? 0 : 1)).map((epc) => [epc, 1])), // prettier-ignore
    ];
    const [without, bench] = undisturbed(TAGGED, stream, 120, edit);
    expect(together(bench)).toEqual(together(without));
    expect(bench.values('slot').reduce((sum, { value }) => sum + value.pickups, 0)).toBe(2);
    expect(bench.engine.tagEvents()).toEqual(without.engine.tagEvents());
  });
});

describe('versions in event time', () => {
  const doors: StoreFile = { ...SHOP, entrances: [] };

  it('a record that comes late belongs to the version of its time, with its lines', () => {
    const bench = new Bench().all([crossing('counter', START + 30_000, 'in')]);
    bench.apply(configured(doors, 2, START + 30_000));
    expect(bench.apply(crossing('counter', START + 40_000, 'in'))).toMatchObject({ reason: 'unknownSubject' });
    expect(bench.apply(crossing('counter', START + 20_000, 'in'))).toEqual({ accepted: true });
    expect(bench.values('crossings', 'main').map(({ configVersion, value }) => [configVersion, value.in])).toEqual([[1, 2]]); // prettier-ignore
    bench.apply(sale('till-1', START + 10_000, 'early', [['milk', 1, 100]]));
    bench.apply(sale('till-1', START + 50_000, 'later', [['milk', 1, 100]]));
    expect(bench.values('sale').map(({ value, configVersion }) => [value.receipt, configVersion])).toEqual([['early', 1], ['later', 2]]); // prettier-ignore
  });

  it('a version holds from the newest event time seen, or from its own time where that is earlier', () => {
    const inForce = (bench: Bench) =>
      bench.values('inForce').map(({ subject, ts, value }) => [subject, ts - START, value.before, value.sections]);
    const replay = new Bench().all(stand(0, 20));
    replay.apply({ ...configured({ ...SHOP, products: [] }, 2, START + 9_000_000), validFrom: START + 8_000_000 });
    expect(inForce(replay)[1]).toEqual([`2@${START + 19_500}`, 19_500, 1, ['assortment']]);
    const ahead = new Bench().all([positions('cam-1', START + 50_000, [])]);
    ahead.apply({ ...configured(withZone('dairy', () => ({ engagedAfterSeconds: 30 })), 2, START + 60_000), validFrom: START + 40_000 }); // prettier-ignore
    expect(inForce(ahead)[1]).toEqual([`2@${START + 40_000}`, 40_000, 1, ['rules']]);
  });

  it('planned ones are known, are overtaken by newer ones that hold sooner, and go when they come into force', () => {
    const bench = new Bench();
    const plan = (version: number, validFrom: number) =>
      bench.apply({ kind: 'planned', ts: START, version, validFrom, storeFile: SHOP });
    const planned = () => bench.engine.planned().map(({ version, validFrom }) => [version, validFrom]);
    plan(2, 5000);
    plan(3, 9000);
    expect(planned()).toEqual([[2, 5000], [3, 9000]]); // prettier-ignore
    plan(4, 9000);
    expect(planned()).toEqual([[2, 5000], [4, 9000]]); // prettier-ignore
    plan(3, 9500);
    bench.restart();
    expect(planned()).toEqual([[2, 5000], [4, 9000]]); // prettier-ignore
    bench.apply({ ...configured(SHOP, 2, 5001), validFrom: 5000 });
    expect(planned()).toEqual([[4, 9000]]);
    plan(2, 5000);
    bench.apply(configured(SHOP, 5, 8000));
    expect(planned()).toEqual([]);
  });

  it('of a new generation everything of a minute is stated, whatever its version', () => {
    const bench = new Bench().all(stand(0, 20)).all([configured(doors, 2, START + 20_000), ...stand(20, 25)]);
    expect(new Set([...bench.take().facts.values()].map(({ generation }) => generation))).toEqual(new Set([1]));
    bench.apply({ kind: 'recomputed', ts: START, fromTs: START, generation: 2 });
    bench.all(stand(25, 27));
    const said = bench.values('zone', 'dairy').map(({ configVersion, generation, value }) => [configVersion, generation, value.overlapMs]); // prettier-ignore
    expect(said).toEqual([[1, 2, 19_500], [2, 2, 7_000]]); // prettier-ignore
    bench.restart();
    bench.all(stand(60, 62));
    expect(bench.values('zone', 'dairy').at(-1)).toMatchObject({ ts: START + 60_000, generation: 2 });
  });
});
