import { afterEach, describe, expect, it } from 'vitest';
import type { ConfiguredEvent, DomainEvent, StoreFile } from '@aisle/contracts';
import { createEngine } from '../../src/domain/engine/engine.js';
import { Timetable } from '../../src/pipeline/timetable.js';
import { systemClock } from '../../src/adapters/system.js';
import type { Clock, Timer } from '../../src/ports/clock.js';
import { STORE, openShop, quiet, storeFileCommand, until, type Shop } from './harness.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Time that the test lets pass; the wall clock can be set beside that, as the machine's can. */
class SetClock implements Clock {
  readonly startTs = Date.parse('2026-03-02T02:00:00Z');
  ms = 0;
  setMs = 0;
  longestMs = 0;
  #waiting: { at: number; action: () => void }[] = [];
  now(): number {
    return this.startTs + this.ms + this.setMs;
  }
  monotonicMs(): number {
    return this.ms;
  }
  every(): Timer {
    throw new Error('nobody asks for it');
  }
  after(ms: number, action: () => void): Timer {
    this.longestMs = Math.max(this.longestMs, ms);
    const waiting = { at: this.ms + ms, action };
    this.#waiting.push(waiting);
    return { cancel: () => (this.#waiting = this.#waiting.filter((other) => other !== waiting)) };
  }
  pass(ms: number): void {
    const end = this.ms + ms;
    for (;;) {
      const [next] = this.#waiting.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
      if (!next) break;
      this.ms = next.at;
      this.#waiting = this.#waiting.filter((other) => other !== next);
      next.action();
    }
    this.ms = end;
  }
}

/** The journal as far as the timetable knows it: what is appended is durable at once. */
class Shelf {
  readonly clock = new SetClock();
  readonly engine = createEngine();
  readonly entered: ConfiguredEvent[] = [];
  inForce = 1;
  #seq = 0;
  readonly timetable = new Timetable({
    planned: () => this.engine.planned(),
    inForce: () => this.inForce,
    append: (event, done) => {
      this.entered.push(event);
      this.apply(event);
      done();
    },
    clock: this.clock,
    log: quiet,
  });
  apply(event: DomainEvent): void {
    this.#seq += 1;
    this.engine.apply(this.#seq, event);
    if (event.kind === 'configured') this.inForce = event.version;
  }
  plan(version: number, validFrom: number): void {
    this.apply({ kind: 'planned', ts: this.clock.now(), version, validFrom, storeFile: STORE });
    this.timetable.look();
  }
  told = () => this.entered.map(({ version, ts, validFrom }) => [version, ts - this.clock.startTs, validFrom]);
  at = (ms: number) => this.clock.startTs + ms;
}

describe('a planned version of the store file', () => {
  it('comes into force at its time, once, with nobody saying so', () => {
    const shelf = new Shelf();
    shelf.timetable.start();
    shelf.plan(2, shelf.at(90_000));
    shelf.clock.pass(89_999);
    expect(shelf.entered).toEqual([]);
    shelf.clock.pass(1);
    shelf.clock.pass(DAY);
    expect(shelf.told()).toEqual([[2, 90_000, shelf.at(90_000)]]);
    expect(shelf.entered[0]).toMatchObject({ kind: 'configured', storeFile: STORE });
  });

  it('may lie further ahead than a timer reaches', () => {
    const shelf = new Shelf();
    shelf.timetable.start();
    const in40Days = 40 * DAY + 12_345;
    shelf.plan(2, shelf.at(in40Days));
    shelf.clock.pass(in40Days - 1);
    expect(shelf.entered).toEqual([]);
    shelf.clock.pass(1);
    expect(shelf.told()).toEqual([[2, in40Days, shelf.at(in40Days)]]);
    expect(shelf.clock.longestMs).toBeLessThan(2 ** 31);
  });

  it('comes within a minute of a wall clock that was set forward, and not before its time where it was set back', () => {
    const shelf = new Shelf();
    shelf.timetable.start();
    shelf.plan(2, shelf.at(2 * HOUR));
    shelf.clock.setMs = 3 * HOUR;
    shelf.clock.pass(60_000);
    expect(shelf.told()).toEqual([[2, 3 * HOUR + 60_000, shelf.at(2 * HOUR)]]);
    shelf.plan(3, shelf.at(4 * HOUR));
    shelf.clock.setMs = 0;
    shelf.clock.pass(4 * HOUR - 60_001);
    expect(shelf.entered).toHaveLength(1);
    shelf.clock.pass(1);
    expect(shelf.entered).toHaveLength(2);
  });

  it('that fell due while the agent was off comes into force at its start, older ones first', () => {
    const shelf = new Shelf();
    shelf.plan(2, shelf.at(HOUR));
    shelf.plan(3, shelf.at(2 * HOUR));
    shelf.plan(4, shelf.at(9 * HOUR));
    shelf.clock.pass(3 * HOUR);
    expect(shelf.entered).toEqual([]);
    shelf.timetable.start();
    expect(shelf.told().map(([version]) => version)).toEqual([2, 3]);
    shelf.clock.pass(6 * HOUR);
    expect(shelf.told().map(([version]) => version)).toEqual([2, 3, 4]);
  });

  it('is cancelled by a newer one that holds from the same time or earlier, planned or at once', () => {
    const shelf = new Shelf();
    shelf.timetable.start();
    shelf.plan(2, shelf.at(HOUR));
    shelf.plan(3, shelf.at(2 * HOUR));
    shelf.plan(4, shelf.at(2 * HOUR));
    shelf.plan(5, shelf.at(5 * HOUR));
    shelf.clock.pass(4 * HOUR);
    expect(shelf.told().map(([version]) => version)).toEqual([2, 4]);
    shelf.apply({ kind: 'configured', ts: shelf.clock.now(), version: 6, storeFile: STORE });
    shelf.clock.pass(DAY);
    expect(shelf.told().map(([version]) => version)).toEqual([2, 4]);
    expect(shelf.engine.planned()).toEqual([]);
  });

  it('that is told late is left out where a newer one has overtaken it', () => {
    const shelf = new Shelf();
    shelf.timetable.start();
    shelf.plan(3, shelf.at(HOUR));
    shelf.plan(2, shelf.at(2 * HOUR));
    shelf.clock.pass(3 * HOUR);
    expect(shelf.told().map(([version]) => version)).toEqual([3]);
  });

  it('waits no more once the agent ends', () => {
    const shelf = new Shelf();
    shelf.timetable.start();
    shelf.plan(2, shelf.at(HOUR));
    shelf.timetable.stop();
    shelf.timetable.look();
    shelf.clock.pass(DAY);
    expect(shelf.entered).toEqual([]);
  });
});

describe('in the agent', () => {
  let shop: Shop;
  afterEach(() => shop.end());
  const priced = (price: number): StoreFile => ({
    ...STORE,
    products: (STORE.products ?? []).map((product) => ({ ...product, price })),
  });
  const priceNow = () => shop.agent.host.config?.file.products?.[0]?.price;
  let aheadMs = 0;
  const clock: Clock = { ...systemClock, now: () => Date.now() + aheadMs };

  it('a version comes into force without the cloud, over a restart, and what replaces it does too', async () => {
    aheadMs = 0;
    shop = await openShop({ deps: { clock } });
    const start = Date.now();
    shop.cloud.command({ seq: 2, kind: 'planned', version: 2, validFrom: start + HOUR, storeFile: priced(20) });
    shop.cloud.command({ seq: 3, kind: 'planned', version: 3, validFrom: start + 2 * HOUR, storeFile: priced(30) });
    await until('both are in the journal', () => shop.agent.host.inboxSeq === 3);
    expect(priceNow()).toBe(12.5);
    await until('a status that says what is planned', () =>
      shop.cloud.statuses.some(({ planned }) => (planned as unknown[]).length === 2),
    );
    await shop.cloud.stop();
    await shop.agent.stop();
    aheadMs = HOUR + 1000;
    await shop.start();
    await until('the first planned version', () => priceNow() === 20);
    // The clock moves on while the agent runs: the next group of events looks at it.
    aheadMs = 2 * HOUR + 1000;
    const client = await shop.connect();
    await client.publishAsync('aisle/v1/devices/cam-1/camera/positions', `{"ts":${start},"people":[]}`, { qos: 1 });
    await until('the second', () => priceNow() === 30);
    await shop.agent.stop();
    await shop.start();
    expect([priceNow(), shop.agent.host.config?.version]).toEqual([30, 3]);
    await shop.cloud.start();
    await until('the cloud hears of it', () => shop.cloud.hellos.at(-1)?.configVersion === 3, 20_000);
  });

  it('a store file of now takes the place of what was planned before', async () => {
    aheadMs = 0;
    shop = await openShop({ deps: { clock } });
    shop.cloud.command({ seq: 2, kind: 'planned', version: 2, validFrom: Date.now() + HOUR, storeFile: priced(20) });
    shop.cloud.command(storeFileCommand(3, priced(15), 3));
    await until('the newer one', () => priceNow() === 15);
    aheadMs = DAY;
    await shop.agent.stop();
    await shop.start();
    const client = await shop.connect();
    await client.publishAsync('aisle/v1/devices/cam-1/camera/positions', `{"ts":${Date.now()},"people":[]}`, {
      qos: 1,
    });
    expect([priceNow(), shop.agent.host.config?.version]).toEqual([15, 3]);
  });

  it('a version whose time has passed when it is told comes into force at once', async () => {
    aheadMs = 0;
    shop = await openShop({ deps: { clock } });
    shop.cloud.command({ seq: 2, kind: 'planned', version: 2, validFrom: Date.now() - HOUR, storeFile: priced(20) });
    await until('it', () => priceNow() === 20);
  });
});
