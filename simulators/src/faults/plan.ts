import { HOUR_MS, MINUTE_MS, type Device, type StoreFile } from '@aisle/contracts';
import type { DeviceClock } from '../devices/device.js';
import type { DeviceSettings } from '../devices/settings.js';
import { Random } from '../random.js';
import type { Faults } from './fault-file.js';

interface Off {
  readonly fromTs: number;
  readonly toTs: number;
  /** of flapping ones: on and off in turn; infinite for dead ones */
  readonly onMs: number;
  readonly offMs: number;
}

/** The faults of one run: which device suffers what, and when. Everything follows from the seed and the times. */
export class FaultPlan {
  private readonly clocks = new Map<string, DeviceClock>();
  private readonly offs = new Map<string, Off[]>();
  private readonly drifts = new Map<string, number>();

  constructor(
    readonly faults: Faults,
    private readonly store: StoreFile,
    seed: number,
    private readonly startTs: number,
  ) {
    for (const device of store.devices ?? []) this.clocks.set(device.id, this.clockFor(device, seed));
    const at = (minute: number) => startTs + minute * MINUTE_MS;
    const off = (name: string, span: Off) => {
      for (const { id } of this.named(name)) this.offs.set(id, [...(this.offs.get(id) ?? []), span]);
    };
    for (const { device, fromMinute, toMinute } of faults.dead ?? [])
      off(device, { fromTs: at(fromMinute), toTs: at(toMinute), onMs: 0, offMs: Infinity });
    for (const { device, fromMinute, toMinute, onSeconds, offSeconds } of faults.flapping ?? [])
      off(device, { fromTs: at(fromMinute), toTs: at(toMinute), onMs: onSeconds * 1000, offMs: offSeconds * 1000 });
    for (const { device, gramsPerHour } of faults.drift ?? [])
      for (const found of this.named(device))
        for (const slotId of this.slotsOf(found)) this.drifts.set(slotId, gramsPerHour);
  }

  /** The device of that id, or the first of "FAMILY DIALECT"; none when there is no such. */
  private named(name: string): Device[] {
    const devices = this.store.devices ?? [];
    const found =
      devices.find(({ id }) => id === name) ?? devices.find(({ family, dialect }) => `${family} ${dialect}` === name);
    return found ? [found] : [];
  }

  private slotsOf(device: Device): string[] {
    if (device.sensors) return device.sensors.map(({ slot }) => slot);
    const fixture = (this.store.fixtures ?? []).find(({ id }) => id === device.fixture);
    return (fixture?.slots ?? []).map(({ id }) => id);
  }

  private clockFor(device: Device, seed: number): DeviceClock {
    const { clocks, jumps = [] } = this.faults;
    const wrong = clocks && (clocks.families?.includes(device.family) ?? true);
    const deviates = Random.stream(seed, `clock/${device.id}`).normal();
    const skewMs = wrong ? Math.round(Math.max(-3, Math.min(3, deviates)) * clocks.skewSeconds * 1000) : 0;
    const own = jumps
      .filter((jump) => this.named(jump.device).some(({ id }) => id === device.id))
      .map((jump) => ({ atTs: this.startTs + jump.atMinute * MINUTE_MS, ms: jump.seconds * 1000 }));
    if (own.length === 0) return (ts) => ts + skewMs;
    return (ts) => own.reduce((sum, { atTs, ms }) => (ts >= atTs ? sum + ms : sum), ts + skewMs);
  }

  clockOf(deviceId: string): DeviceClock {
    return this.clocks.get(deviceId) ?? ((ts) => ts);
  }

  /** Grams that a slot's load cell has wandered off by. */
  driftOf(slotId: string, ts: number): number {
    const gramsPerHour = this.drifts.get(slotId);
    return gramsPerHour === undefined ? 0 : (gramsPerHour * (ts - this.startTs)) / HOUR_MS;
  }

  /** Whether a device is switched off at `ts`. */
  isOff(deviceId: string, ts: number): boolean {
    return (this.offs.get(deviceId) ?? []).some(({ fromTs, toTs, onMs, offMs }) => {
      if (ts < fromTs || ts >= toTs) return false;
      return offMs === Infinity || (ts - fromTs) % (onMs + offMs) < offMs;
    });
  }

  /** Devices that are switched off at some time. */
  get restless(): IterableIterator<string> {
    return this.offs.keys();
  }

  /** Whether the line from the shop to the cloud is cut at `ts`. */
  isCloudCut(ts: number): boolean {
    const minute = (ts - this.startTs) / MINUTE_MS;
    return (this.faults.cloudCut ?? []).some(({ fromMinute, toMinute }) => minute >= fromMinute && minute < toMinute);
  }

  /** What the faults make of the devices' usual noise. */
  settings(usual: DeviceSettings): DeviceSettings {
    const { missedShare = 0, strayDb = 0 } = this.faults.rfid ?? {};
    const { rfid } = usual;
    return {
      ...usual,
      rfid: {
        ...rfid,
        missedShare: 1 - (1 - rfid.missedShare) * (1 - missedShare),
        strayDb: rfid.strayDb + strayDb,
        strays: rfid.strays || strayDb > 0,
      },
    };
  }
}
