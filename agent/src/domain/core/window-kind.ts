import type { FactKind } from '@aisle/contracts';
import type { WindowStore } from './window-store.js';

/** What the engine knows of one kind and subject in one minute under one store file (or of one record). */
export interface Window<D> {
  readonly kind: WindowKind<D>;
  readonly ts: number;
  readonly subject: string;
  /** of the store file that it was made under */
  readonly configVersion: number;
  readonly data: D;
  /** journal sequence of the last event that changed the value */
  seq: number;
  /** in which its value was stated last, 0 before (and by 0.1) */
  generation: number;
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
  /** Each store file has a window of its own in a minute: true of all facts of minutes. */
  versioned?: boolean;
  /** Every change replaces the value as a whole: one that was not required is at worst said again. */
  whole?: boolean;
  /** Whether it must stay although it is old. */
  pinned?(window: Window<D>): boolean;
  /** Of no minute, found by subject alone (at TIMELESS): paged out when long untouched. */
  timeless?: boolean;
  /** Nothing will ask for it again: it is dropped, not paged out. */
  dropped?: boolean;
}

/** All windows of one kind. Those of one time and subject make a cell, which is in memory or in the table as a whole. */
export class WindowKind<D> {
  readonly byTs = new Map<number, Map<string, Window<D>[]>>();
  constructor(
    private readonly store: WindowStore,
    readonly rules: KindRules<D>,
  ) {}

  /** @param version of the store file; the one in force when left out */
  peek(ts: number, subject: string, version = this.store.configVersion): Window<D> | undefined {
    const cell = this.cell(ts, subject);
    this.store.guard?.look(this.rules, ts, subject, cell);
    if (!cell || !this.rules.versioned) return cell?.[0];
    return cell.findLast((window) => window.configVersion === version);
  }

  get(ts: number, subject: string, version = this.store.configVersion): Window<D> {
    return this.peek(ts, subject, version) ?? this.put(ts, subject, this.rules.create(), version);
  }

  /** The windows of all store files, for whoever requires them. */
  whole(ts: number, subject: string): readonly Window<D>[] {
    const cell = this.cell(ts, subject);
    this.store.guard?.look(this.rules, ts, subject, cell);
    return cell ?? [];
  }

  /** The same, of what is in memory. */
  cell(ts: number, subject: string): readonly Window<D>[] | undefined {
    return this.byTs.get(ts)?.get(subject);
  }

  put(ts: number, subject: string, data: D, configVersion: number): Window<D> {
    const window: Window<D> = {
      kind: this,
      ts,
      subject,
      configVersion,
      data,
      seq: 0,
      generation: 0,
      touched: this.store.applied,
      here: true,
    };
    let subjects = this.byTs.get(ts);
    if (!subjects) this.byTs.set(ts, (subjects = new Map()));
    const cell = subjects.get(subject);
    if (cell) cell.push(window);
    else subjects.set(subject, [window]);
    return window;
  }

  remove(ts: number, subject: string): void {
    const subjects = this.byTs.get(ts);
    for (const window of subjects?.get(subject) ?? []) window.here = false;
    subjects?.delete(subject);
    if (subjects?.size === 0) this.byTs.delete(ts);
  }

  *cells(): Iterable<[ts: number, subject: string, cell: readonly Window<D>[]]> {
    for (const [ts, subjects] of this.byTs) for (const [subject, cell] of subjects) yield [ts, subject, cell];
  }

  *all(): Iterable<Window<D>> {
    for (const [, , cell] of this.cells()) yield* cell;
  }
}
