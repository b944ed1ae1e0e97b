import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Postgres, hasPostgres } from '../../../tests/support/postgres.js';
import { SystemClock } from '../../src/adapters/system-clock.js';
import type { Notice } from '../../src/ports/index.js';
import { ReplicaClock } from '../../src/replicas/replica-clock.js';
import { PostgresNotices, readNotice } from '../../src/store/postgres/postgres-notices.js';
import { PostgresShared } from '../../src/store/postgres/postgres-shared.js';
import { until } from '../service/harness.js';

describe.skipIf(!hasPostgres())('what processes of one cloud share in PostgreSQL (package postgresql)', () => {
  const postgres = new Postgres('secret-of-the-database');
  let database: string;
  const opened: { stop(): Promise<void> }[] = [];
  beforeAll(async () => {
    await postgres.start();
    database = await postgres.database();
  });
  afterAll(async () => {
    for (const one of opened) await one.stop();
    await postgres.stop();
  });

  /** A machine whose clock on the wall is off by so much. */
  async function machine(self: string, offMs = 0) {
    const clock = new SystemClock();
    const own = { ...bound(clock), now: () => clock.now() + offMs };
    const shared = new PostgresShared({
      postgres: { url: postgres.url(database), password: postgres.password },
      ...{ self, clock },
    });
    const replicaClock = new ReplicaClock(own);
    const heard: Notice[] = [];
    const missed = { count: 0 };
    const notices = new PostgresNotices({
      ...{ self, clock: replicaClock, client: () => shared.client() },
      time: (...said) => replicaClock.heard(...said),
      log: { info: () => undefined, warn: () => undefined },
    });
    notices.hear((notice) => void heard.push(notice));
    notices.missed(() => (missed.count += 1));
    await shared.open();
    await notices.start();
    opened.push({ stop: () => notices.stop().then(() => shared.close()) });
    return { shared, notices, clock: replicaClock, heard, missed };
  }

  it('hears from others what they tell, of any number of shops, and nothing of its own', async () => {
    const [a, b] = [await machine('a'), await machine('b')];
    const many = Array.from({ length: 2000 }, (_, at) => `shop-${at}`);
    await a.notices.tell('heard', many, 7);
    await b.notices.tell('access');
    await until(() => b.heard.flatMap(({ storeIds }) => storeIds).length === many.length, 'every shop');
    expect(b.heard.length).toBeGreaterThan(1);
    expect(b.heard.every(({ kind, from, ts }) => kind === 'heard' && from === 'a' && ts === 7)).toBe(true);
    expect(b.heard.flatMap(({ storeIds }) => storeIds)).toEqual(many);
    await until(() => a.heard.length === 1, 'the other');
    expect(a.heard).toMatchObject([{ kind: 'access', from: 'b', storeIds: [] }]);
  });

  it.each(['', 'not JSON', '{"k":"unknown","f":"x","t":1,"s":[]}', '{"k":"store","f":"x","t":"1","s":[]}', 'null'])(
    'a notice that it does not understand is passed over: %s',
    (payload) => expect(readNotice(payload)).toBeUndefined(),
  );

  it('shares one clock, whatever the clocks on the walls say', async () => {
    const [early, late] = [await machine('early', -7 * 60_000), await machine('late', 9 * 60_000)];
    expect(Math.abs(early.clock.now() - late.clock.now())).toBeLessThan(2_000);
  });

  it('gives a lease to one, whose clock is off by minutes, and to another at its end with a higher token', async () => {
    const [a, b] = [await machine('a', -11 * 60_000), await machine('b', 5 * 60_000)];
    const first = await a.shared.hold('work', 60_000);
    expect(first?.token).toBe(1);
    expect(await b.shared.hold('work', 60_000)).toBeUndefined();
    expect((await a.shared.hold('work', 60_000))?.token).toBe(1);
    expect(await a.shared.turn('work', 1, 60_000)).toBe(true);
    expect(await a.shared.turn('work', 1, 60_000)).toBe(false);
    // shorter than a look: it has ended when b asks
    await a.shared.hold('work', 1);
    await until(async () => (await b.shared.hold('work', 60_000))?.token === 2, 'the lease');
    expect(await a.shared.hold('work', 60_000)).toBeUndefined();
    expect(await a.shared.turn('work', 1, 0)).toBe(false);
    expect(await b.shared.turn('work', 2, 60_000)).toBe(false);
    expect(await b.shared.turn('work', 2, 0)).toBe(true);
    await b.shared.release('work');
    expect((await a.shared.hold('work', 60_000))?.token).toBe(3);
  });

  it('of many that ask for a lease at the same moment one has it', async () => {
    const all = await Promise.all(Array.from({ length: 5 }, (_, at) => machine(`m${at}`)));
    const held = await Promise.all(all.map(({ shared }) => shared.hold('race', 60_000)));
    expect(held.filter((one) => one !== undefined)).toHaveLength(1);
  });

  it('counts failed log-ins of all together, also those of one moment, and forgives them for all', async () => {
    const [a, b] = [await machine('a'), await machine('b')];
    const key = { key: 'pair', free: 5, longestMs: 900_000 };
    await Promise.all(Array.from({ length: 12 }, (_, at) => (at % 2 ? a : b).shared.failed([key])));
    const wait = (await b.shared.look(['pair', 'other'])).failed;
    expect([...wait.keys()]).toEqual(['pair']);
    // the twelfth: 2 ** (12 - 5) s
    expect(wait.get('pair')?.waitMs).toBeGreaterThan(120_000);
    expect(wait.get('pair')?.waitMs).toBeLessThanOrEqual(128_000);
    await a.shared.succeeded(['pair'], 'pair');
    const after = await b.shared.look(['pair']);
    expect([after.failed.size, [...after.known]]).toEqual([0, ['pair']]);
    await a.shared.forget();
  });

  it('says that something may have been missed when the database was gone, hears again, and loses nothing that was to be told', async () => {
    const [a, b] = [await machine('a'), await machine('b')];
    expect([a.missed.count, a.notices.hears]).toEqual([1, true]);
    await postgres.kill();
    await until(() => !a.notices.hears && !b.notices.hears, 'both to be deaf');
    await a.notices.tell('store', ['demo']);
    await postgres.resume();
    await until(() => a.missed.count === 2 && b.missed.count === 2, 'both to hear again');
    await until(() => a.notices.hears && b.notices.hears, 'both lines');
    await a.notices.tell('store', ['next']);
    await until(() => b.heard.some(({ storeIds }) => storeIds.includes('next')), 'what is told afterwards');
    await until(async () => (await a.shared.hold('after', 1000)) !== undefined, 'the leases');
  });
});

const bound = (clock: SystemClock) => ({
  monotonicMs: () => clock.monotonicMs(),
  after: (ms: number, task: () => void) => clock.after(ms, task),
  every: (ms: number, task: () => void) => clock.every(ms, task),
});
