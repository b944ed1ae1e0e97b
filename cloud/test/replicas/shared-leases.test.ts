import { expect, it } from 'vitest';
import type { HeldLease, LeaseTable } from '../../src/ports/index.js';
import { SharedLeases, ownerOf } from '../../src/replicas/shared-leases.js';
import { ManualClock } from '../service/manual-clock.js';

/** What the database does, by one clock. */
class Table {
  readonly rows = new Map<string, { holder: string; token: number; until: number }>();
  isAway = false;
  constructor(private readonly clock: ManualClock) {}
  for(self: string): LeaseTable {
    const now = (): number => {
      if (this.isAway) throw new Error('away');
      return this.clock.monotonicMs();
    };
    return {
      hold: async (name, forMs): Promise<HeldLease | undefined> => {
        const [at, row] = [now(), this.rows.get(name)];
        if (row && row.holder !== self && row.until > at) return undefined;
        const token = (row?.token ?? 0) + (row && row.holder === self && row.until > at ? 0 : 1);
        this.rows.set(name, { holder: self, token, until: at + forMs });
        return { token, untilMs: at + forMs };
      },
      held: async (prefix) => {
        const at = now();
        return [...this.rows].filter(([name, row]) => name.startsWith(prefix) && row.until > at).map(([name]) => name);
      },
      release: async (name) => {
        now();
        const row = this.rows.get(name);
        if (row?.holder === self) row.until = -Infinity;
      },
      turn: async () => true,
    };
  }
}

const log = { info: () => undefined, warn: () => undefined };
const names = Array.from({ length: 16 }, (_, at) => `part-${at}`);

/** Processes that do the work of the names, and a watch that no name is ever done twice at once. */
function cloudOf(clock: ManualClock, table: Table) {
  const doing = new Map<string, Set<string>>();
  let twice = 0;
  const start = (self: string) => {
    const leases = new SharedLeases({ table: table.for(self), self, clock, log });
    for (const name of names)
      leases.hold(name, async (lost) => {
        const who = doing.get(name) ?? new Set();
        doing.set(name, who.add(self));
        if (who.size > 1) twice += 1;
        await new Promise<void>((ended) => lost.addEventListener('abort', () => ended(), { once: true }));
        who.delete(self);
      });
    leases.start();
    return leases;
  };
  const shareOf = (self: string) => [...doing].filter(([, who]) => who.has(self)).length;
  return { start, shareOf, twice: () => twice, done: () => [...doing.values()].filter((who) => who.size === 1).length };
}

it('spreads the work over all that are there, moves a share to one that comes, and never does anything twice at once', async () => {
  const clock = new ManualClock();
  const cloud = cloudOf(clock, new Table(clock));
  const a = cloud.start('a');
  await clock.advance(4_000);
  expect(cloud.shareOf('a')).toBe(16);
  const [b, c] = [cloud.start('b'), cloud.start('c')];
  await clock.advance(10_000);
  const shares = ['a', 'b', 'c'].map(cloud.shareOf);
  expect(shares.reduce((sum, share) => sum + share, 0)).toBe(16);
  expect(Math.min(...shares)).toBeGreaterThan(1);
  await b.stop();
  await clock.advance(7_000);
  expect([cloud.shareOf('a') + cloud.shareOf('c'), cloud.shareOf('b'), cloud.twice()]).toEqual([16, 0, 0]);
  await a.stop();
  await c.stop();
  expect(cloud.done()).toBe(0);
});

it('the work of one that dies goes over within its lease', async () => {
  const clock = new ManualClock();
  const table = new Table(clock);
  const cloud = cloudOf(clock, table);
  const [dying, b] = [cloud.start('a'), cloud.start('b')];
  await clock.advance(10_000);
  expect(cloud.shareOf('b')).toBeLessThan(16);
  // as after SIGKILL: it asks no more; its work ends with it
  Object.assign(dying, { beat: async () => undefined });
  await clock.advance(15_000 + 2 * 3_000 + 1_000);
  expect([cloud.shareOf('a'), cloud.shareOf('b'), cloud.twice()]).toEqual([0, 16, 0]);
  await b.stop();
});

it('while nobody can be asked, work ends with its lease, and begins again by itself', async () => {
  const clock = new ManualClock();
  const table = new Table(clock);
  const cloud = cloudOf(clock, table);
  const a = cloud.start('a');
  await clock.advance(4_000);
  table.isAway = true;
  await clock.advance(10_000);
  expect(cloud.shareOf('a')).toBe(16);
  await clock.advance(6_000);
  expect(cloud.shareOf('a')).toBe(0);
  table.isAway = false;
  await clock.advance(4_000);
  expect([cloud.shareOf('a'), cloud.twice()]).toEqual([16, 0]);
  await a.stop();
});

it('whose a name is follows from the names alone, and moves only with its owner', () => {
  const all = ['a', 'b', 'c', 'd'];
  for (const name of names) {
    const owner = ownerOf(name, all);
    expect(ownerOf(name, [...all].reverse())).toBe(owner);
    for (const gone of all.filter((self) => self !== owner))
      expect(
        ownerOf(
          name,
          all.filter((self) => self !== gone),
        ),
      ).toBe(owner);
  }
  expect(ownerOf('x', [])).toBeUndefined();
});
