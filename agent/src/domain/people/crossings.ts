import { minuteOf, type FactValue } from '@aisle/contracts';
import type { LineModel, StoreModel } from '../core/store-model.js';
import type { Window, WindowKind, WindowStore } from '../core/window-store.js';

/** Counts per source: a device's own count under its id, what the tracks of a camera did under `~` and its id. */
interface CrossingsData {
  counts: Map<string, [into: number, out: number]>;
}
const TRACKS = 'tracks';
const tracksOf = (cameraId: string): string => `~${cameraId}`;

/** Crossings per line and minute from every source; which one counts is chosen when the fact is made (SEMANTICS §11). */
export class Crossings {
  private readonly windows: WindowKind<CrossingsData>;
  /** Cameras that have given positions, and devices that have reported for a line: both decide who counts. */
  private readonly positioning = new Set<string>();
  private readonly reporting = new Map<string, Set<string>>();
  /** `${minute}|${line}` of crossings that may be taken back, or that are not certain yet, stay in memory. Filled before each sweep. */
  readonly open = new Set<string>();
  /** how often who counts has been settled anew since the start: whoever rests on it looks again */
  changes = 0;

  constructor(
    private readonly store: WindowStore,
    private readonly model: () => StoreModel,
  ) {
    this.windows = store.kind<CrossingsData>({
      name: 'crossings',
      create: () => ({ counts: new Map() }),
      save: (d) => [...d.counts].map(([source, [into, out]]) => [source, into, out]),
      restore: (json) => ({
        counts: new Map((json as [string, number, number][]).map(([source, into, out]) => [source, [into, out]])),
      }),
      fact: { kind: 'crossings', value: (window) => this.value(window) },
      pinned: (window) => this.open.has(`${window.ts}|${window.subject}`),
    });
  }

  require(keys: string[], minute: number, lineId: string): void {
    this.store.require(keys, this.windows, minute, lineId);
  }

  byTrack(cameraId: string, lineId: string, ts: number, direction: 1 | -1): void {
    this.count(lineId, tracksOf(cameraId), ts, direction, 1);
  }

  /** Whoever stepped over the line does not count. The minute is in memory: `open` holds it. */
  takeBack(cameraId: string, lineId: string, ts: number, direction: 1 | -1): void {
    const window = this.windows.get(minuteOf(ts), lineId);
    const counts = window.data.counts.get(tracksOf(cameraId));
    if (!counts) return;
    counts[direction === 1 ? 0 : 1] -= 1;
    this.store.changed(window);
  }

  byDevice(deviceId: string, lineId: string, ts: number, direction: 1 | -1, count: number): void {
    let devices = this.reporting.get(lineId);
    if (!devices) this.reporting.set(lineId, (devices = new Set()));
    if (!devices.has(deviceId)) this.reconsider(() => devices.add(deviceId), lineId);
    this.count(lineId, deviceId, ts, direction, count);
  }

  /** A camera has given positions: from now on tracks count, in all minutes still in memory. */
  positions(cameraId: string): void {
    if (!this.positioning.has(cameraId)) this.reconsider(() => this.positioning.add(cameraId));
  }

  /** A camera that reports crossings and has never given positions: it watches a door, no zone. */
  isCounter(deviceId: string): boolean {
    if (this.positioning.has(deviceId)) return false;
    for (const devices of this.reporting.values()) if (devices.has(deviceId)) return true;
    return false;
  }

  /** The one device that counts at an entrance; undefined where the tracks do. */
  counterAt(lineId: string): string | undefined {
    const source = this.sourceOf(lineId, undefined);
    return source === TRACKS ? undefined : source;
  }

  private count(lineId: string, source: string, ts: number, direction: 1 | -1, count: number): void {
    if (count <= 0) return;
    const window = this.windows.get(minuteOf(ts), lineId);
    let counts = window.data.counts.get(source);
    if (!counts) window.data.counts.set(source, (counts = [0, 0]));
    if (direction === 1) counts[0] += count;
    else counts[1] += count;
    this.store.changed(window);
  }

  /**
   * Applies a change of who counts and marks the facts that it changes, except what an older store file measured.
   * Happens a few times in a shop's life.
   */
  private reconsider(change: () => void, lineId?: string): void {
    const windows = [...this.windows.all()].filter(
      (window) =>
        window.configVersion === this.store.configVersion && (lineId === undefined || window.subject === lineId),
    );
    const before = windows.map((window) => JSON.stringify(this.value(window)));
    change();
    this.changes += 1;
    windows.forEach((window, index) => {
      if (JSON.stringify(this.value(window)) !== before[index]) this.store.changed(window);
    });
  }

  private value({ data, subject }: Window<CrossingsData>): FactValue<'crossings'> {
    const line = this.model().lines.find((candidate) => candidate.id === subject);
    const source = this.sourceOf(subject, line);
    const bySource = new Map<string, { source: string; in: number; out: number }>();
    for (const [name, [into, out]] of data.counts) {
      // A named source that only gives positions counts by its own tracks; all other tracks are one source.
      const shown = !name.startsWith('~')
        ? name
        : name === tracksOf(this.model().groupOfCamera.get(source) ?? source) && !this.reports(subject, source)
          ? source
          : TRACKS;
      const entry = bySource.get(shown) ?? { source: shown, in: 0, out: 0 };
      bySource.set(shown, { source: shown, in: entry.in + into, out: entry.out + out });
    }
    const chosen = bySource.get(source);
    bySource.delete(source);
    const others = [...bySource.values()].sort((a, b) => (a.source < b.source ? -1 : 1));
    return { in: chosen?.in ?? 0, out: chosen?.out ?? 0, source, ...(others.length > 0 && { others }) };
  }

  private sourceOf(lineId: string, line: LineModel | undefined): string {
    const model = this.model();
    if (line?.source !== undefined) return line.source;
    for (const camera of this.positioning) if (model.devices.has(camera)) return TRACKS;
    const order = (id: string) => model.deviceOrder.get(id) ?? Infinity;
    const reporting = [...(this.reporting.get(lineId) ?? [])].filter((id) => model.devices.has(id));
    return reporting.sort((a, b) => order(a) - order(b))[0] ?? TRACKS;
  }

  private reports(lineId: string, deviceId: string): boolean {
    return this.reporting.get(lineId)?.has(deviceId) ?? false;
  }

  save(): unknown {
    return {
      positioning: [...this.positioning],
      reporting: [...this.reporting].map(([line, devices]) => [line, [...devices]]),
    };
  }

  restore(json: unknown): void {
    const saved = json as { positioning: string[]; reporting: [string, string[]][] };
    for (const camera of saved.positioning) this.positioning.add(camera);
    for (const [line, devices] of saved.reporting) this.reporting.set(line, new Set(devices));
  }
}
