import type { Bthome } from './bthome.js';

/** `new`: count it. `repeated`: the same advertisement once more, which radios do. `replayed`: older than what came before. */
export type Freshness = 'new' | 'repeated' | 'replayed';

/** Within this time a packet id tells repetitions and stragglers; later the same id is a new message, as the count has gone round. */
const PACKET_WINDOW_MS = 4_000;
/** Fewer than this ahead is newer, the rest of the circle of 256 is older: nobody sends 16 messages a second. */
const PACKET_AHEAD = 64;
/** A counter of 32 bits may go round: from its last 256 values to its first 256, and never the other way. */
const ROUND = 2 ** 32 - 256;
const BEGIN = 256;
/** Devices without encryption that are remembered; the ones heard longest ago are forgotten first. */
const MOST_DEVICES = 4096;

/**
 * Which advertisements of BTHome devices are news. Encrypted ones count up, and whatever does not is refused, so that
 * a recorded advertisement cannot be played again; a device whose battery was changed may begin anew only once
 * somebody says so with forget(). State is plain: what counters() gives comes back through the constructor.
 */
export class BthomeGuard {
  /** keyed by address: the highest counter that was accepted */
  readonly #counters: Map<string, number>;
  /** keyed by address, in the order of the last time that each was heard */
  readonly #packets = new Map<string, { id: number; ts: number }>();

  constructor(counters: Iterable<readonly [string, number]> = []) {
    this.#counters = new Map(counters);
  }

  /** `ts`: when it was heard, epoch ms. Call it only with what decodeBthome() has opened: a forged counter must not get here. */
  accept(address: string, message: Pick<Bthome, 'counter' | 'packetId'>, ts: number): Freshness {
    if (message.counter !== null) return this.#acceptCounter(address, message.counter);
    return message.packetId === null ? 'new' : this.#acceptPacket(address, message.packetId, ts);
  }

  /** The device starts over: a new battery, a new key. */
  forget(address: string): void {
    this.#counters.delete(address);
    this.#packets.delete(address);
  }

  counters(): [string, number][] {
    return [...this.#counters];
  }

  #acceptCounter(address: string, counter: number): Freshness {
    const last = this.#counters.get(address);
    if (last !== undefined) {
      if (counter === last) return 'repeated';
      const roundNow = last >= ROUND && counter < BEGIN;
      const roundBack = last < BEGIN && counter >= ROUND;
      if (roundBack || (counter < last && !roundNow)) return 'replayed';
    }
    this.#counters.set(address, counter);
    return 'new';
  }

  #acceptPacket(address: string, id: number, ts: number): Freshness {
    const last = this.#packets.get(address);
    if (last && Math.abs(ts - last.ts) <= PACKET_WINDOW_MS) {
      const ahead = (id - last.id + 256) % 256;
      if (ahead === 0) return 'repeated';
      if (ahead >= PACKET_AHEAD) return 'replayed';
    }
    this.#packets.delete(address);
    this.#packets.set(address, { id, ts });
    if (this.#packets.size > MOST_DEVICES) {
      const oldest = this.#packets.keys().next().value;
      if (oldest !== undefined) this.#packets.delete(oldest);
    }
    return 'new';
  }
}
