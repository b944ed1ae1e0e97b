import { DAY_MS, HOUR_MS, type RefusalReason } from '@aisle/contracts';
import type { EnginePart } from './engine-part.js';
import type { Echoes } from './echoes.js';

/** How far ahead of its arrival a message may lie. */
export const FUTURE_MS = DAY_MS;
/** How far behind the newest of its device a record may lie. */
export const RECORD_REACH_MS = 35 * DAY_MS;
/** A clock has been set back when so many messages in a row lie so far behind and rise among themselves. */
const EPOCH_MESSAGES = 10;
const EPOCH_BEHIND_MS = HOUR_MS;
/** Digests remembered per channel, to tell a repeated message from a late one. */
const RECENT_DIGESTS = 32;

/** One row of messages that must rise in time: a channel of a device, for weights a slot of it. */
interface Channel {
  last: number;
  recent: string[];
  at: number;
  backRun: number;
  backLast: number;
}

export interface DeviceClock {
  id: string;
  /** newest accepted event time of measurements and records */
  newest: number;
  epochs: number;
  channels: Map<string, Channel>;
}

export type Verdict = 'ok' | 'epoch' | RefusalReason;

/** Decides which messages count (SEMANTICS §6–8): late, doubled, from the future, or a clock that was set back. */
export class Ordering implements EnginePart {
  readonly name = 'ordering';
  readonly version = 1;
  private readonly devices = new Map<string, DeviceClock>();

  constructor(private readonly echoes: Echoes) {}

  device(id: string): DeviceClock {
    let device = this.devices.get(id);
    if (!device) this.devices.set(id, (device = { id, newest: -Infinity, epochs: 0, channels: new Map() }));
    return device;
  }

  /** A measurement: must not be older than the last of its channel. `same` is the answer to equal times with other bytes. */
  measurement(device: DeviceClock, name: string, ts: number, digest: string, same: 'ok' | RefusalReason): Verdict {
    const channel = channelOf(device, name);
    let verdict: Verdict = 'ok';
    if (ts <= channel.last) {
      if (channel.recent.includes(digest)) return 'duplicate';
      if (channel.last - ts > EPOCH_BEHIND_MS && this.echoes.knows(device.id, name, ts, digest)) {
        channel.backRun = 0;
        return 'duplicate';
      }
      if (ts === channel.last) verdict = same;
      else verdict = fallsBack(channel, ts, EPOCH_BEHIND_MS) ? this.newEpoch(device) : 'late';
    }
    if (verdict !== 'ok' && verdict !== 'epoch') return verdict;
    channel.last = ts;
    channel.backRun = 0;
    remember(channel, digest);
    this.echoes.remember(device.id, name, ts, digest);
    device.newest = verdict === 'epoch' ? ts : Math.max(device.newest, ts);
    return verdict;
  }

  /**
   * A measurement of one of several things that a device tells of as it pleases: one may be older than the last of the channel by up
   * to `slackMs`. The caller keeps the order of each thing.
   */
  loose(device: DeviceClock, name: string, ts: number, digest: string, slackMs: number): Verdict {
    const channel = channelOf(device, name);
    if (ts > channel.last || ts < channel.last - slackMs) return this.measurement(device, name, ts, digest, 'ok');
    if (channel.recent.includes(digest)) return 'duplicate';
    channel.backRun = 0;
    remember(channel, digest);
    return 'ok';
  }

  /** A record of its own: counts however late, within reach of the newest of its device. */
  record(device: DeviceClock, name: string, ts: number): Verdict {
    const channel = channelOf(device, name);
    if (ts < device.newest - RECORD_REACH_MS) {
      if (!fallsBack(channel, ts, RECORD_REACH_MS, device.newest)) return 'tooOld';
      this.newEpoch(device);
      device.newest = ts;
      channel.backRun = 0;
      return 'epoch';
    }
    channel.backRun = 0;
    device.newest = Math.max(device.newest, ts);
    return 'ok';
  }

  epochs(): ReadonlyMap<string, number> {
    return new Map([...this.devices].filter(([, d]) => d.epochs > 0).map(([id, d]) => [id, d.epochs]));
  }

  private newEpoch(device: DeviceClock): 'epoch' {
    device.epochs += 1;
    return 'epoch';
  }

  save(): unknown {
    return [...this.devices].map(([id, { newest, epochs, channels }]) => [
      id,
      Number.isFinite(newest) ? newest : null,
      epochs,
      [...channels].map(([name, c]) => [
        name,
        Number.isFinite(c.last) ? c.last : null,
        [...c.recent],
        c.at,
        c.backRun,
        c.backLast,
      ]),
    ]);
  }

  restore(json: unknown): void {
    if (json === undefined) return;
    type Saved = [string, number | null, number, [string, number | null, string[], number, number, number][]][];
    for (const [id, newest, epochs, channels] of json as Saved) {
      const device: DeviceClock = { id, newest: newest ?? -Infinity, epochs, channels: new Map() };
      for (const [name, last, recent, at, backRun, backLast] of channels) {
        device.channels.set(name, { last: last ?? -Infinity, recent: [...recent], at, backRun, backLast });
      }
      this.devices.set(id, device);
    }
  }
}

function channelOf(device: DeviceClock, name: string): Channel {
  let channel = device.channels.get(name);
  if (!channel) device.channels.set(name, (channel = { last: -Infinity, recent: [], at: 0, backRun: 0, backLast: 0 }));
  return channel;
}

/** Counts a message that lies far behind; true at the tenth in a row. Nearer ones break the row, a repeated one is passed over. */
function fallsBack(channel: Channel, ts: number, behindMs: number, last = channel.last): boolean {
  if (last - ts <= behindMs) {
    channel.backRun = 0;
    return false;
  }
  if (channel.backRun > 0 && ts === channel.backLast) return false;
  channel.backRun = channel.backRun > 0 && ts > channel.backLast ? channel.backRun + 1 : 1;
  channel.backLast = ts;
  return channel.backRun >= EPOCH_MESSAGES;
}

function remember(channel: Channel, digest: string): void {
  if (channel.recent.length < RECENT_DIGESTS) channel.recent.push(digest);
  else {
    channel.recent[channel.at] = digest;
    channel.at = (channel.at + 1) % RECENT_DIGESTS;
  }
}
