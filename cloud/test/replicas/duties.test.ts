import { expect, it } from 'vitest';
import type { HeldLease, LeaseTable } from '../../src/ports/index.js';
import { Duties, type Duty } from '../../src/replicas/duties.js';
import { OwnLeases } from '../../src/replicas/in-process.js';
import { ManualClock } from '../service/manual-clock.js';

/** LeaseTable whose keeper stands beside the processes: its own clock, and it can be away. */
class Keeper {
  holder: string | undefined;
  isAway = false;
  #token = 0;
  #until = -Infinity;
  #turned = -Infinity;
  constructor(private readonly clock: ManualClock) {}

  for(self: string): LeaseTable {
    const here = (): void => {
      if (this.isAway) throw new Error('away');
    };
    return {
      hold: async (_name, forMs): Promise<HeldLease | undefined> => {
        here();
        const now = this.clock.monotonicMs();
        if (this.holder !== self || now >= this.#until) {
          if (now < this.#until) return undefined;
          [this.holder, this.#token] = [self, this.#token + 1];
        }
        this.#until = now + forMs;
        return { token: this.#token, untilMs: this.#until };
      },
      held: async () => [],
      release: async () => {
        if (this.holder === self) this.#until = -Infinity;
      },
      turn: async (_name, token, everyMs) => {
        here();
        const now = this.clock.monotonicMs();
        if (token !== this.#token || now - this.#turned < everyMs) return false;
        this.#turned = now;
        return true;
      },
    };
  }
}

const silent = { info: () => undefined, warn: () => undefined };
const shared = { log: silent, leaseMs: 15_000, beatMs: 5_000, everyMs: 60_000, firstMs: 1_000 };

it('alone, does the work after the first moment and then each minute', async () => {
  const clock = new ManualClock();
  const runs: number[] = [];
  const started = clock.monotonicMs();
  const duty: Duty = { run: async () => void runs.push(clock.monotonicMs() - started) };
  const duties = new Duties(
    {
      ...{ leases: new OwnLeases(clock), clock, log: silent },
      leaseMs: 1,
      beatMs: 60_000,
      everyMs: 60_000,
      firstMs: 10_000,
    },
    [duty],
  );
  duties.start();
  await clock.advance(200_000);
  expect(runs).toEqual([10_000, 60_000, 120_000, 180_000]);
  await duties.stop();
});

it('of three, one does the work once a minute; another within the lease when it dies, and a third when that one ends', async () => {
  const clock = new ManualClock();
  const keeper = new Keeper(clock);
  const runs: { who: string; at: number }[] = [];
  const told: string[] = [];
  const make = (who: string) =>
    new Duties({ ...shared, clock, leases: keeper.for(who) }, [
      {
        run: async () => void runs.push({ who, at: clock.monotonicMs() }),
        gained: async () => void told.push(`${who} gains`),
        lost: () => void told.push(`${who} loses`),
      },
    ]);
  const all = { a: make('a'), b: make('b'), c: make('c') };
  const dying = make('first');
  dying.start();
  await clock.advance(2_000);
  for (const one of Object.values(all)) one.start();
  await clock.advance(180_000);
  expect(new Set(runs.map(({ who }) => who))).toEqual(new Set(['first']));
  expect(runs.length).toBe(4);

  // killed: it neither gives back nor asks again
  Object.assign(dying, { beat: async () => undefined });
  const diedAt = clock.monotonicMs();
  await clock.advance(90_000);
  const after = runs.filter(({ at }) => at > diedAt);
  const [heir] = after.map(({ who }) => who) as ['a' | 'b' | 'c'];
  expect(['a', 'b', 'c']).toContain(heir);
  expect(new Set(after.map(({ who }) => who)).size).toBe(1);
  const gaps = runs.slice(1).map(({ at }, index) => at - runs[index]!.at);
  expect(Math.min(...gaps)).toBeGreaterThanOrEqual(57_500);
  expect(Math.max(...gaps)).toBeLessThanOrEqual(60_000 + shared.leaseMs + shared.beatMs);

  await all[heir].stop();
  await clock.advance(70_000);
  expect(runs.at(-1)!.who).not.toBe(heir);
  expect(told.slice(0, 3)).toEqual(['first gains', `${heir} gains`, `${heir} loses`]);
  for (const one of Object.values(all)) await one.stop();
});

it('work that outlives its lease learns that it is no longer its own, though nobody can be asked', async () => {
  const clock = new ManualClock();
  const keeper = new Keeper(clock);
  let still: (() => boolean) | undefined;
  const lost: string[] = [];
  const duties = new Duties({ ...shared, clock, leases: keeper.for('a') }, [
    { run: (asked) => ((still = asked), new Promise(() => undefined)), lost: () => void lost.push('lost') },
  ]);
  duties.start();
  await clock.advance(2_000);
  expect(still?.()).toBe(true);
  keeper.isAway = true;
  await clock.advance(10_000);
  expect([still?.(), lost]).toEqual([true, []]);
  await clock.advance(10_000);
  expect([still?.(), lost]).toEqual([false, ['lost']]);
});

it('a part that fails harms neither the others nor the next turn', async () => {
  const clock = new ManualClock();
  let runs = 0;
  const duties = new Duties({ ...shared, clock, leases: new OwnLeases(clock) }, [
    { run: () => Promise.reject(new Error('broken')), gained: () => Promise.reject(new Error('broken')) },
    { run: async () => void (runs += 1) },
  ]);
  duties.start();
  await clock.advance(125_000);
  expect(runs).toBe(3);
});
