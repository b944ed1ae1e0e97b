import { HOUR_MS, type Fact, type FactKind } from '@aisle/contracts';
import type { StoredWindow } from '../engine/engine-api.js';
import type { EnginePart } from './engine-part.js';
import { WindowGuard } from './window-guard.js';
import { WindowKind, type KindRules, type Window } from './window-kind.js';

export type { KindRules, Window, WindowKind } from './window-kind.js';

/** Windows stay in memory for this much event time behind the newest, and for this many events after the last touch. */
export const WINDOW_KEPT_MS = 2 * HOUR_MS;
export const WINDOW_KEPT_EVENTS = 10_000;
/** The time of windows that belong to no minute: the last one there is, so that no sweep of old minutes takes them. */
export const TIMELESS = 8_640_000_000_000_000;
/** Looking for windows to page out costs a pass over all, so it is done once in so many events. */
const SWEEP_EVERY_EVENTS = 1_000;
/** Keys known to be in neither memory nor table; forgotten together when there are many. */
const ABSENT_LIMIT = 50_000;

type SavedWindow = [
  kind: string,
  ts: number,
  subject: string,
  seq: number,
  configVersion: number,
  touched: number,
  data: unknown,
  /** left out by 0.1 */
  generation?: number,
];
/** A cell in the table: its windows by version. 0.1 had one, without a generation. */
type StoredCell = [seq: number, configVersion: number, generation: number, data: unknown][];
type StoredCell01 = [seq: number, configVersion: number, data: unknown];

interface Saved {
  seq: number;
  configVersion: number;
  /** left out by 0.1 */
  generation?: number;
  applied: number;
  newest: number;
  pagedUpTo: number;
  pagedTimeless: boolean;
  sweptAt: number;
  windows: SavedWindow[];
  /** indexes of windows whose facts have not been taken */
  dirty: number[];
  settled: [string, Fact][];
}

/** Holds the windows of all kinds, remembers which facts changed, and pages old windows out and in. */
export class WindowStore implements EnginePart {
  readonly name = 'windows';
  readonly version = 2;
  /** of the event being applied */
  seq = 0;
  /** of the store file in force */
  configVersion = 0;
  /** what is stated from here on is of it */
  generation = 1;
  /** events applied so far */
  applied = 0;
  /** newest event time of any device */
  newest = 0;
  /** Newest start of any window ever paged out; -1 before the first. Whatever lies behind it may be in the table. */
  private pagedUpTo = -1;
  /** Whether any timeless window was paged out. */
  private pagedTimeless = false;
  private sweptAt = 0;
  private readonly kinds = new Map<string, WindowKind<unknown>>();
  private readonly dirty = new Set<Window<unknown>>();
  /** Facts that were settled early, because another store file has come into force. */
  private readonly settled = new Map<string, Fact>();
  private readonly asked = new Set<string>();
  private readonly absent = new Set<string>();
  /** only in tests: fails when a window is looked at that nobody has required */
  readonly guard: WindowGuard | undefined;

  constructor(guarded = false) {
    if (guarded) this.guard = new WindowGuard();
  }

  kind<D>(rules: KindRules<D>): WindowKind<D> {
    const kind = new WindowKind<D>(this, rules);
    this.kinds.set(rules.name, kind as unknown as WindowKind<unknown>);
    return kind;
  }

  /** The event being applied has changed the value of this window's fact. */
  changed<D>(changed: Window<D>): void {
    const window = changed as unknown as Window<unknown>;
    window.seq = this.seq;
    window.touched = this.applied;
    this.dirty.add(window);
    if (window.generation === this.generation) return;
    // Of one minute only the highest generation counts: what other versions said of it is said again in this one.
    for (const sibling of window.kind.cell(window.ts, window.subject) ?? []) {
      if (sibling.generation === this.generation) continue;
      sibling.generation = this.generation;
      this.dirty.add(sibling);
    }
  }

  takeFacts(): Fact[] {
    this.settle();
    const facts = [...this.settled.values()];
    this.settled.clear();
    return facts;
  }

  /** Turns changed windows into facts now. */
  settle(): void {
    for (const window of this.dirty) {
      const fact = factOf(window);
      if (fact) this.settled.set(keyOf(fact), fact);
    }
    this.dirty.clear();
  }

  /** Whether windows of this time may be in the table. */
  isPaged(ts: number): boolean {
    return ts <= this.pagedUpTo;
  }

  /** For work over whatever is in memory, which requires nothing. */
  inMemory(work: () => void): void {
    if (this.guard) this.guard.unwatched(work);
    else work();
  }

  /** Whether a window of this time, or of an earlier one, may have to be fetched: a quick look before many are required. */
  reaches(ts: number): boolean {
    return this.guard !== undefined || this.isPaged(ts);
  }

  /** Whether anything may have to be fetched at all. */
  get mayLack(): boolean {
    return this.guard !== undefined || this.pagedUpTo >= 0 || this.pagedTimeless;
  }

  /** Adds the key to `keys` when the window may lie in the table. */
  need<D>(keys: string[], kind: WindowKind<D>, ts: number, subject: string): void {
    this.guard?.require(kind.rules.name, ts, subject);
    if (ts === TIMELESS ? !this.pagedTimeless : ts > this.pagedUpTo) return;
    if (kind.cell(ts, subject)) return;
    const key = `${kind.rules.name}|${ts}|${subject}`;
    if (this.absent.has(key)) return;
    this.asked.add(key);
    keys.push(key);
  }

  load(windows: readonly StoredWindow[]): void {
    for (const { key, data } of windows) {
      const [name = '', ts = ''] = key.split('|', 2);
      const kind = this.kinds.get(name);
      const subject = key.slice(name.length + ts.length + 2);
      if (!kind || kind.cell(Number(ts), subject)) continue;
      for (const [seq, configVersion, generation, json] of cellOf(data)) {
        const window = kind.put(Number(ts), subject, kind.rules.restore(json), configVersion);
        window.seq = seq;
        window.generation = generation;
      }
    }
    if (this.absent.size > ABSENT_LIMIT) this.absent.clear();
    for (const key of this.asked) this.absent.add(key);
    this.asked.clear();
  }

  takeEvictions(beforeSweep: () => void): StoredWindow[] {
    const evicted: StoredWindow[] = [];
    if (this.applied - this.sweptAt < SWEEP_EVERY_EVENTS) return evicted;
    this.sweptAt = this.applied;
    beforeSweep();
    const oldest = this.newest - WINDOW_KEPT_MS;
    for (const kind of this.kinds.values()) {
      for (const [ts, subject, cell] of kind.cells()) {
        if (!kind.rules.timeless && ts >= oldest) continue;
        if (cell.some((window) => this.stays(window))) continue;
        kind.remove(ts, subject);
        if (kind.rules.dropped) continue;
        const key = `${kind.rules.name}|${ts}|${subject}`;
        this.absent.delete(key);
        if (kind.rules.timeless) this.pagedTimeless = true;
        else this.pagedUpTo = Math.max(this.pagedUpTo, ts);
        const data: StoredCell = cell.map(({ seq, configVersion, generation, data: d }) => [
          seq,
          configVersion,
          generation,
          kind.rules.save(d),
        ]);
        evicted.push({ key, data });
      }
    }
    return evicted;
  }

  private stays(window: Window<unknown>): boolean {
    if (this.applied - window.touched < WINDOW_KEPT_EVENTS || this.dirty.has(window)) return true;
    return window.kind.rules.pinned?.(window) ?? false;
  }

  /** The facts that windows out of the table stand for; none of kinds that state none, or that nobody knows any more. */
  factsIn({ key, data }: StoredWindow): Fact[] {
    const [name = '', ts = ''] = key.split('|', 2);
    const kind = this.kinds.get(name);
    if (!kind?.rules.fact) return [];
    const subject = key.slice(name.length + ts.length + 2);
    return cellOf(data).flatMap(([seq, configVersion, generation, json]) => {
      const data = kind.rules.restore(json);
      const window = { kind, ts: Number(ts), subject, configVersion, data, seq, generation, touched: 0, here: false };
      return factOf(window) ?? [];
    });
  }

  /** The facts that windows in memory have stated, from an event time on. */
  *statements(fromTs: number): Iterable<Fact> {
    for (const kind of this.kinds.values())
      for (const window of kind.all()) {
        const fact = window.ts >= fromTs && window.generation > 0 ? factOf(window) : undefined;
        if (fact) yield fact;
      }
  }

  save(): Saved {
    const windows: SavedWindow[] = [];
    const dirty: number[] = [];
    for (const kind of this.kinds.values()) {
      for (const w of kind.all()) {
        if (this.dirty.has(w)) dirty.push(windows.length);
        windows.push([
          kind.rules.name,
          w.ts,
          w.subject,
          w.seq,
          w.configVersion,
          w.touched,
          kind.rules.save(w.data),
          w.generation,
        ]);
      }
    }
    const { seq, configVersion, generation, applied, newest, pagedUpTo, pagedTimeless, sweptAt } = this;
    return {
      ...{ seq, configVersion, generation, applied, newest, pagedUpTo, pagedTimeless, sweptAt },
      windows,
      dirty,
      settled: structuredClone([...this.settled]),
    };
  }

  /** All kinds must be registered before. */
  restore(json: unknown): void {
    if (json === undefined) return;
    const saved = json as Saved;
    this.seq = saved.seq;
    this.configVersion = saved.configVersion;
    this.generation = saved.generation ?? 1;
    this.applied = saved.applied;
    this.newest = saved.newest;
    this.pagedUpTo = saved.pagedUpTo;
    this.pagedTimeless = saved.pagedTimeless;
    this.sweptAt = saved.sweptAt;
    const windows = saved.windows.map(([name, ts, subject, seq, configVersion, touched, data, generation = 0]) => {
      const kind = this.kinds.get(name);
      if (!kind) throw new Error(`windows of an unknown kind: ${name}`);
      const window = kind.put(ts, subject, kind.rules.restore(data), configVersion);
      return Object.assign(window, { seq, touched, generation });
    });
    for (const index of saved.dirty) {
      const window = windows[index] as Window<unknown>;
      window.generation ||= this.generation;
      this.dirty.add(window);
    }
    for (const [, fact] of saved.settled) this.settled.set(keyOf(fact), fact);
  }

  /** Windows of 0.1 become those of the version that they say, and are of generation 0 until they change. */
  migrate(saved: unknown): unknown {
    return saved;
  }
}

const keyOf = ({ kind, ts, configVersion, subject }: Fact): string => `${kind}|${ts}|${configVersion}|${subject}`;

function factOf(window: Window<unknown>): Fact | undefined {
  const { fact } = window.kind.rules;
  if (!fact) return undefined;
  const { subject, ts, seq, generation, configVersion } = window;
  return {
    kind: fact.kind as FactKind,
    subject,
    ts,
    seq,
    generation,
    configVersion,
    value: fact.value(window),
  } as Fact;
}

const cellOf = (data: unknown): StoredCell => {
  if (Array.isArray((data as unknown[])[0])) return data as StoredCell;
  const [seq, configVersion, json] = data as StoredCell01;
  return [[seq, configVersion, 0, json]];
};
