import {
  isSame,
  type AdvertEvent,
  type Device,
  type DeviceEvent,
  type HeardEvent,
  type RefusalReason,
  type Problem,
} from '@aisle/contracts';
import type { Advert, Adverts } from '../../devices/ble/advert.js';
import { contentKey, readDevice } from '../../devices/ble/bthome-device.js';
import { rosterOf, speakerOf, type BleDevice, type Roster } from '../../devices/ble/roster.js';
import type { StoreIndex } from '../../devices/decode.js';
import { digestOf } from '../../devices/registry.js';
import type { Random } from '../../ports/random.js';
import { Nearby } from './nearby.js';

/** The same words of the same device are journaled again after so long, as a sign of life, ms of arrival. Coverage asks for 30 s. */
const REPEAT_MS = 10_000;
/** A device without encryption may take turns between so many messages. */
const MOST_REMEMBERED = 4;
/** A receiver tells whom it hears at most once in so much of its time, ms… */
const HEARD_MS = 1_000;
/** …and, where it hears nobody whom the store file knows, so seldom. */
const ALIVE_MS = 10_000;
/** What a receiver without a clock hears of one device at once is told as said one after the other, up to so much ahead of now, ms. */
const MOST_AHEAD_MS = 1_000;
/** Badges and tokens in one event. Raising it lets somebody who makes tokens up fill the journal faster. */
const MOST_TOLD = 200;

export interface ReceiversParts {
  random: Random;
  /** a device of the store file was heard: for the Devices page */
  heard(deviceId: string, now: number): void;
  /** @param at the receiver that heard it */
  refuse(deviceId: string, reason: RefusalReason, wrong: Problem, now: number, at?: string): void;
}

interface Remembered {
  key: string;
  /** wall clock, epoch ms */
  since: number;
}

/** What one receiver has still to tell. */
interface Receiver {
  /** event time of what it told last, epoch ms */
  toldTs: number;
  badges: Map<string, number | null>;
  members: Map<string, number | null>;
  adverts: number;
}

/**
 * Everything that is heard over BLE, by whomever, becomes domain events here: the agent's own radio, gateways and native
 * receivers go the same way. The same advertisement comes many times a second over several receivers, so identical ones are
 * dropped before the journal; whether one is news or played back is the engine's to say. All that is kept here is in
 * memory only, of bounded size, and may be lost without harm.
 */
export class Receivers {
  readonly #nearby: Nearby;
  readonly #remembered = new Map<string, Remembered[]>();
  readonly #receivers = new Map<string, Receiver>();
  /** event time of the newest message whose receiver told none, by device */
  readonly #timed = new Map<string, number>();
  #store: StoreIndex | undefined;
  #roster: Roster | undefined;

  constructor(private readonly parts: ReceiversParts) {
    this.#nearby = new Nearby(parts.random);
  }

  /** What `receiver` heard → events. `now`: wall clock of the arrival, epoch ms. */
  take(receiver: Device, { ts, adverts }: Adverts, store: StoreIndex, now: number): DeviceEvent[] {
    const roster = this.#rosterOf(store);
    const events: DeviceEvent[] = [];
    const state = this.#receiverOf(receiver.id);
    // Messages of one device must not share their time: two weights of one moment contradict each other. One batch may hold several,
    // and several may come in one millisecond where the time is that of their coming.
    const behind = new Map<string, number>();
    for (const advert of adverts) {
      state.adverts += 1;
      const speaker = speakerOf(advert, roster);
      if (speaker.kind === 'other') this.#nearby.add(receiver.id, advert.address, now, store.file.store.timezone);
      else if (speaker.kind === 'badge') louder(state.badges, speaker.id, advert.rssiDbm);
      else if (speaker.kind === 'member') louder(state.members, speaker.token, advert.rssiDbm);
      else {
        const { id } = speaker.known.device;
        const later = behind.get(id) ?? 0;
        const before = ts === now ? (this.#timed.get(id) ?? -Infinity) : -Infinity;
        const at = before < ts + MOST_AHEAD_MS ? Math.max(ts + later, before + 1) : ts + later;
        const event = this.#device(receiver, advert, speaker.known, at, now);
        if (!event) continue;
        behind.set(id, later + 1);
        if (ts === now) this.#timed.set(id, at);
        events.push(event);
      }
    }
    const heard = this.#tell(receiver.id, state, ts, now);
    if (heard) events.push(heard);
    return events;
  }

  /** These did not get into the journal: the same words again are news. */
  lost(events: readonly DeviceEvent[]): void {
    for (const event of events) if (event.kind === 'advert') this.#remembered.delete(event.deviceId);
  }

  /** Distinct other devices of the last minute, for people and /metrics. */
  nearby(receiverId: string, now: number): number {
    return this.#nearby.count(receiverId, now);
  }

  /** Advertisements heard since the start, by receiver. */
  adverts(): ReadonlyMap<string, number> {
    return new Map([...this.#receivers].map(([id, { adverts }]) => [id, adverts]));
  }

  #device(receiver: Device, advert: Advert, known: BleDevice, ts: number, now: number): AdvertEvent | undefined {
    const { device } = known;
    if (device.gateway !== undefined && device.gateway !== receiver.id) return undefined;
    this.parts.heard(device.id, now);
    const key = contentKey(advert);
    // A name or a beacon that it sends besides.
    if (key === undefined || this.#repeats(known, key, now)) return undefined;
    const read = readDevice(advert, known);
    if (!read.ok) {
      this.parts.refuse(device.id, read.reason, read, now, receiver.id);
      return undefined;
    }
    const { counter, packetId, weights, battery } = read.value;
    return {
      kind: 'advert',
      deviceId: device.id,
      ts,
      receivedTs: now,
      digest: digestOf(device.id, Buffer.from(key, 'latin1')),
      receiverId: receiver.id,
      counter,
      packetId,
      weights,
      ...(battery !== undefined && { battery }),
    };
  }

  /** Also remembers it. Of a device that encrypts only the newest words: older ones are played back, which the engine counts. */
  #repeats({ device, key: secret }: BleDevice, key: string, now: number): boolean {
    const known = this.#remembered.get(device.id) ?? [];
    const same = known.find((one) => one.key === key);
    if (same && now - same.since < REPEAT_MS && now >= same.since) return true;
    const others = known.filter((one) => one !== same);
    this.#remembered.set(device.id, [{ key, since: now }, ...others].slice(0, secret ? 1 : MOST_REMEMBERED));
    return false;
  }

  #tell(receiverId: string, state: Receiver, ts: number, now: number): HeardEvent | undefined {
    const somebody = state.badges.size > 0 || state.members.size > 0;
    const passed = ts - state.toldTs;
    // A clock that went back begins anew.
    if (passed >= 0 && passed < (somebody ? HEARD_MS : ALIVE_MS)) return undefined;
    const badges = [...state.badges].map(([id, dbm]): [string, number | null] => [id, whole(dbm)]);
    const members = [...state.members].map(([token, dbm]): [string, number | null] => [token, whole(dbm)]);
    state.toldTs = ts;
    state.badges.clear();
    state.members.clear();
    const others = this.#nearby.count(receiverId, now);
    const said = JSON.stringify([ts, badges, members, others]);
    return {
      kind: 'heard',
      deviceId: receiverId,
      ts,
      receivedTs: now,
      digest: digestOf(receiverId, Buffer.from(said)),
      badges,
      members,
      others,
    };
  }

  #receiverOf(id: string): Receiver {
    let state = this.#receivers.get(id);
    if (!state) {
      state = { toldTs: -Infinity, badges: new Map(), members: new Map(), adverts: 0 };
      this.#receivers.set(id, state);
    }
    return state;
  }

  #rosterOf(store: StoreIndex): Roster {
    if (this.#roster && this.#store === store) return this.#roster;
    const before = new Map([...(this.#roster?.devices.values() ?? [])].map((known) => [known.device.id, known]));
    this.#store = store;
    this.#roster = rosterOf(store.file);
    this.#nearby.keep(new Set(store.devices.keys()));
    for (const list of [this.#remembered, this.#receivers, this.#timed])
      for (const id of list.keys()) if (!store.devices.has(id)) list.delete(id);
    // Another key or other slots: the same words may mean something else now.
    for (const known of this.#roster.devices.values())
      if (!isSame(meaningOf(before.get(known.device.id)), meaningOf(known))) this.#remembered.delete(known.device.id);
    return this.#roster;
  }
}

/** What decides how a device's words are read. */
const meaningOf = (known: BleDevice | undefined): unknown => {
  if (!known) return undefined;
  const { name: _name, ...entry } = known.device;
  return { entry, slots: known.slots };
};

function louder(heard: Map<string, number | null>, id: string, dbm: number | null): void {
  const before = heard.get(id);
  if (before === undefined && heard.size >= MOST_TOLD) return;
  if (before === undefined || before === null || (dbm !== null && dbm > before)) heard.set(id, dbm);
}

const whole = (dbm: number | null): number | null => (dbm === null ? null : Math.round(dbm));
