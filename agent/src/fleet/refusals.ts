import { sentenceOf, withoutValue, type Problem, type RefusalReason, type RefusedWhy } from '@aisle/contracts';

/** What is said about refused messages: counts, and a sample in words. Never the message. */
export interface RefusedSample {
  reason: RefusalReason;
  count: number;
  /** wall clock of the newest, epoch ms */
  lastTs: number;
  /** in English */
  sample: string;
  /** the same as a code; undefined where only the engine counted */
  why?: RefusedWhy;
}

/** What was wrong, and where in a file. */
export type Wrong = Problem & { readonly place?: string };
interface Told {
  /** the topic, file or receiver that it came by */
  at?: string;
  /** false when the engine counts it itself, and only the sample is kept here */
  counted?: boolean;
}

/** What was wrong, never what was said: a text in the wrong place may be a track, an address or a tag. */
function withoutTexts(wrong: Problem): Problem {
  const { got } = wrong.values;
  return typeof got === 'string' && /^["'[{]/.test(got) ? withoutValue(wrong) : wrong;
}

/** Senders that the store file does not know share one label, so that strangers cannot fill the memory with names. */
export const UNKNOWN_DEVICE = 'unknown';

/** Messages refused before they became events, and samples of all. Key: device label, then reason. */
export class Refusals {
  readonly #byDevice = new Map<string, Map<RefusalReason, RefusedSample>>();

  /** @param wrong what was wrong; a text that was found in the wrong place is not kept */
  add(label: string, reason: RefusalReason, wrong: Wrong, now: number, { at, counted = true }: Told = {}): void {
    const { field, code, values } = withoutTexts(wrong);
    const place = [at, wrong.place].filter(Boolean).join(': ');
    const sample = [place, sentenceOf(withoutTexts(wrong))].filter(Boolean).join(': ');
    const why = { ...(place && { at: place }), ...(field && { field }), code, values };
    let reasons = this.#byDevice.get(label);
    if (!reasons) this.#byDevice.set(label, (reasons = new Map()));
    const known = reasons.get(reason);
    if (known) {
      known.count += counted ? 1 : 0;
      known.lastTs = now;
      known.sample = sample;
      known.why = why;
    } else reasons.set(reason, { reason, count: counted ? 1 : 0, lastTs: now, sample, why });
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
              ...(refused.lastTs > known.lastTs && {
                lastTs: refused.lastTs,
                sample: refused.sample,
                ...(refused.why && { why: refused.why }),
              }),
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
