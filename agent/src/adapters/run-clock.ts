import type { BrokerMessage } from '../ports/broker.js';
import type { Clock, Timer } from '../ports/clock.js';

/** Where a simulated shop tells what time it is, in order with its devices' messages. */
export const RUN_CLOCK_TOPIC = 'aisle/v1/clock';

/**
 * For trials only: the wall clock of a simulated shop that runs at a speed of its own. Until it is told a time it is the
 * machine's clock; spans and timers always are.
 */
export class RunClock implements Clock {
  private toldTs: number | undefined;

  constructor(private readonly machine: Clock) {}

  /** Whether a message is the simulated shop's time; takes it over. Only the integrator's account may say it. */
  hear({ sender, topic, payload }: Pick<BrokerMessage, 'sender' | 'topic' | 'payload'>): boolean {
    if (topic !== RUN_CLOCK_TOPIC || sender.kind !== 'integrator') return false;
    const ts = Number(Buffer.from(payload).toString('utf8'));
    if (Number.isSafeInteger(ts) && ts > 0) this.toldTs = ts;
    return true;
  }

  now(): number {
    return this.toldTs ?? this.machine.now();
  }
  monotonicMs(): number {
    return this.machine.monotonicMs();
  }
  after(ms: number, action: () => void): Timer {
    return this.machine.after(ms, action);
  }
  every(ms: number, action: () => void): Timer {
    return this.machine.every(ms, action);
  }
}
