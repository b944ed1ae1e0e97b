import type { Random } from '../../random.js';
import type { DeviceClock, Sensed, SimulatedDevice } from '../device.js';
import { message, stateMessage, surely, type Message } from '../message.js';
import type { DeviceSettings } from '../settings.js';

const MODEL = 'Sim door counter';

/** A native camera over a door, or a light barrier: tells crossings of the lines that it covers, and keeps them until they are taken. */
export class CrossingCounter implements SimulatedDevice {
  constructor(
    readonly deviceId: string,
    private readonly lines: ReadonlySet<string>,
    private readonly settings: DeviceSettings['smartCamera'],
    private readonly random: Random,
    private readonly clock: DeviceClock,
    private readonly stateIntervalMs: number,
  ) {}

  start(ts: number): Message[] {
    return [stateMessage(this.deviceId, 'online', MODEL, this.clock(ts))];
  }

  stop(ts: number): Message[] {
    return [stateMessage(this.deviceId, 'offline', MODEL, this.clock(ts))];
  }

  sample({ ts, sinceMs, crossings }: Sensed): Message[] {
    const counts = new Map<string, number>();
    for (const { lineId, direction } of crossings) {
      if (!this.lines.has(lineId) || this.random.chance(this.settings.missedShare)) continue;
      counts.set(`${lineId} ${direction}`, (counts.get(`${lineId} ${direction}`) ?? 0) + 1);
    }
    const told = [...counts].map(([key, count]) => {
      const [entrance, direction] = key.split(' ');
      return surely(message(this.deviceId, 'camera/crossings', { ts: this.clock(ts), entrance, direction, count }));
    });
    return sinceMs > 0 && sinceMs % this.stateIntervalMs === 0 ? [...told, ...this.start(ts)] : told;
  }
}
