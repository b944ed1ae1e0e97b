import type { Message } from '../devices/message.js';
import type { Clock, LineSink, Publisher } from '../ports.js';
import type { PictureSender } from './picture-sender.js';
import type { RunningShop } from '../faults/faulty-shop.js';

export interface RunOptions {
  readonly startTs: number;
  /** end of event time; Infinity runs until stopped */
  readonly endTs: number;
  /** event time ÷ wall clock; Infinity: as fast as messages are acknowledged */
  readonly speed: number;
  /** wall clock (epoch ms) at which `startTs` is due; when it lies back, the shop catches up first. The moment of run() when left out. */
  readonly startsAtMs?: number;
}

const NAP_MS = 10;
const STEPS_BETWEEN_BREATHS = 20;

/**
 * Paces a simulation and hands its messages on. When the receiver falls behind, event time waits for it: nothing is
 * dropped. At a given speed it then catches up with the wall clock.
 */
export class Runner {
  private stopping = false;
  private ended = false;
  private readonly extra: Message[] = [];

  constructor(
    private readonly simulation: RunningShop,
    private readonly publisher: Publisher,
    private readonly ledger: LineSink,
    private readonly clock: Clock,
    private readonly options: RunOptions,
    private readonly pictures?: PictureSender,
  ) {}

  /** Ends after the present step. */
  stop(): void {
    this.stopping = true;
  }

  /** A message from outside of the simulation (a screen's receipt), sent with the next step. */
  add(message: Message | undefined): void {
    if (message && !this.ended) this.extra.push(message);
  }

  /** Runs to the end. `onFirst` is called when the first messages have been handed over. */
  async run(onFirst: () => void): Promise<void> {
    const { startTs, endTs, speed } = this.options;
    const wallStart = this.options.startsAtMs ?? this.clock.nowMs();
    let first = true;
    for (let step = 1; !this.stopping && this.simulation.ts < endTs; step += 1) {
      const dueTs = startTs + (this.clock.nowMs() - wallStart) * speed;
      if (speed !== Infinity && this.simulation.ts > dueTs) {
        await this.clock.sleep(Math.max(1, Math.min(NAP_MS * 5, (this.simulation.ts - dueTs) / speed)));
        continue;
      }
      for (const message of this.simulation.advance()) this.publisher.publish(message);
      for (const message of this.extra.splice(0)) this.publisher.publish(message);
      this.pictures?.look(this.simulation, dueTs - this.simulation.ts);
      if (first) onFirst();
      first = false;
      while (this.publisher.isFull && !this.stopping)
        await Promise.race([this.publisher.room(), this.clock.sleep(200)]);
      if (this.ledger.isFull) await this.ledger.room();
      if (step % STEPS_BETWEEN_BREATHS === 0) await this.clock.breathe();
    }
    this.ended = true;
    for (const message of [...this.extra.splice(0), ...this.simulation.finish()]) this.publisher.publish(message);
  }
}
