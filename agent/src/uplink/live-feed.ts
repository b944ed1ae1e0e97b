import {
  CELL_METRES,
  upTopic,
  type LiveDevice,
  type LiveScreen,
  type LiveSnapshot,
  type LiveUpdate,
  type LiveZone,
} from '@aisle/contracts';
import type { EngineLive } from '../domain/engine/engine-api.js';
import type { StoreIndex } from '../devices/decode.js';
import type { Clock, Timer } from '../ports/clock.js';
import type { CloudLink } from '../ports/cloud-link.js';

/** What the live view is made of, taken when it is needed. */
export interface LiveSources {
  engine(): EngineLive;
  config(): StoreIndex | undefined;
  /** milliseconds of wall clock since the device was last heard */
  silenceMs(deviceId: string): number;
  devices(): LiveDevice[];
  screens(): LiveScreen[];
}

/** Least time between two updates, ms: part of the 150 ms that a sensor message may take to the screen. */
const UPDATE_MS = 40;
/** Device lines hold counters that always change: as often as people read. A change of state goes at once. */
const DEVICES_MS = 2000;
/** Tracks of a device that has been silent for so long have left the live view. */
const GONE_AFTER_MS = 10_000;
/** A number of people that a camera has told is believed while it senses. */
const SENSES_FOR_MS = 30_000;

interface View {
  ts: number;
  occupancy: number;
  zones: LiveZone[];
  presence: [number, number][];
  /** tenths of a second per cell */
  heat: Int32Array;
  columns: number;
  rows: number;
}

/** Live data to the cloud: only while a lease runs, only what changed, the first change at once. */
export class LiveFeed {
  #leaseUntilMs = -Infinity;
  #n = 0;
  #last:
    | { zones: string; presence: string; screens: string; states: string; occupancy: number; heat: Int32Array }
    | undefined;
  #lastSentMs = -Infinity;
  #lastDevicesMs = -Infinity;
  #due: Timer | undefined;
  #ticker: Timer | undefined;

  constructor(
    private readonly storeId: string,
    private readonly sources: LiveSources,
    private readonly link: CloudLink,
    private readonly clock: Clock,
  ) {}

  get watched(): boolean {
    return this.clock.monotonicMs() < this.#leaseUntilMs;
  }

  /** A lease from the cloud, in ms; `fresh` asks for a snapshot first. */
  watch(leaseMs: number, fresh: boolean): void {
    const was = this.watched;
    this.#leaseUntilMs = this.clock.monotonicMs() + leaseMs;
    if (leaseMs === 0) return this.stop();
    if (fresh || !was || !this.#last) this.#snapshot();
    // People also vanish, and devices fall silent, without any message.
    this.#ticker ??= this.clock.every(500, () => (this.watched ? this.changed() : this.stop()));
  }

  stop(): void {
    this.#leaseUntilMs = -Infinity;
    this.#ticker?.cancel();
    this.#due?.cancel();
    this.#ticker = this.#due = this.#last = undefined;
  }

  /** Something may look different: sent now, or as soon as the pace allows. */
  changed(): void {
    if (!this.watched || this.#due) return;
    const wait = this.#lastSentMs + UPDATE_MS - this.clock.monotonicMs();
    if (wait <= 0) this.#delta();
    else
      this.#due = this.clock.after(wait, () => {
        this.#due = undefined;
        if (this.watched) this.#delta();
      });
  }

  #view(): View {
    const live = this.sources.engine();
    const config = this.sources.config();
    const perCell = new Map<number, number>();
    const perZone = new Map<string, number>((config?.file.zones ?? []).map((zone) => [zone.id, 0]));
    let occupancy = 0;
    const present = new Map<string, boolean>();
    for (const track of live.tracks) {
      let here = present.get(track.deviceId);
      if (here === undefined)
        present.set(track.deviceId, (here = this.sources.silenceMs(track.deviceId) < GONE_AFTER_MS));
      if (!here) continue;
      for (const zoneId of track.zoneIds) if (perZone.has(zoneId)) perZone.set(zoneId, (perZone.get(zoneId) ?? 0) + 1);
      const column = Math.floor(track.xMm / (CELL_METRES * 1000));
      const row = Math.floor(track.yMm / (CELL_METRES * 1000));
      if (column < 0 || row < 0 || column >= live.columns || row >= live.rows) continue;
      occupancy += 1;
      const cell = row * live.columns + column;
      perCell.set(cell, (perCell.get(cell) ?? 0) + 1);
    }
    const places = new Map((config?.file.zones ?? []).map(({ id, kind }) => [id, kind]));
    for (const { zoneId, deviceId, count } of live.people) {
      if (!perZone.has(zoneId) || this.sources.silenceMs(deviceId) >= SENSES_FOR_MS) continue;
      perZone.set(zoneId, (perZone.get(zoneId) ?? 0) + count);
      // Zones of screens lie over others, whose people they would count twice.
      if (places.get(zoneId) !== 'screen') occupancy += count;
    }
    const heat = new Int32Array(live.heatMs.length);
    for (let cell = 0; cell < heat.length; cell += 1) heat[cell] = Math.round((live.heatMs[cell] as number) / 100);
    return {
      ts: live.ts || this.clock.now(),
      occupancy,
      zones: [...perZone].map(([zoneId, count]) => ({ zoneId, occupancy: count })),
      presence: [...perCell].sort(([a], [b]) => a - b),
      heat,
      columns: live.columns,
      rows: live.rows,
    };
  }

  #snapshot(): void {
    const view = this.#view();
    const devices = this.sources.devices();
    const screens = this.sources.screens();
    const snapshot: LiveSnapshot = {
      ts: view.ts,
      occupancy: view.occupancy,
      zones: view.zones,
      heat: {
        cellMetres: CELL_METRES,
        columns: view.columns,
        rows: view.rows,
        seconds: Array.from(view.heat, (tenths) => tenths / 10),
      },
      presence: view.presence,
      devices,
      screens,
      alerts: [],
    };
    this.#n = 0;
    this.#send({ n: 0, type: 'snapshot', snapshot });
    this.#lastDevicesMs = this.clock.monotonicMs();
    this.#last = {
      zones: JSON.stringify(view.zones),
      presence: JSON.stringify(view.presence),
      screens: JSON.stringify(screens),
      states: statesOf(devices),
      occupancy: view.occupancy,
      heat: view.heat,
    };
  }

  #delta(): void {
    const last = this.#last;
    const view = this.#view();
    // Another floor plan: cells mean something else now.
    if (!last || last.heat.length !== view.heat.length) return this.#snapshot();
    const update: Extract<LiveUpdate, { type: 'delta' }> = { n: this.#n + 1, type: 'delta', ts: view.ts };
    const zones = JSON.stringify(view.zones);
    const presence = JSON.stringify(view.presence);
    if (zones !== last.zones || view.occupancy !== last.occupancy)
      Object.assign(update, { zones: view.zones, occupancy: view.occupancy });
    if (presence !== last.presence) update.presence = view.presence;
    const heat: [number, number][] = [];
    for (let cell = 0; cell < view.heat.length; cell += 1) {
      const tenths = view.heat[cell] as number;
      if (tenths !== last.heat[cell]) heat.push([cell, tenths / 10]);
    }
    if (heat.length > 0) update.heat = heat;
    const screens = this.sources.screens();
    const screensText = JSON.stringify(screens);
    if (screensText !== last.screens) update.screens = screens;
    const states = this.#devices(update, last.states);
    const changed = Object.keys(update).length > 3;
    if (!changed) return;
    this.#n += 1;
    this.#last = { zones, presence, screens: screensText, states, occupancy: view.occupancy, heat: view.heat };
    this.#send(update);
  }

  #devices(update: Extract<LiveUpdate, { type: 'delta' }>, before: string): string {
    const due = this.clock.monotonicMs() - this.#lastDevicesMs >= DEVICES_MS;
    // Counting them all is not worth it 25 times a second.
    if (!due && this.clock.monotonicMs() - this.#lastDevicesMs < 250) return before;
    const devices = this.sources.devices();
    const states = statesOf(devices);
    if (due || states !== before) {
      update.devices = devices;
      this.#lastDevicesMs = this.clock.monotonicMs();
    }
    return states;
  }

  #send(update: LiveUpdate): void {
    this.#lastSentMs = this.clock.monotonicMs();
    this.link.sendLossy(upTopic(this.storeId, 'live'), JSON.stringify(update));
  }
}

const statesOf = (devices: readonly LiveDevice[]): string =>
  devices.map(({ deviceId, state, sensing }) => `${deviceId}:${state}:${sensing}`).join();
