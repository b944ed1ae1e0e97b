import type { Message } from './devices/message.js';

/** What runs and replays need of the outside; adapters/ has the real ones, tests their own. */
export interface Clock {
  /** wall clock, epoch ms */
  nowMs(): number;
  sleep(ms: number): Promise<void>;
  /** lets everything that waits have its turn */
  breathe(): Promise<void>;
}

/** Publishes at QoS 1, in order, until acknowledged; resends in order after every reconnect. */
export interface Publisher {
  publish(message: Message): void;
  /** true while so much is unacknowledged that the sender should wait: then `room` resolves when there is space again */
  readonly isFull: boolean;
  room(): Promise<void>;
  /** resolves once everything is acknowledged, or false after `withinMs` */
  drained(withinMs: number): Promise<boolean>;
  readonly acknowledged: number;
}

export interface LineSink {
  write(line: string): void;
  /** true while more waits to be written than should be held in memory */
  readonly isFull: boolean;
  room(): Promise<void>;
}
