import { describe, expect, it } from 'vitest';
import type { DeviceEvent, ReadsEvent, StoreFile } from '@aisle/contracts';
import { indexStore } from '../../src/devices/store-index.js';
import { TagThinner } from '../../src/pipeline/tag-thinner.js';
import { seeded } from '../domain/shop.js';
import { epcOf, MILK, reads, START, TAGGED } from '../domain/rfid/tagged-shop.js';

const store = indexStore(TAGGED, 1);
const A = epcOf(MILK, 1);
const thin = (thinner: TagThinner, event: DeviceEvent) => thinner.thin([event], store).events as ReadsEvent[];
const all = (thinner: TagThinner, events: DeviceEvent[]) => events.flatMap((event) => thin(thinner, event));

describe('thinning of reads', () => {
  it('passes the first reads of a tag on, then one every two seconds', () => {
    const thinner = new TagThinner();
    const told = Array.from({ length: 200 }, (_, index) => thin(thinner, reads('r-1', index * 50, [[A, 1]])));
    const at = told.flatMap((events, index) => (events.some((event) => event.reads.length > 0) ? [index * 50] : []));
    expect(at.slice(0, 3)).toEqual([0, 50, 100]);
    expect(at.slice(3)).toHaveLength(4);
    for (let index = 4; index < at.length; index += 1)
      expect((at[index] as number) - (at[index - 1] as number)).toBeLessThanOrEqual(3000);
    expect(thinner.counts().get('r-1')).toEqual({ reads: 200, thinned: 193 });
  });

  it('goes on over a version of the store file that says the same of the reader, and begins anew under another hold-off', () => {
    const later = (more: object = {}, device: object = {}) =>
      indexStore(
        JSON.parse(
          JSON.stringify({
            ...TAGGED,
            ...more,
            devices: TAGGED.devices?.map((one) => (one.id === 'r-1' ? { ...one, ...device } : one)),
          }),
        ) as StoreFile,
        2,
      );
    const thinner = new TagThinner();
    for (let index = 0; index < 10; index += 1) thin(thinner, reads('r-1', index * 50, [[A, 1]]));
    const again = (index: number, version: typeof store) =>
      thinner
        .thin([reads('r-1', index * 50, [[A, 1]])], version)
        .events.flatMap((event) => (event as ReadsEvent).reads);
    expect(again(10, later({ hours: [] }, { name: 'By the door' }))).toEqual([]);
    expect(again(11, later({}, { rfid: { holdOffSeconds: 60 } }))).toHaveLength(1);
  });

  it('says at least once a second that the reader listens, also where no tag is heard', () => {
    const thinner = new TagThinner();
    const told = all(
      thinner,
      Array.from({ length: 100 }, (_, index) => reads('r-1', index * 100)),
    );
    expect(told.map(({ ts, reads: seen }) => [ts - START, seen])).toEqual(
      Array.from({ length: 10 }, (_, index) => [index * 1000, []]),
    );
  });

  it('tells of a swallowed sighting once its tag is missed: the hold-off runs from the last one', () => {
    const thinner = new TagThinner();
    const told = all(
      thinner,
      Array.from({ length: 8 }, (_, second) => reads('r-1', second * 1000, second <= 3 ? [[A, 1]] : [])),
    );
    const sighted = told.flatMap((event) => event.reads.map(([, , , ageMs]) => event.ts - START - ageMs));
    expect(sighted).toEqual([0, 1000, 2000, 3000]);
  });

  it('passes a change of signal on at once, smoothed', () => {
    const thinner = new TagThinner();
    all(
      thinner,
      Array.from({ length: 20 }, (_, index) => reads('r-1', index * 50, [[A, 1, -60]])),
    );
    const one = thin(thinner, reads('r-1', 1000, [[A, 1, -50]]));
    expect(one.flatMap((event) => event.reads)).toEqual([]);
    const told = all(
      thinner,
      Array.from({ length: 30 }, (_, index) => reads('r-1', 1050 + index * 50, [[A, 1, -50]])),
    );
    const [first] = told.flatMap((event) => event.reads.map((read) => [event.ts - START, ...read]));
    expect(first?.[0]).toBeLessThan(2500);
    expect(first?.[3]).toBeGreaterThan(-5500);
    expect(first?.[3]).toBeLessThan(-5300);
  });

  it('tells a tag at each antenna, and one that was away for the hold-off anew', () => {
    const thinner = new TagThinner();
    const both = all(
      thinner,
      Array.from({ length: 5 }, (_, index) =>
        reads('r-1', index * 10, [
          [A, 1],
          [A, 2],
        ]),
      ),
    );
    expect(both.flatMap((event) => event.reads)).toHaveLength(6);
    const back = all(
      thinner,
      Array.from({ length: 5 }, (_, index) => reads('r-1', 12_000 + index * 10, [[A, 1]])),
    );
    expect(back.flatMap((event) => event.reads)).toHaveLength(3);
  });

  it('tells doubled messages, lets late native ones be judged, and puts slight disorder of others right', () => {
    const thinner = new TagThinner();
    const message = reads('r-1', 5000, [[A, 1]]);
    expect(thinner.thin([message], store)).toMatchObject({ doubled: 0, events: [{ ts: START + 5000 }] });
    expect(thinner.thin([message], store)).toEqual({ doubled: 1, events: [] });
    const late = reads('r-1', 4900, [[A, 1]]);
    expect(thin(thinner, late)).toEqual([late]);
    // r-2 puts each sighting's own time on it.
    thin(thinner, reads('r-2', 5000, [[A, 1]]));
    expect(thin(thinner, reads('r-2', 4900, [[A, 2]]))).toMatchObject([
      { ts: START + 5000, reads: [[A, 2, -5000, 100]] },
    ]);
    const old = reads('r-2', 1000, [[A, 3]]);
    expect(thin(thinner, old)).toEqual([old]);
  });

  it('begins anew when a clock was set back', () => {
    const thinner = new TagThinner();
    thin(thinner, reads('r-1', 10_000_000, [[A, 1]]));
    const told = Array.from({ length: 60 }, (_, index) => thin(thinner, reads('r-1', index * 50, [[A, 1]])).length);
    expect(told.slice(0, 20)).toEqual(Array.from({ length: 20 }, () => 1));
    expect(told.slice(24, 40)).toEqual(Array.from({ length: 16 }, () => 0));
  });

  it('passes a thousand reads a second on as some dozens, and forgets passers-by', () => {
    const thinner = new TagThinner();
    const random = seeded(3);
    const tags = Array.from({ length: 200 }, (_, index) => epcOf(MILK, index));
    let told = 0;
    let strays = 0;
    for (let at = 0; at < 60_000; at += 50) {
      const seen = Array.from({ length: 54 }, (): [string, number, number] => [
        random.pick(tags),
        1,
        -55 + random.normal() * 3,
      ]);
      seen.push([epcOf(MILK, 1000 + (strays += 1)), 1, -70]);
      for (const event of thin(thinner, reads('r-1', at, seen))) told += event.reads.length;
    }
    const { reads: heard, thinned } = thinner.counts().get('r-1') ?? { reads: 0, thinned: 0 };
    expect(heard).toBe(66_000);
    // One that was swallowed and is told later, when its tag is missed, counts as swallowed.
    expect(told - (heard - thinned)).toBeLessThan(50);
    expect(told).toBeLessThan(600 + 200 * 32 + strays + 500);
    // Bounded: a tag that is swept is told anew as if never heard.
    expect(JSON.stringify(thinner).length).toBeLessThan(100);
  });

  it('leaves events of other devices alone', () => {
    const other: DeviceEvent = { ...reads('nobody', 0, [[A, 1]]) };
    const file: StoreFile = { ...TAGGED, devices: [] };
    expect(new TagThinner().thin([other], indexStore(file, 1)).events).toEqual([other]);
  });
});
