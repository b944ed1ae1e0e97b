import { HOUR_MS, type Fact, type FactKind } from '@aisle/contracts';
import type { StoredWindow } from '../engine/engine-api.js';

/** Windows stay in memory for this much event time behind the newest, and for this many events after the last touch. */
export const WINDOW_KEPT_MS = 2 * HOUR_MS;
export const WINDOW_KEPT_EVENTS = 10_000;
/** The time of windows that belong to no minute: the last one there is, so that no sweep of old minutes takes them. */
export const TIMELESS = 8_640_000_000_000_000;
/** Looking for windows to page out costs a pass over all, so it is done once in so many events. */
const SWEEP_EVERY_EVENTS = 1_000;
/** Keys known to be in neither memory nor table; forgotten together when there are many. */
const ABSENT_LIMIT = 50_000;

/** What the engine knows of one kind and subject in one minute (or of one record). */
export interface Window<D> {
  readonly kind: WindowKind<D>;
  readonly ts: number;
  readonly subject: string;
  readonly data: D;
  /** journal sequence of the last event that changed the value, and the store file it was made under */
  seq: number;
  configVersion: number;
  /** how many events had been applied at the last touch */
  touched: number;
  /** false once it has been paged out: whoever keeps a reference must fetch it anew */
  here: boolean;
}

export interface KindRules<D> {
  name: string;
  create(): D;
  /** A deep copy as JSON data. */
  save(data: D): unknown;
  restore(json: unknown): D;
  /** The value of the window's fact; kinds without one state nothing. */
  fact?: { kind: FactKind; value(window: Window<D>): unknown };
  /** Whether it must stay although it is old. */
  pinned?(window: Window<D>): boolean;
  /** Of no minute, found by subject alone (at TIMELESS): paged out when long untouched. */
  timeless?: boolean;
  /** Nothing will ask for it again: it is dropped, not paged out. */
  dropped?: boolean;
}

type SavedWindow = [
  kind: string,
  ts: number,
  subject: string,
  seq: number,
  configVersion: number,
  touched: number,
  data: unknown,
];

interface Saved {
  seq: number;
  configVersion: number;
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

/** All windows of one kind. */
export class WindowKind<D> {
  readonly byTs = new Map<number, Map<string, Window<D>>>();
  constructor(
    private readonly store: WindowStore,
    readonly rules: KindRules<D>,
  ) {}

  peek(ts: number, subject: string): Window<D> | undefined {
    return this.byTs.get(ts)?.get(subject);
  }

  get(ts: number, subject: string): Window<D> {
    return this.peek(ts, subject) ?? this.put(ts, subject, this.rules.create(), 0, 0);
  }

  put(ts: number, subject: string, data: D, seq: number, configVersion: number): Window<D> {
    const window: Window<D> = {
      kind: this,
      ts,
      subject,
      data,
      seq,
      configVersion,
      touched: this.store.applied,
      here: true,
    };
    let subjects = this.byTs.get(ts);
    if (!subjects) this.byTs.set(ts, (subjects = new Map()));
    subjects.set(subject, window);
    return window;
  }

  remove(window: Window<D>): void {
    window.here = false;
    const subjects = this.byTs.get(window.ts);
    subjects?.delete(window.subject);
    if (subjects?.size === 0) this.byTs.delete(window.ts);
  }

  *all(): Iterable<Window<D>> {
    for (const subjects of this.byTs.values()) yield* subjects.values();
  }
}

/** Holds the windows of all kinds, remembers which facts changed, and pages old windows out and in. */
export class WindowStore {
  /** of the event being applied */
  seq = 0;
  configVersion = 0;
  /** events applied so far */
  applied = 0;
  /** newest event time of any device */
  newest = 0;
  /** Newest start of any window ever paged out; -1 before the first. Whatever lies behind it may be in the table. */
  pagedUpTo = -1;
  /** Whether any timeless window was paged out. */
  pagedTimeless = false;
  private sweptAt = 0;
  private readonly kinds = new Map<string, WindowKind<unknown>>();
  private readonly dirty = new Set<Window<unknown>>();
  /** Facts that were settled early, because the store file they were made under has been replaced. */
  private readonly settled = new Map<string, Fact>();
  private readonly asked = new Set<string>();
  private readonly absent = new Set<string>();

  kind<D>(rules: KindRules<D>): WindowKind<D> {
    const kind = new WindowKind<D>(this, rules);
    this.kinds.set(rules.name, kind as unknown as WindowKind<unknown>);
    return kind;
  }

  /** The event being applied has changed the value of this window's fact. */
  changed<D>(window: Window<D>): void {
    window.seq = this.seq;
    window.configVersion = this.configVersion;
    window.touched = this.applied;
    this.dirty.add(window as unknown as Window<unknown>);
  }

  takeFacts(): Fact[] {
    this.settle();
    const facts = [...this.settled.values()];
    this.settled.clear();
    return facts;
  }

  /** Turns changed windows into facts now: a new store file must not colour what the old one measured. */
  settle(): void {
    for (const window of this.dirty) {
      const { fact } = window.kind.rules;
      if (!fact) continue;
      this.settled.set(`${fact.kind}|${window.ts}|${window.subject}`, {
        kind: fact.kind,
        subject: window.subject,
        ts: window.ts,
        seq: window.seq,
        configVersion: window.configVersion,
        value: fact.value(window),
      } as Fact);
    }
    this.dirty.clear();
  }

  /** Adds the key to `keys` when the window may lie in the table. */
  require<D>(keys: string[], kind: WindowKind<D>, ts: number, subject: string): void {
    if (ts === TIMELESS ? !this.pagedTimeless : ts > this.pagedUpTo) return;
    if (kind.peek(ts, subject)) return;
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
      if (!kind || kind.peek(Number(ts), subject)) continue;
      const [seq, configVersion, json] = data as [number, number, unknown];
      kind.put(Number(ts), subject, kind.rules.restore(json), seq, configVersion);
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
      for (const window of kind.all()) {
        if (!kind.rules.timeless && window.ts >= oldest) continue;
        if (this.applied - window.touched < WINDOW_KEPT_EVENTS || this.dirty.has(window)) continue;
        if (kind.rules.pinned?.(window)) continue;
        kind.remove(window);
        if (kind.rules.dropped) continue;
        const key = `${kind.rules.name}|${window.ts}|${window.subject}`;
        this.absent.delete(key);
        if (kind.rules.timeless) this.pagedTimeless = true;
        else this.pagedUpTo = Math.max(this.pagedUpTo, window.ts);
        evicted.push({ key, data: [window.seq, window.configVersion, kind.rules.save(window.data)] });
      }
    }
    return evicted;
  }

  save(): Saved {
    const windows: SavedWindow[] = [];
    const dirty: number[] = [];
    for (const kind of this.kinds.values()) {
      for (const w of kind.all()) {
        if (this.dirty.has(w)) dirty.push(windows.length);
        windows.push([kind.rules.name, w.ts, w.subject, w.seq, w.configVersion, w.touched, kind.rules.save(w.data)]);
      }
    }
    const { seq, configVersion, applied, newest, pagedUpTo, pagedTimeless, sweptAt } = this;
    return {
      seq,
      configVersion,
      applied,
      newest,
      pagedUpTo,
      pagedTimeless,
      sweptAt,
      windows,
      dirty,
      settled: structuredClone([...this.settled]),
    };
  }

  /** All kinds must be registered before. */
  restore(json: unknown): void {
    const saved = json as Saved;
    this.seq = saved.seq;
    this.configVersion = saved.configVersion;
    this.applied = saved.applied;
    this.newest = saved.newest;
    this.pagedUpTo = saved.pagedUpTo;
    this.pagedTimeless = saved.pagedTimeless;
    this.sweptAt = saved.sweptAt;
    const windows = saved.windows.map(([name, ts, subject, seq, configVersion, touched, data]) => {
      const kind = this.kinds.get(name);
      if (!kind) throw new Error(`snapshot holds windows of an unknown kind: ${name}`);
      const window = kind.put(ts, subject, kind.rules.restore(data), seq, configVersion);
      window.touched = touched;
      return window;
    });
    for (const index of saved.dirty) this.dirty.add(windows[index] as Window<unknown>);
    for (const [key, fact] of saved.settled) this.settled.set(key, fact);
  }
}
