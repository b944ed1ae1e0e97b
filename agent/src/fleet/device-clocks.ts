import type { DeviceEvent, DeviceProblem } from '@aisle/contracts';
import type { StoreIndex } from '../devices/decode.js';
import { FarOff } from './far-off.js';
import { SkewMeter } from './skew-meter.js';

interface DeviceClock {
  meter: SkewMeter;
  far: FarOff;
  /** what is added to its times, ms; undefined before the first */
  shift: number | undefined;
  /** newest time that it gave, and what was made of that */
  rawTs: number;
  setTs: number;
}

/** A correction that is off by less stays as it is: times that shift with every message would overtake one another. */
const STALE_MS = 250;
/** larger steps back are a clock that was set, not a correction that was refined */
const CATCH_UP_MS = 5000;

/**
 * How far the clocks of devices are off, from what they say live; devices with `clock: corrected` have their times set right
 * before they go into the journal, so that the engine stays pure. See docs/decisions/0012.
 */
export class DeviceClocks {
  readonly #clocks = new Map<string, DeviceClock>();

  /** Measures the events of one message, and gives those to be journaled. */
  set(events: DeviceEvent[], receivedTs: number, store: StoreIndex | undefined): DeviceEvent[] {
    let set = events;
    for (const [index, event] of events.entries()) {
      // A time that is its arrival is none of the device's own.
      if (event.ts === receivedTs) continue;
      // The time of an advertisement is its receiver's.
      const teller = event.kind === 'advert' ? event.receiverId : event.deviceId;
      const ts = this.time(teller, event.ts, receivedTs, store);
      if (ts === event.ts) continue;
      if (set === events) set = [...events];
      set[index] = moved(event, ts - event.ts);
    }
    return set;
  }

  /** One time of a device, measured; set right where its entry says so. Epoch ms. */
  time(deviceId: string, ts: number, receivedTs: number, store: StoreIndex | undefined): number {
    let clock = this.#clocks.get(deviceId);
    if (!clock)
      this.#clocks.set(
        deviceId,
        (clock = {
          ...{ meter: new SkewMeter(), far: new FarOff(), shift: undefined, rawTs: -Infinity, setTs: 0 },
        }),
      );
    clock.far.add(receivedTs - ts, receivedTs);
    const outcome = clock.meter.add(receivedTs - ts, receivedTs);
    if (store?.devices.get(deviceId)?.clock !== 'corrected') return ts;
    const off = clock.meter.offsetMs;
    if (off === undefined) return ts;
    if (outcome === 'jump' || clock.shift === undefined || Math.abs(off - clock.shift) > STALE_MS) clock.shift = off;
    let set = ts + clock.shift;
    if (ts >= clock.rawTs || outcome === 'jump') {
      // The correction has become smaller: what was said later stays later.
      const overtaken = clock.setTs - set;
      if (overtaken >= 0 && overtaken <= CATCH_UP_MS) set = ts === clock.rawTs ? clock.setTs : clock.setTs + 1;
      clock.rawTs = ts;
      clock.setTs = set;
    }
    return set;
  }

  /** How far its clock runs ahead of the agent's, ms; undefined until that is steady. */
  skewMs(deviceId: string): number | undefined {
    const meter = this.#clocks.get(deviceId)?.meter;
    return meter?.steady === true && meter.offsetMs !== undefined ? 0 - meter.offsetMs : undefined;
  }

  /** That it is days off, or hours for a while; undefined where it is not. */
  problem(deviceId: string): DeviceProblem | undefined {
    return this.#clocks.get(deviceId)?.far.problem;
  }

  /** Other hardware has taken its place. */
  forget(deviceId: string): void {
    this.#clocks.delete(deviceId);
  }
}

function moved(event: DeviceEvent, by: number): DeviceEvent {
  const ts = event.ts + by;
  if (event.kind !== 'play') return { ...event, ts };
  return { ...event, ts, startedTs: event.startedTs + by, endedTs: event.endedTs + by };
}
