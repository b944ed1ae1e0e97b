/**
 * The blocks of a screen group, and which arm each is drawn for. Blocks are cut from the store's midnight on, so that every device and the cloud cut
 * them alike; arms are drawn day by day within a part of the day, so that neither weekday nor hour can favour one, and a campaign needs no end
 * to be drawn. SEMANTICS §24.
 */
export type Arm = 'treated' | 'heldOut';

export interface DrawnBlock {
  arm: Arm;
  /** that this block got this arm, before it was drawn */
  probability: number;
}

/** Hours at which a part of the day begins: night, morning, midday, afternoon, evening. */
const DAY_PARTS = [0, 6, 11, 14, 17] as const;

/** Which part of the day the hour (0 to 23, store time) belongs to, from 0. */
export function dayPartOf(hour: number): number {
  let part = 0;
  DAY_PARTS.forEach((from, index) => {
    if (hour >= from) part = index;
  });
  return part;
}

/**
 * Draws the arms of the blocks of one stratum (one day and part of it). Of m blocks m × holdout are held out, and where that is no whole number
 * chance decides between the two next to it: each block is held out with exactly that probability, and no day strays far from it.
 * @param holdout share, 0 to 1
 * @param chance uniform in [0, 1)
 */
export function drawArms(count: number, holdout: number, chance: () => number): DrawnBlock[] {
  const share = count * holdout;
  const whole = Math.floor(share);
  const heldOut = whole + (chance() < share - whole ? 1 : 0);
  const order = Array.from({ length: count }, (_, index) => index);
  for (let k = 0; k < heldOut; k += 1) {
    const other = k + Math.floor(chance() * (count - k));
    [order[k], order[other]] = [order[other] as number, order[k] as number];
  }
  const held = new Set(order.slice(0, heldOut));
  return Array.from({ length: count }, (_, index) =>
    held.has(index) ? { arm: 'heldOut', probability: holdout } : { arm: 'treated', probability: 1 - holdout },
  );
}
