import type { StoreFile } from '@aisle/contracts';
import { lastWill } from '../devices/last-will.js';
import type { Message } from '../devices/message.js';
import { Random } from '../random.js';
import type { LineFaults } from './fault-file.js';
import { garble } from './garble.js';
import type { FaultPlan } from './plan.js';

interface Delayed {
  readonly dueTs: number;
  readonly message: Message;
}

/** When a sender that got no answer sends again, seconds. */
const AGAIN_SECONDS = [1, 6] as const;

/**
 * The line between devices and broker: messages go in as devices send them and come out as they arrive, or not at all. What its
 * sender keeps until it was taken (`sure`) always arrives, undamaged at least once.
 */
export class FaultyLine {
  private readonly delayed: Delayed[] = [];
  /** keyed by device: a message that waits to change places with the next */
  private readonly waiting = new Map<string, Message>();
  private readonly off = new Map<string, boolean>();
  private readonly random: Random;
  readonly counts = { lost: 0, doubled: 0, late: 0, reordered: 0, garbled: 0, off: 0 };

  constructor(
    private readonly plan: FaultPlan,
    private readonly store: StoreFile,
    seed: number,
  ) {
    this.random = Random.stream(seed, 'faults/line');
  }

  /** What arrives at `ts` (event time) of what was sent now and before. */
  pass(messages: readonly Message[], ts: number): Message[] {
    const arrived = this.switched(ts);
    for (const message of messages) arrived.push(...this.send(message, ts));
    return [...this.due(ts), ...arrived];
  }

  /** The end of a run: everything that is still on its way arrives. */
  finish(messages: readonly Message[]): Message[] {
    const rest = [...this.delayed.splice(0).map(({ message }) => message), ...this.waiting.values()];
    this.waiting.clear();
    return [...rest, ...messages];
  }

  private due(ts: number): Message[] {
    const due: Message[] = [];
    for (let at = 0; at < this.delayed.length;) {
      const { dueTs, message } = this.delayed[at] as Delayed;
      if (dueTs > ts || this.plan.isOff(message.deviceId, ts)) at += 1;
      else {
        due.push(message);
        this.delayed.splice(at, 1);
      }
    }
    return due;
  }

  /** Last wills of devices that have just been switched off, and what those say that are back. */
  private switched(ts: number): Message[] {
    const told: Message[] = [];
    for (const id of this.plan.restless) {
      const off = this.plan.isOff(id, ts);
      if (off === (this.off.get(id) ?? false)) continue;
      this.off.set(id, off);
      const device = (this.store.devices ?? []).find((candidate) => candidate.id === id);
      const will = device && lastWill(device, off ? 'offline' : 'online', this.plan.clockOf(id)(ts));
      if (will) told.push(will);
    }
    return told;
  }

  private send(message: Message, ts: number): Message[] {
    const { deviceId, sure = false } = message;
    if (this.plan.isOff(deviceId, ts)) {
      this.counts.off += 1;
      if (sure) this.later(message, ts);
      return [];
    }
    const faults = this.plan.faults.lines?.[deviceId] ?? this.plan.faults.line;
    if (!faults) return [message];
    const before = this.waiting.get(deviceId);
    if (before) {
      this.waiting.delete(deviceId);
      return [...this.afflict(message, faults, ts), before];
    }
    return this.afflict(message, faults, ts);
  }

  /** At most one thing happens to a message. */
  private afflict(message: Message, faults: LineFaults, ts: number): Message[] {
    const { lost = 0, doubled = 0, late = 0, reordered = 0, garbled = 0 } = faults;
    let luck = this.random.next();
    const hit = (share: number) => {
      luck -= share;
      return luck < 0 && luck >= -share;
    };
    const sure = message.sure ?? false;
    if (hit(lost)) {
      this.counts.lost += 1;
      if (sure) this.later(message, ts);
      return [];
    }
    if (hit(doubled)) {
      this.counts.doubled += 1;
      return [message, message];
    }
    if (hit(late)) {
      this.counts.late += 1;
      const { least = 1, most = 15 } = faults.lateSeconds ?? {};
      this.delayed.push({ dueTs: ts + this.random.between(least, most) * 1000, message });
      return [];
    }
    if (hit(reordered)) {
      this.counts.reordered += 1;
      this.waiting.set(message.deviceId, message);
      return [];
    }
    if (hit(garbled)) {
      this.counts.garbled += 1;
      if (sure) this.later(message, ts);
      return [{ ...message, retain: false, bytes: garble(message.payload, this.random, sure) }];
    }
    return [message];
  }

  private later(message: Message, ts: number): void {
    this.delayed.push({ dueTs: ts + this.random.between(...AGAIN_SECONDS) * 1000, message });
  }
}
