import type { DeviceProblem } from '@aisle/contracts';

/** A problem of connections is over when it has not come again for so long, ms. */
const OVER_AFTER_MS = 10 * 60_000;
/** A device that connects anew before its old connection is known to be dead looks like two, once or twice. */
const FEWEST: Readonly<Record<string, number>> = { sameClient: 3 };

/** What went wrong with connections of devices, counted. By device, then by code. */
export class Problems {
  readonly #byDevice = new Map<string, Map<string, DeviceProblem>>();

  /** @param now wall clock, epoch ms */
  add(deviceId: string, code: string, now: number): void {
    let own = this.#byDevice.get(deviceId);
    if (!own) this.#byDevice.set(deviceId, (own = new Map()));
    const known = own.get(code);
    const times = known && now - known.lastTs < OVER_AFTER_MS ? Number(known.values['times']) : 0;
    const sinceTs = times > 0 && known ? known.sinceTs : now;
    own.set(code, { code, values: { times: times + 1 }, sinceTs, lastTs: now });
  }

  /** Those that are not over. */
  of(deviceId: string, now: number): DeviceProblem[] {
    return [...(this.#byDevice.get(deviceId)?.values() ?? [])].filter(
      ({ code, values, lastTs }) => now - lastTs < OVER_AFTER_MS && Number(values['times']) >= (FEWEST[code] ?? 1),
    );
  }
}
