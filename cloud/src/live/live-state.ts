import {
  gridOf,
  CELL_METRES,
  type LiveDevice,
  type LiveSnapshot,
  type LiveUpdate,
  type StoreFile,
} from '@aisle/contracts';

type Delta = Extract<LiveUpdate, { type: 'delta' }>;
type Sparse = [number, number][];

/** A shop as it is now, put together from the agent's snapshot and the deltas since. */
export class LiveState {
  #snapshot: LiveSnapshot | undefined;
  /** number of the last message that was applied, undefined before a snapshot or after a gap */
  #n: number | undefined;

  /** What is known, undefined before the first snapshot. May be stale: see `current`. */
  get snapshot(): LiveSnapshot | undefined {
    return this.#snapshot;
  }

  /** true while no message is missing since the last snapshot */
  get current(): boolean {
    return this.#n !== undefined;
  }

  /** What comes next will not continue what is known: the lease ended, or the agent went. */
  interrupt(): void {
    this.#n = undefined;
  }

  /** `gap`: a message is missing, so nothing was applied and only a snapshot helps. */
  apply(update: LiveUpdate): 'snapshot' | 'delta' | 'gap' {
    if (update.type === 'snapshot') {
      this.#snapshot = structuredClone(update.snapshot);
      this.#n = update.n;
      return 'snapshot';
    }
    if (this.#n === undefined || update.n !== this.#n + 1 || !this.#snapshot) {
      this.#n = undefined;
      return 'gap';
    }
    this.#n = update.n;
    merge(this.#snapshot, update);
    return 'delta';
  }
}

function merge(snapshot: LiveSnapshot, delta: Delta): void {
  snapshot.ts = delta.ts;
  if (delta.occupancy !== undefined) snapshot.occupancy = delta.occupancy;
  if (delta.zones) snapshot.zones = delta.zones;
  if (delta.presence) snapshot.presence = delta.presence as Sparse;
  if (delta.devices) snapshot.devices = delta.devices;
  if (delta.screens) snapshot.screens = delta.screens;
  if (delta.alerts) snapshot.alerts = delta.alerts;
  for (const [cell, seconds] of (delta.heat ?? []) as Sparse) {
    if (cell >= 0 && cell < snapshot.heat.seconds.length) snapshot.heat.seconds[cell] = seconds;
  }
}

/**
 * What can be said of a shop whose agent is silent: its last picture as far as that fits today's floor plan, else an empty one; the
 * devices are those of the store file, and of their state nothing is known.
 */
export function lastSnapshot(
  storeFile: StoreFile,
  last: LiveSnapshot | undefined,
  now: number,
): { isLast: boolean; snapshot: LiveSnapshot } {
  const { columns, rows } = gridOf(storeFile.floor);
  const devices = unknownDevices(storeFile, last?.devices ?? []);
  if (last && last.heat.columns === columns && last.heat.rows === rows)
    return { isLast: true, snapshot: { ...last, devices, alerts: [] } };
  return { isLast: false, snapshot: emptySnapshot(storeFile, devices, now) };
}

function emptySnapshot(storeFile: StoreFile, devices: LiveDevice[], now: number): LiveSnapshot {
  const { columns, rows } = gridOf(storeFile.floor);
  return {
    ts: now,
    occupancy: 0,
    zones: (storeFile.zones ?? []).map((zone) => ({ zoneId: zone.id, occupancy: 0 })),
    heat: { cellMetres: CELL_METRES, columns, rows, seconds: new Array<number>(columns * rows).fill(0) },
    presence: [],
    devices,
    screens: (storeFile.devices ?? [])
      .filter((device) => device.family === 'screen')
      .map((device) => ({
        deviceId: device.id,
        decisionId: null,
        contentId: null,
        category: null,
        reason: 'unknown',
        sinceTs: null,
        audience: 0,
      })),
    alerts: [],
  };
}

function unknownDevices(storeFile: StoreFile, last: readonly LiveDevice[]): LiveDevice[] {
  const seen = new Map(last.map((device) => [device.deviceId, device]));
  return (storeFile.devices ?? []).map((device) => ({
    deviceId: device.id,
    family: device.family,
    lastSeenTs: null,
    ...seen.get(device.id),
    state: 'unknown' as const,
    sensing: false,
  }));
}
