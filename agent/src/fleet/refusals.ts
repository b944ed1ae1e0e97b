import type { RefusalReason } from '@aisle/contracts';

/** What is said about refused messages: counts, and a sample in words. Never the message. */
export interface RefusedSample {
  reason: RefusalReason;
  count: number;
  /** wall clock of the newest, epoch ms */
  lastTs: number;
  sample: string;
}

/** Senders that the store file does not know share one label, so that strangers cannot fill the memory with names. */
export const UNKNOWN_DEVICE = 'unknown';

/** Messages refused before they became events, and samples of all. Key: device label, then reason. */
export class Refusals {
  readonly #byDevice = new Map<string, Map<RefusalReason, RefusedSample>>();

  /** @param counted false when the engine counts it itself, and only the sample is kept here */
  add(label: string, reason: RefusalReason, sample: string, now: number, counted = true): void {
    let reasons = this.#byDevice.get(label);
    if (!reasons) this.#byDevice.set(label, (reasons = new Map()));
    const known = reasons.get(reason);
    if (known) {
      known.count += counted ? 1 : 0;
      known.lastTs = now;
      known.sample = sample;
    } else reasons.set(reason, { reason, count: counted ? 1 : 0, lastTs: now, sample });
  }

  /** All refusals by label, with what the engine counted added. `isKnown` tells devices of the store file in force. */
  totals(
    engine: ReadonlyMap<string, ReadonlyMap<RefusalReason, number>>,
    isKnown: (deviceId: string) => boolean,
  ): Map<string, RefusedSample[]> {
    const totals = new Map<string, Map<RefusalReason, RefusedSample>>();
    const put = (label: string, refused: RefusedSample) => {
      let reasons = totals.get(label);
      if (!reasons) totals.set(label, (reasons = new Map()));
      const known = reasons.get(refused.reason);
      reasons.set(
        refused.reason,
        known
          ? {
              ...known,
              count: known.count + refused.count,
              ...(refused.lastTs > known.lastTs && { lastTs: refused.lastTs, sample: refused.sample }),
            }
          : { ...refused },
      );
    };
    const labelOf = (deviceId: string) => (isKnown(deviceId) ? deviceId : UNKNOWN_DEVICE);
    for (const [device, reasons] of this.#byDevice)
      for (const refused of reasons.values()) put(labelOf(device), refused);
    for (const [device, reasons] of engine)
      for (const [reason, count] of reasons) put(labelOf(device), { reason, count, lastTs: 0, sample: '' });
    return new Map(
      [...totals].map(([label, reasons]) => [label, [...reasons.values()].filter((refused) => refused.count > 0)]),
    );
  }
}
