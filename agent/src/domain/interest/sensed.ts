import { HOUR_MS } from '@aisle/contracts';

/** Of a category's slots at least this share must be weighed before "nothing was taken" is believed. */
const SENSED_SHARE = 0.5;

/** Which slots are sensed, as far as it must be known that nothing was taken from them. */
export class Sensed {
  /** newest weight by slot */
  private readonly weighed = new Map<string, number>();

  constructor(private readonly slotsOf: (category: string) => readonly string[]) {}

  weight(slotId: string, ts: number): void {
    this.weighed.set(slotId, Math.max(ts, this.weighed.get(slotId) ?? 0));
  }

  isSensed(category: string, untilTs: number): boolean {
    const slots = this.slotsOf(category);
    // A scale that has been dead for long is as good as none.
    const known = slots.filter((id) => (this.weighed.get(id) ?? -Infinity) > untilTs - HOUR_MS);
    return (
      known.length > 0 &&
      known.length >= slots.length * SENSED_SHARE &&
      known.every((id) => (this.weighed.get(id) as number) >= untilTs)
    );
  }

  keep(isThere: (slotId: string) => boolean): void {
    for (const id of this.weighed.keys()) if (!isThere(id)) this.weighed.delete(id);
  }

  save(): [slotId: string, ts: number][] {
    return [...this.weighed];
  }
}
