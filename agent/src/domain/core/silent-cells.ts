import { DAY_MS, MINUTE_MS, minuteOf, silentOf, weighs, type DomainEvent } from '@aisle/contracts';
import type { Coverage } from './coverage.js';
import type { EnginePart, ModelChange } from './engine-part.js';
import { cut, insert, lengthWithin, type Intervals } from './intervals.js';
import { SENSES_AT_MOST_MS, SENSES_FOR_MS } from './life.js';
import type { StoreModel } from './store-model.js';
import type { InForce } from './versions.js';
import type { WindowKind, WindowStore } from './window-store.js';

/** Silence is known from so many intervals of a cell's own; shorter ones are bursts while goods move, ms. */
const GAPS_KEPT = 8;
const BURST_MS = 1_000;
/** A cell with a longer interval speaks when something changes: its silence says nothing. */
const RHYTHM_MS = SENSES_AT_MOST_MS / 3;
/** As for a device: it senses through so many times its usual interval (SEMANTICS §21). */
const USUAL_TIMES = 3;
/** What is stated at once is no more than this. */
const SILENT_AT_MOST_MS = DAY_MS;

type Span = [from: number, to: number];

interface Cell {
  deviceId: string;
  /** event time at which it was weighed last */
  last: number;
  /** its newest intervals, ms */
  gaps: number[];
  /** in which its shelf has sensed since then, while it is not yet certain that it is silent */
  waiting: Span[];
  /** until when its silence has been stated; null: it is not silent */
  told: number | null;
  /** its newest silence that has ended: what its shelf turns out to have sensed of it is still stated */
  over: Span | null;
}

/**
 * Load cells that are silent while their shelf speaks on (SEMANTICS §19, §21): a broken cell or amplifier takes away what is sensed of
 * its slot, and of no other. A cell is held against its own rhythm; one that never spoke, or that speaks only when something changes,
 * senses as long as its shelf does. What is stated is the time in which a cell was silent, and not that in which it sensed:
 * whoever does not know of it reads what the shelf sensed, as before.
 */
export class SilentCells implements EnginePart {
  readonly name = 'silentCells';
  readonly version = 1;
  private readonly windows: WindowKind<{ intervals: Intervals }>;
  /** by slot */
  private readonly cells = new Map<string, Cell>();
  /** slots by device: only of devices that weigh several */
  private readonly byDevice = new Map<string, Set<string>>();

  constructor(
    private readonly store: WindowStore,
    private readonly versions: InForce,
    coverage: Pick<Coverage, 'onSensed'>,
  ) {
    this.windows = store.kind<{ intervals: Intervals }>({
      name: 'silentCell',
      versioned: true,
      create: () => ({ intervals: [] }),
      save: ({ intervals }) => [...intervals],
      restore: (json) => ({ intervals: [...(json as Intervals)] }),
      fact: { kind: 'coverage', value: ({ data }) => ({ sensedMs: lengthWithin(data.intervals, 0, MINUTE_MS) }) },
    });
    coverage.onSensed((deviceId, from, to) => this.sensed(deviceId, from, to));
  }

  require(keys: string[], event: DomainEvent): void {
    if (!('deviceId' in event) || event.kind === 'credential') return;
    for (const slotId of this.byDevice.get(event.deviceId) ?? []) {
      const { last, told, over } = this.cells.get(slotId) as Cell;
      const from = Math.min(last, event.ts, over?.[0] ?? last);
      this.requireSilent(keys, slotId, from, Math.max(event.ts, told ?? 0));
    }
  }

  requireSilent(keys: string[], slotId: string, from: number, to: number): void {
    const start = minuteOf(Math.max(from, to - SILENT_AT_MOST_MS));
    if (!this.store.reaches(start)) return;
    for (let minute = start; minute <= to; minute += MINUTE_MS)
      this.store.need(keys, this.windows, minute, silentOf(slotId));
  }

  /** Milliseconds of [from, to) in which a slot's cell was silent while its shelf sensed. */
  silentBetween(slotId: string, from: number, to: number): number {
    if (!this.cells.has(slotId)) return 0;
    let ms = 0;
    for (let minute = minuteOf(from); minute < to; minute += MINUTE_MS)
      for (const { data } of this.windows.whole(minute, silentOf(slotId)))
        ms += lengthWithin(data.intervals, from - minute, to - minute);
    return ms;
  }

  /** A cell has spoken, in rising time of its slot. Before it is told that the shelf has sensed. */
  weighed(deviceId: string, slotId: string, ts: number): void {
    const cell = this.cells.get(slotId);
    if (cell?.deviceId !== deviceId) {
      this.forget(slotId);
      this.cells.set(slotId, { deviceId, last: ts, gaps: [], waiting: [], told: null, over: null });
      const slots = this.byDevice.get(deviceId) ?? new Set();
      this.byDevice.set(deviceId, slots.add(slotId));
      return;
    }
    const gap = ts - cell.last;
    if (gap <= 0) return;
    const patience = patienceOf(cell.gaps);
    const isSilent = patience !== undefined && (cell.told !== null ? gap > patience : wentOn(cell, patience, ts));
    // Its shelf may have been told to sense beyond this moment before this word of it arrived.
    const known: readonly Span[] = cell.told === null ? cell.waiting : [[cell.last, cell.told]];
    const beyond = known.flatMap(([from, to]): Span[] => (to > ts ? [[Math.max(from, ts), to]] : []));
    if (cell.told !== null) this.takeBack(slotId, isSilent ? ts : cell.last, cell.told);
    else if (isSilent) this.tellAll(slotId, cell, ts);
    if (isSilent) cell.over = [cell.last, ts];
    if (gap >= BURST_MS) {
      // One outage must not teach that outages are usual.
      cell.gaps.push(Math.min(gap, patience ?? gap));
      if (cell.gaps.length > GAPS_KEPT) cell.gaps.shift();
    }
    cell.waiting = beyond;
    cell.told = null;
    cell.last = ts;
  }

  private sensed(deviceId: string, from: number, to: number): void {
    for (const slotId of this.byDevice.get(deviceId) ?? []) {
      const cell = this.cells.get(slotId) as Cell;
      if (cell.over && from < cell.over[1] && to > cell.over[0])
        this.tell(slotId, Math.max(from, cell.over[0]), Math.min(to, cell.over[1]));
      const start = Math.max(from, cell.last);
      if (start >= to) continue;
      if (cell.told !== null) {
        this.tell(slotId, start, to);
        cell.told = Math.max(cell.told, to);
        continue;
      }
      const newest = cell.waiting.at(-1);
      if (newest?.[1] === start) newest[1] = to;
      else cell.waiting.push([start, to]);
      const patience = patienceOf(cell.gaps);
      // Nobody waits for ever for a cell that has no rhythm.
      if (patience === undefined) cell.waiting = [];
      else if (wentOn(cell, patience, to)) {
        this.tellAll(slotId, cell, to);
        cell.told = to;
      }
    }
  }

  /** @param to nothing is told of what comes later */
  private tellAll(slotId: string, { waiting }: Cell, to: number): void {
    for (const [from, end] of waiting) if (from < to) this.tell(slotId, from, Math.min(end, to));
    waiting.length = 0;
  }

  private tell(slotId: string, from: number, to: number): void {
    for (const { version, from: start, to: end } of this.versions.between(Math.max(from, to - SILENT_AT_MOST_MS), to))
      for (let at = start; at < end; at = minuteOf(at) + MINUTE_MS) {
        const minute = minuteOf(at);
        const window = this.windows.get(minute, silentOf(slotId), version);
        insert(window.data.intervals, at - minute, Math.min(end, minute + MINUTE_MS) - minute);
        this.store.changed(window);
      }
  }

  private takeBack(slotId: string, from: number, to: number): void {
    for (let minute = minuteOf(Math.max(from, to - SILENT_AT_MOST_MS)); minute < to; minute += MINUTE_MS)
      for (const window of this.windows.whole(minute, silentOf(slotId))) {
        const { intervals } = window.data;
        const before = lengthWithin(intervals, 0, MINUTE_MS);
        cut(intervals, Math.max(0, from - minute), Math.min(MINUTE_MS, to - minute));
        if (lengthWithin(intervals, 0, MINUTE_MS) !== before) this.store.changed(window);
      }
  }

  /** The clock of a shelf was set back: its cells begin anew. */
  restart(deviceId: string): void {
    for (const slotId of [...(this.byDevice.get(deviceId) ?? [])]) this.forget(slotId);
  }

  /** A slot that is gone, or that another shelf weighs, begins anew. */
  configure({ after }: ModelChange): void {
    for (const [slotId, { deviceId }] of [...this.cells])
      if (!isWeighedBy(after, slotId, deviceId)) this.forget(slotId);
  }

  private forget(slotId: string): void {
    const cell = this.cells.get(slotId);
    if (!cell) return;
    this.cells.delete(slotId);
    const slots = this.byDevice.get(cell.deviceId);
    slots?.delete(slotId);
    if (slots?.size === 0) this.byDevice.delete(cell.deviceId);
  }

  save(): [slotId: string, cell: Cell][] {
    return structuredClone([...this.cells]);
  }

  restore(json: unknown): void {
    for (const [slotId, cell] of structuredClone((json ?? []) as [string, Cell][])) {
      this.cells.set(slotId, cell);
      this.byDevice.set(cell.deviceId, (this.byDevice.get(cell.deviceId) ?? new Set()).add(slotId));
    }
  }
}

/** How long a cell may say nothing, ms; undefined: nobody can tell. */
function patienceOf(gaps: readonly number[]): number | undefined {
  if (gaps.length < GAPS_KEPT) return undefined;
  const longest = Math.max(...gaps);
  return longest > RHYTHM_MS ? undefined : Math.max(SENSES_FOR_MS, USUAL_TIMES * longest);
}

/**
 * Whether a shelf went on sensing beyond the patience with its cell. One that was off altogether comes back with one cell that speaks first: the
 * moment until the others follow is no silence of theirs.
 */
function wentOn({ waiting, last }: Cell, patience: number, to: number): boolean {
  let ms = 0;
  for (const [from, end] of waiting) ms += Math.max(0, Math.min(end, to) - Math.max(from, last + patience));
  return ms >= BURST_MS;
}

function isWeighedBy(model: StoreModel, slotId: string, deviceId: string): boolean {
  const slot = model.slots.get(slotId);
  const device = model.storeFile.devices?.find(({ id }) => id === deviceId);
  return slot !== undefined && device !== undefined && weighs(device, slot.fixtureId, slotId);
}
