import { cpSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  FACT_KINDS,
  type AgentCampaign,
  type DecidedEvent,
  type DomainEvent,
  type Fact,
  type StoreFile,
} from '@aisle/contracts';
import { FsLogFiles } from '../../src/adapters/fs-log-files.js';
import { LibsqlStore } from '../../src/adapters/libsql-store.js';
import { systemClock, systemRandom } from '../../src/adapters/system.js';
import { createEngine } from '../../src/domain/engine/engine.js';
import { chanceFrom } from '../../src/domain/screens/drawn-blocks.js';
import type { LogFile } from '../../src/ports/log-files.js';
import { Journal } from '../../src/journal/journal.js';
import { EngineHost } from '../../src/pipeline/engine-host.js';
import { ScreenDirector } from '../../src/screens/director.js';
import { START, play, positions, sale, weight } from '../domain/shop.js';
import { STORE as WITH_ODD, quiet, tempDir } from '../runtime/harness.js';

const STORE: StoreFile = { ...WITH_ODD, devices: (WITH_ODD.devices ?? []).filter(({ id }) => id !== 'odd-1') };
const MILK = '06901234567892';
const WINE = '06901234567908';
const MINUTE = 60_000;
const CAMPAIGN: AgentCampaign = {
  ...{ campaignId: 'c1', revision: 1, name: 'Milk', state: 'live', screens: null, category: 'dairy', gtins: [] },
  items: [
    { contentId: 'milk', template: 'product', gtins: [MILK], category: 'dairy', weight: 1 },
    { contentId: 'wine', template: 'product', gtins: [WINE], category: 'wine', weight: 2 },
    { contentId: 'page', template: 'several', gtins: [], category: null, weight: 1 },
  ],
  ...{ goal: 'pickups', policy: 'bandit', holdoutPpm: 400_000, blockMinutes: 20, washInMinutes: 5, minPlaySeconds: 8 },
  ...{ dailyCap: null, frequencyCap: 3, weight: 1, fromTs: null, toTs: null, days: null, hours: null, seed: 7 },
};

/** The page cache outlives a killed process: without the disk's own pace the hour takes seconds. */
class UnsyncedFiles extends FsLogFiles {
  override async open(name: string): Promise<LogFile> {
    const file = await super.open(name);
    const write = (bytes: Uint8Array, position: number) => file.write(bytes, position);
    return {
      write,
      append: write,
      sync: () => Promise.resolve(),
      truncate: (size) => file.truncate(size),
      close: () => file.close(),
    };
  }
}

/** Shoppers from a seed, the camera quiet while nobody is there: dairy or wine, then before the screen for a while; some take and pay. */
function* messages(minutes: number): Iterable<DomainEvent> {
  const chance = chanceFrom('shoppers');
  const visits = Array.from({ length: minutes / 2 }, (_, n) => ({
    name: `p${n}`,
    at: START + 2 * n * MINUTE + Math.floor(chance() * 30_000),
    wine: chance() < 0.4,
    stays: 10_000 + Math.floor(chance() * 40_000),
    buys: chance() < 0.5,
  }));
  let stock = 40;
  let receipt = 0;
  for (let ts = START; ts < START + minutes * MINUTE; ts += 2_000) {
    const people: [string, number, number][] = [];
    for (const { name, at, wine, stays } of visits) {
      const since = ts - at;
      if (since < 0 || since >= 40_000 + stays) continue;
      people.push(since < 30_000 ? [name, wine ? 17 : 3, 3] : [name, 10, 4]);
    }
    if (people.length > 0 || ts % 10_000 === 0) yield positions('cam-1', ts, people);
    if (ts % 20_000 === 0) {
      const taken = visits.filter(({ at, buys, wine }) => buys && !wine && at + 20_000 <= ts).length;
      // emptied in the middle, filled again later
      stock = ts > START + 45 * MINUTE && ts < START + 60 * MINUTE ? 0 : 200 - taken;
      yield weight('shelf-1', ts + 100, 'fx-1-a', stock * 1030);
    }
    const pays = visits.filter(({ at, buys }) => buys && Math.floor((at + 50_000) / 2_000) === Math.floor(ts / 2_000));
    for (const { wine } of pays)
      yield sale('till-1', ts + 200, `R${(receipt += 1)}`, [[wine ? WINE : MILK, 1, wine ? 8800 : 1250]]);
  }
}

/** Journal, engine and director on a real disk; the screen shows what it is told, and tells what was replaced. */
class Machine {
  now = START;
  readonly decided: DecidedEvent[] = [];
  readonly store: LibsqlStore;
  journal!: Journal;
  host!: EngineHost;
  director!: ScreenDirector;
  #asked = 0;
  #askedAt = 0;
  constructor(
    readonly dir: string,
    /** what the screen shows: it does not go with the agent */
    readonly screen: { on?: { decisionId: string; contentId: string; startedTs: number }; receipts: DomainEvent[] },
  ) {
    this.store = new LibsqlStore(path.join(dir, 'agent.db'));
  }

  /** The same chance at the same time, whatever was before. */
  #next(): number {
    if (this.#askedAt !== this.now) [this.#askedAt, this.#asked] = [this.now, 0];
    this.#asked += 1;
    return chanceFrom(`${this.now}|${this.#asked}`)();
  }

  async open(now: number): Promise<this> {
    this.now = now;
    this.store.open();
    this.journal = new Journal(new UnsyncedFiles(path.join(this.dir, 'journal')), systemClock, systemRandom, quiet);
    await this.journal.open();
    const idle = { cancel: () => undefined };
    this.director = new ScreenDirector({
      config: () => this.host.config,
      book: () => this.host.engine.screens,
      audienceOf: (zoneId) => this.host.engine.audienceOf(zoneId),
      decide: (event) => {
        this.decided.push(event);
        this.journal.append(event, () => undefined);
      },
      publish: (_topic, payload) => this.#shown(JSON.parse(payload) as never),
      clock: { now: () => this.now, monotonicMs: () => this.now, after: () => idle, every: () => idle },
      random: { next: () => this.#next(), id: () => `d-${this.now}` },
    });
    this.host = new EngineHost(createEngine, [this.director], this.journal, this.store, systemClock, quiet);
    expect(await this.host.recover()).toBe(true);
    this.journal.consume((entry) => this.host.apply(entry).accepted);
    this.director.start();
    return this;
  }

  #shown({ decisionId, contentId }: { decisionId: string; contentId: string }): void {
    const { on } = this.screen;
    if (on?.decisionId === decisionId) return;
    if (on) this.screen.receipts.push(play(this.now, on.decisionId, { ...on, endedTs: this.now }));
    this.screen.on = { decisionId, contentId, startedTs: this.now };
  }

  /** Until it and all that follows from it is on the disk and applied. */
  async take(event: DomainEvent): Promise<void> {
    await new Promise((done) => this.journal.append(event, done));
    this.director.look();
    for (;;) {
      const receipt = this.screen.receipts.shift();
      if (receipt) await new Promise((done) => this.journal.append(receipt, done));
      else if (this.host.appliedSeq === this.journal.lastSeq) return;
      else await new Promise((done) => setImmediate(done));
    }
  }

  facts(): Map<string, Fact> {
    this.host.flush();
    const rows = this.store.takeRows(this.journal.id, {
      ...{ fromTs: 0, toTs: Number.MAX_SAFE_INTEGER, limit: 1_000_000, kinds: FACT_KINDS, exclude: new Set() },
    });
    return new Map(rows.map((row) => [row.key, JSON.parse(row.payload) as Fact]));
  }
}

async function run(minutes: number, killAt: (minute: number) => boolean): Promise<Machine> {
  let machine = await new Machine(tempDir(), { receipts: [] }).open(START);
  await machine.take({ kind: 'configured', ts: START, version: 1, storeFile: STORE });
  await machine.take({ kind: 'campaign', ts: START, campaign: CAMPAIGN });
  let minute = 0;
  for (const event of messages(minutes)) {
    machine.now = (event as { ts: number }).ts;
    await machine.take(event);
    const at = Math.floor((machine.now - START) / MINUTE);
    if (at === minute) continue;
    minute = at;
    // facts go to the outbox now and then, and stay there while the line is cut
    if (minute % 7 === 0) machine.host.flush();
    if (minute % 13 === 0) await machine.host.snapshot();
    if (!killAt(minute)) continue;
    // kill -9: what lies on the disk goes on, and the screen
    const next = tempDir();
    cpSync(machine.dir, next, { recursive: true });
    machine = await new Machine(next, machine.screen).open(machine.now);
  }
  return machine;
}

describe('the line to the cloud cut for an hour, and the agent killed meanwhile', () => {
  it('leaves plays, decisions, blocks and totals of a run without', async () => {
    const minutes = 90;
    const calm = (await run(minutes, () => false)).facts();
    // killed eight times between 20 and 80, also in the middle of plays, blocks and while the shelf was empty
    const killed = (await run(minutes, (minute) => minute >= 20 && minute < 80 && minute % 8 === 3)).facts();
    const count = (kind: string) => [...calm.values()].filter((fact) => fact.kind === kind).length;
    expect(count('play')).toBeGreaterThan(50);
    expect(count('block')).toBe(5);
    const milk = (fact: Fact) => fact.kind === 'play' && fact.value.contentId === 'milk';
    const whileEmpty = ({ ts }: Fact) => ts > START + 46 * MINUTE && ts < START + 59 * MINUTE;
    expect([...calm.values()].some((fact) => milk(fact) && !whileEmpty(fact))).toBe(true);
    expect([...calm.values()].some((fact) => milk(fact) && whileEmpty(fact))).toBe(false);
    expect([...killed.keys()].sort()).toEqual([...calm.keys()].sort());
    for (const [key, fact] of calm) expect(killed.get(key)?.value, key).toEqual(fact.value);
  }, 60_000);
});
