import { minuteOf, type DomainEvent, type FactValue } from '@aisle/contracts';
import type { EnginePart } from '../core/engine-part.js';
import type { LedgerCrossing } from '../floor/ledger.js';
import type { LineModel, StoreModel } from '../core/store-model.js';
import type { InForce } from '../core/versions.js';
import type { Window, WindowKind, WindowStore } from '../core/window-store.js';

/** Counts per source: a device's own count under its id, what the tracks of a camera did under `~` and its id. */
interface CrossingsData {
  counts: Map<string, [into: number, out: number]>;
}
const TRACKS = 'tracks';
const tracksOf = (cameraId: string): string => `~${cameraId}`;

/** Crossings per line and minute from every source; which one counts is chosen when the fact is made (SEMANTICS §11). */
export class Crossings implements EnginePart {
  readonly name = 'crossings';
  readonly version = 1;
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
    private readonly versions: InForce,
  ) {
    this.windows = store.kind<CrossingsData>({
      name: 'crossings',
      versioned: true,
      create: () => ({ counts: new Map() }),
      save: (d) => [...d.counts].map(([source, [into, out]]) => [source, into, out]),
      restore: (json) => ({
        counts: new Map((json as [string, number, number][]).map(([source, into, out]) => [source, [into, out]])),
      }),
      fact: { kind: 'crossings', value: (window) => this.value(window) },
      pinned: (window) => this.open.has(`${window.ts}|${window.subject}`),
    });
  }

  require(keys: string[], event: DomainEvent): void {
    if (event.kind === 'crossing') this.requireMinute(keys, minuteOf(event.ts), event.entranceId);
  }

  requireMinute(keys: string[], minute: number, lineId: string): void {
    this.store.need(keys, this.windows, minute, lineId);
  }

  /** A crossing at this time may be taken back, or is not certain yet. */
  pinLine(lineId: string, ts: number): void {
    this.open.add(`${minuteOf(ts)}|${lineId}`);
  }

  /** @returns the version that it counts under */
  byTrack(cameraId: string, lineId: string, ts: number, direction: 1 | -1, version?: number): number {
    return this.count(lineId, tracksOf(cameraId), ts, direction, 1, version);
  }

  /** Whoever stepped over the line does not count. The minute is in memory: `open` holds it. */
  takeBack(cameraId: string, { lineId, version, ts, direction }: Readonly<LedgerCrossing>): void {
    const window = this.windows.get(minuteOf(ts), lineId, version);
    const counts = window.data.counts.get(tracksOf(cameraId));
    if (!counts) return;
    counts[direction === 1 ? 0 : 1] -= 1;
    this.store.changed(window);
  }

  /** A device's own count: a record, which belongs to the version of its time however late it comes. */
  byDevice(deviceId: string, lineId: string, ts: number, direction: 1 | -1, count: number): void {
    let devices = this.reporting.get(lineId);
    if (!devices) this.reporting.set(lineId, (devices = new Set()));
    if (!devices.has(deviceId)) this.reconsider(() => devices.add(deviceId), lineId);
    this.count(lineId, deviceId, ts, direction, count, this.versions.at(ts)?.version);
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
  counterAt(model: StoreModel, lineId: string): string | undefined {
    const source = this.sourceOf(model, lineId, undefined);
    return source === TRACKS ? undefined : source;
  }

  private count(
    lineId: string,
    source: string,
    ts: number,
    direction: 1 | -1,
    count: number,
    version: number | undefined,
  ): number {
    if (count <= 0) return this.store.configVersion;
    const window = this.windows.get(minuteOf(ts), lineId, version);
    let counts = window.data.counts.get(source);
    if (!counts) window.data.counts.set(source, (counts = [0, 0]));
    if (direction === 1) counts[0] += count;
    else counts[1] += count;
    this.store.changed(window);
    return window.configVersion;
  }

  /**
   * Applies a change of who counts and marks the facts that it changes, except what an older store file measured.
   * Happens a few times in a shop's life.
   */
  private reconsider(change: () => void, lineId?: string): void {
    const windows = [...this.windows.all()].filter(
      ({ subject, configVersion }) =>
        configVersion === this.store.configVersion && (lineId === undefined || subject === lineId),
    );
    const before = windows.map((window) => JSON.stringify(this.value(window)));
    change();
    this.changes += 1;
    windows.forEach((window, index) => {
      if (JSON.stringify(this.value(window)) !== before[index]) this.store.changed(window);
    });
  }

  private value({ data, subject, configVersion }: Window<CrossingsData>): FactValue<'crossings'> {
    const model = this.versions.of(configVersion) as StoreModel;
    const line = model.lines.find((candidate) => candidate.id === subject);
    const source = this.sourceOf(model, subject, line);
    const bySource = new Map<string, { source: string; in: number; out: number }>();
    for (const [name, [into, out]] of data.counts) {
      // A named source that only gives positions counts by its own tracks; all other tracks are one source.
      const shown = !name.startsWith('~')
        ? name
        : name === tracksOf(model.groupOfCamera.get(source) ?? source) && !this.reports(subject, source)
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

  private sourceOf(model: StoreModel, lineId: string, line: LineModel | undefined): string {
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
    if (json === undefined) return;
    const saved = json as { positioning: string[]; reporting: [string, string[]][] };
    for (const camera of saved.positioning) this.positioning.add(camera);
    for (const [line, devices] of saved.reporting) this.reporting.set(line, new Set(devices));
  }
}
