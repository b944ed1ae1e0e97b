import type { AdvertEvent } from '@aisle/contracts';
import type { EnginePart, ModelChange } from '../core/engine-part.js';

/** `new`: count it. `repeated`: said before, which radios do and several receivers do. `replayed`: older than what came before. */
export type Freshness = 'new' | 'repeated' | 'replayed';

/** An encrypted advertisement may go on being sent for so long; after that the same one is somebody's recording, ms of event time. */
const REPEAT_MS = 5 * 60_000;
/** Another receiver may be so much behind, ms of event time and messages. */
const STRAGGLER_MS = 4_000;
const STRAGGLER_MESSAGES = 16;
/** Within this time a packet id tells repetitions and stragglers; later the same id is a new message, as the count has gone round. */
const PACKET_WINDOW_MS = 4_000;
/** Fewer than this ahead is newer, the rest of the circle of 256 is older: nobody sends 16 messages a second. */
const PACKET_AHEAD = 64;
/** A counter of 32 bits may go round: from its last 256 values to its first 256, and never the other way. */
const ROUND = 2 ** 32 - 256;
const BEGIN = 256;

/** The newest message of a device that was taken. */
interface Newest {
  counter: number | null;
  packetId: number | null;
  /** event time at which it was first heard */
  ts: number;
  receiverId: string;
  digest: string;
}
type Message = Pick<AdvertEvent, 'deviceId' | 'receiverId' | 'ts' | 'digest' | 'counter' | 'packetId'>;

/**
 * Which advertisements of BTHome devices are news. Encrypted ones count up, and whatever does not is refused, so that
 * a recorded advertisement cannot be played again; a device whose battery was changed may begin anew only once somebody says so
 * with forget(). Messages have been opened with the device's key before they come here: a forged counter does not.
 */
export class Freshnesses implements EnginePart {
  readonly name = 'freshness';
  readonly version = 1;
  readonly #newest = new Map<string, Newest>();

  accept(message: Message): Freshness {
    const { deviceId, counter, packetId, ts, receiverId, digest } = message;
    const last = this.#newest.get(deviceId);
    const freshness =
      last === undefined
        ? 'new'
        : counter !== null
          ? byCounter(last, message, counter)
          : packetId !== null
            ? byPacket(last, message, packetId)
            : 'new';
    if (freshness === 'new')
      // A message without a counter does not make an older counter good again.
      this.#newest.set(deviceId, { counter: counter ?? last?.counter ?? null, packetId, ts, receiverId, digest });
    return freshness;
  }

  /** The device starts over: a new battery, a new key, other hardware. */
  forget(deviceId: string): void {
    this.#newest.delete(deviceId);
  }

  /** Other hardware, another key or another address counts anew. */
  configure({ before, after }: ModelChange): void {
    for (const id of this.#newest.keys()) {
      const [old, now] = [before?.devices.get(id), after.devices.get(id)];
      if (!now || old?.key !== now.key || old?.address !== now.address) this.forget(id);
    }
  }

  save(): unknown {
    return [...this.#newest].map(([id, newest]) => [id, { ...newest }]);
  }

  restore(json: unknown): void {
    for (const [id, newest] of (json ?? []) as [string, Newest][]) this.#newest.set(id, { ...newest });
  }
}

function byCounter(last: Newest, message: Message, counter: number): Freshness {
  const before = last.counter;
  if (before === null) return 'new';
  if (counter === before)
    return message.digest === last.digest && message.ts - last.ts <= REPEAT_MS ? 'repeated' : 'replayed';
  const roundNow = before >= ROUND && counter < BEGIN;
  const roundBack = before < BEGIN && counter >= ROUND;
  if (counter > before ? !roundBack : roundNow) return 'new';
  const late =
    message.receiverId !== last.receiverId &&
    message.ts - last.ts <= STRAGGLER_MS &&
    before - counter <= STRAGGLER_MESSAGES &&
    counter < before;
  return late ? 'repeated' : 'replayed';
}

function byPacket(last: Newest, { ts }: Message, packetId: number): Freshness {
  if (last.packetId === null || Math.abs(ts - last.ts) > PACKET_WINDOW_MS) return 'new';
  const ahead = (packetId - last.packetId + 256) % 256;
  if (ahead === 0) return 'repeated';
  return ahead < PACKET_AHEAD ? 'new' : 'replayed';
}
