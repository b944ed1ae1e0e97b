import type { CredentialEvent, DeviceEvent, DeviceProblem, LiveCamera, LiveDevice } from '@aisle/contracts';
import type { StoreIndex } from '../devices/decode.js';
import type { JournalEntry } from '../journal/record.js';
import type { RefusedSample } from './refusals.js';
import { SILENT_AFTER_MS, beat, doubtAfterMs, newRhythm, silentAfterMs, type RhythmState } from './rhythm.js';
import type { StatePart } from '../journal/state-part.js';

interface Page {
  state: 'online' | 'offline';
  model?: string;
  firmware?: string;
  simulated?: true;
  /** percent */
  battery?: number;
  rhythm?: RhythmState;
  /** shelves that weigh several slots: how often each of them is told, by slot */
  cells?: Record<string, RhythmState>;
  revoked?: true;
  /** wall clock of the newest message, epoch ms */
  lastSeenTs: number;
}
/** Messages in the running and in the last whole minute, for a rate that does not jump. */
interface Rate {
  /** wall clock of the newest, epoch ms */
  lastTs: number;
  minute: number;
  now: number;
  before: number;
}
/** What others know of a device, for its line. */
export interface DeviceHealth {
  clockSkewMs?: number | undefined;
  calibrated?: boolean | undefined;
  problems?: DeviceProblem[];
}

/** More broken cells of one shelf are not listed one by one. */
const MOST_CELLS_TOLD = 32;

const slotsIn = (event: DeviceEvent): string[] =>
  event.kind === 'weight' ? [event.slotId] : event.kind === 'advert' ? event.weights.map(([slotId]) => slotId) : [];

/** What each device last said of itself, and when it was last heard. Key: device id. */
export class DeviceBook implements StatePart {
  readonly name = 'devices';
  #pages = new Map<string, Page>();
  readonly #rates = new Map<string, Rate>();

  apply({ event }: JournalEntry): void {
    if (event.kind === 'credential') return this.#credential(event);
    if (!('deviceId' in event && 'receivedTs' in event)) return;
    const page: Page = this.#pages.get(event.deviceId) ?? { state: 'online', lastSeenTs: 0 };
    page.lastSeenTs = Math.max(page.lastSeenTs, event.receivedTs);
    beat((page.rhythm ??= newRhythm()), event.receivedTs);
    for (const slotId of slotsIn(event)) beat(((page.cells ??= {})[slotId] ??= newRhythm()), event.receivedTs);
    if ('battery' in event && event.battery !== undefined) page.battery = event.battery;
    if (event.kind === 'deviceState') {
      page.state = event.state;
      if (event.model !== undefined) page.model = event.model;
      if (event.firmware !== undefined) page.firmware = event.firmware;
      // a last will says nothing of it
      if (event.simulated === true) page.simulated = true;
      else if (event.state === 'online') delete page.simulated;
    } else page.state = 'online';
    this.#pages.set(event.deviceId, page);
  }

  /** Shut out, it has gone; and of other hardware in its place nothing is known yet but its name. */
  #credential({ deviceId, sha256, replaced }: CredentialEvent): void {
    const page = this.#pages.get(deviceId);
    if (!page) return;
    delete page.revoked;
    if (sha256 === null) {
      page.state = 'offline';
      page.revoked = true;
    }
    if (replaced === true) this.#pages.set(deviceId, { state: 'offline', lastSeenTs: page.lastSeenTs });
  }

  /** Counts a message of a known device, also one that is refused. `now`: wall clock, epoch ms. */
  heard(deviceId: string, now: number): void {
    const page = this.#pages.get(deviceId);
    if (page) page.lastSeenTs = Math.max(page.lastSeenTs, now);
    const minute = Math.floor(now / 60_000);
    const rate = this.#rates.get(deviceId);
    if (rate?.minute === minute) {
      rate.now += 1;
      rate.lastTs = now;
    } else
      this.#rates.set(deviceId, { lastTs: now, minute, now: 1, before: rate?.minute === minute - 1 ? rate.now : 0 });
  }

  /** Milliseconds of wall clock since the device was last heard; infinite before the first time. */
  silenceMs(deviceId: string, now: number): number {
    const page = this.#pages.get(deviceId);
    return page ? now - page.lastSeenTs : Infinity;
  }

  stateOf(deviceId: string, now: number): LiveDevice['state'] {
    const page = this.#pages.get(deviceId);
    // One of which nothing could be used yet (pictures of a camera that is not calibrated) is there all the same.
    if (!page) {
      const lastTs = this.#rates.get(deviceId)?.lastTs;
      return lastTs === undefined ? 'unknown' : now - lastTs > SILENT_AFTER_MS ? 'silent' : 'online';
    }
    if (page.state === 'offline') return 'offline';
    const patienceMs = (page.rhythm && silentAfterMs(page.rhythm)) ?? SILENT_AFTER_MS;
    return now - page.lastSeenTs > patienceMs ? 'silent' : 'online';
  }

  /** Whether what the device senses holds at this moment. */
  sensing(deviceId: string, now: number): boolean {
    if (this.stateOf(deviceId, now) !== 'online') return false;
    const rhythm = this.#pages.get(deviceId)?.rhythm;
    return this.silenceMs(deviceId, now) <= ((rhythm && doubtAfterMs(rhythm)) ?? Infinity);
  }

  /** Every device of the store file, for people. */
  list(
    store: StoreIndex | undefined,
    refused: ReadonlyMap<string, RefusedSample[]>,
    now: number,
    clockEpochs: ReadonlyMap<string, number>,
    /** of devices that send pictures */
    cameraOf: (deviceId: string) => LiveCamera | undefined = () => undefined,
    healthOf: (deviceId: string) => DeviceHealth = () => ({}),
  ): LiveDevice[] {
    const devices = [...(store?.devices.values() ?? [])];
    return devices.map(({ id, family, dialect, clock }) => {
      const page = this.#pages.get(id);
      const refusals = refused.get(id) ?? [];
      const epochs = clockEpochs.get(id) ?? 0;
      const camera = cameraOf(id);
      const { clockSkewMs, calibrated, problems: others = [] } = healthOf(id);
      const problems = [...others, ...this.#silentCells(id, store, now)];
      const patienceMs = page?.rhythm && silentAfterMs(page.rhythm);
      return {
        deviceId: id,
        family,
        dialect,
        state: this.stateOf(id, now),
        lastSeenTs: page?.lastSeenTs ?? this.#rates.get(id)?.lastTs ?? null,
        ...(page?.model !== undefined && { model: page.model }),
        ...(page?.firmware !== undefined && { firmware: page.firmware }),
        ...(page?.simulated === true && { simulated: true }),
        sensing: this.#pages.has(id) && this.sensing(id, now),
        messagesPerMinute: this.#perMinute(id, now),
        ...(page?.battery !== undefined && { battery: page.battery }),
        ...(clockSkewMs !== undefined && { clockSkewMs: Math.round(clockSkewMs) }),
        ...(page?.revoked === true && { revoked: true }),
        ...(clock === 'corrected' && { clockCorrected: true }),
        ...(patienceMs !== undefined && { silentAfterMs: patienceMs }),
        ...(calibrated !== undefined && { calibrated }),
        ...(problems.length > 0 && { problems }),
        ...(epochs > 0 && { clockEpochs: epochs }),
        ...(camera && { camera }),
        ...(refusals.length > 0 && { refused: refusals }),
      };
    });
  }

  /**
   * Slots of a shelf that speaks, of which it says nothing any more: a load cell or its amplifier is broken. Held against what the shelf
   * has said last, so that a shelf which is gone altogether is not told slot by slot.
   */
  #silentCells(deviceId: string, store: StoreIndex | undefined, now: number): DeviceProblem[] {
    const page = this.#pages.get(deviceId);
    if (!page?.cells || this.stateOf(deviceId, now) !== 'online') return [];
    const newest = Math.max(...Object.values(page.cells).map(({ lastTs }) => lastTs));
    const silent = Object.entries(page.cells).flatMap(([slot, cell]): DeviceProblem[] => {
      const patienceMs = silentAfterMs(cell);
      if (patienceMs === undefined || newest - cell.lastTs <= patienceMs || store?.fixtureOfSlot.has(slot) === false)
        return [];
      return [{ code: 'cellSilent', values: { slot }, sinceTs: cell.lastTs, lastTs: newest }];
    });
    return silent.slice(0, MOST_CELLS_TOLD);
  }

  #perMinute(deviceId: string, now: number): number {
    const rate = this.#rates.get(deviceId);
    const age = rate ? Math.floor(now / 60_000) - rate.minute : 2;
    if (!rate || age > 1) return 0;
    const share = (now % 60_000) / 60_000;
    return Math.round(age === 1 ? rate.now * (1 - share) : rate.now + rate.before * (1 - share));
  }

  save(): unknown {
    return [...this.#pages];
  }
  restore(data: unknown): void {
    this.#pages = new Map(data as [string, Page][]);
  }
}
