import { MINUTE_MS, type StoreFile } from '@aisle/contracts';
import type { MqttPublisher } from '../adapters/mqtt-publisher.js';
import type { Message } from '../devices/message.js';
import { aboutOf, Screen } from '../devices/screen.js';
import type { Runner } from '../run/runner.js';
import type { Simulation } from '../run/simulation.js';
import type { Silence } from './options.js';

/** Screens without a picture: they take what the agent shows, and send receipts with the run's own time. */
export function listen(publisher: MqttPublisher, store: StoreFile, simulation: Simulation, runner: Runner): void {
  for (const device of store.devices ?? []) {
    if (device.family !== 'screen') continue;
    const screen = new Screen(device.id);
    publisher.subscribe(`aisle/v1/devices/${device.id}/screen/show`, (payload) => {
      let order: unknown;
      try {
        order = JSON.parse(payload.toString('utf8'));
      } catch {
        return;
      }
      runner.add(screen.show(order, simulation.ts));
      simulation.show(device.id, aboutOf(order));
    });
  }
}

/** Leaves out what silenced devices would have said. */
export class SilencedPublisher {
  constructor(
    private readonly inner: MqttPublisher,
    private readonly silences: readonly Silence[],
    private readonly startTs: number,
    private readonly now: () => number,
  ) {}

  publish(message: Message): void {
    const minute = (this.now() - this.startTs) / MINUTE_MS;
    if (
      this.silences.some(
        (silence) => silence.deviceId === message.deviceId && minute >= silence.fromMinute && minute < silence.toMinute,
      )
    )
      return;
    this.inner.publish(message);
  }
  get isFull(): boolean {
    return this.inner.isFull;
  }
  room(): Promise<void> {
    return this.inner.room();
  }
  drained(withinMs: number): Promise<boolean> {
    return this.inner.drained(withinMs);
  }
  get acknowledged(): number {
    return this.inner.acknowledged;
  }
}
