import type { Stay } from './presence.js';

/**
 * A tag that somebody takes in their hand and puts back within seconds is never lost by its antenna: it is heard all the while, but much
 * weaker, since the hand, the body and the distance are in between. Strengths in hundredths of dBm, times in epoch ms.
 */
export interface InHand {
  /** beginning of the stay that this is about */
  of: number;
  /** how loud it is at rest, and when it last was */
  usual: number;
  restedTs: number;
  /** variance of its strength at rest, and from how many readings */
  variance: number;
  readings: number;
  /** the weakest since it has been lifted; null: it rests */
  low: number | null;
  /** many tags of the antenna got weaker with it: somebody stands before it */
  shaded: boolean;
}

/**
 * So much weaker, and a tag may have been lifted; raising it misses goods that are looked at close to the shelf, lowering it takes bodies
 * that pass by, and echoes, for hands. It is back when it is nearly as loud as before.
 */
const LIFTED_CDB = 900;
/** Where a tag's strength scatters at rest it must have got weaker by so many standard deviations; believed before so many readings have been heard. */
const LIFTED_SIGMAS = 6;
const BELIEVED_VARIANCE = 300 ** 2;
const ENOUGH_READINGS = 5;
const BACK_CDB = 500;
/** What is weaker for longer is not in a hand: it lies otherwise. */
const LONGEST_MS = 45_000;
/** How fast the usual strength follows what is heard at rest, a share of the difference a time. */
const FOLLOWS = 0.2;
const SCATTERS = 0.1;

export const handOf = ({ from }: Pick<Stay, 'from'>, ts: number, cdbm: number): InHand => ({
  ...{ of: from, usual: cdbm, restedTs: ts, variance: BELIEVED_VARIANCE, readings: 0, low: null, shaded: false },
});

/** Whether a tag that was lifted is back where it was. */
export const isBack = ({ low, usual, shaded, restedTs }: InHand, ts: number, cdbm: number): boolean =>
  low !== null && !shaded && ts - restedTs <= LONGEST_MS && cdbm >= usual - BACK_CDB && cdbm >= low + BACK_CDB;

/** Takes in what the antenna hears at `ts`. @returns whether the tag has just been lifted */
export function dip(hand: InHand, ts: number, cdbm: number): boolean {
  if (hand.low === null) {
    const off = cdbm - hand.usual;
    const lifted = Math.max(LIFTED_CDB, LIFTED_SIGMAS * Math.sqrt(hand.variance));
    if (off <= -lifted && hand.readings >= ENOUGH_READINGS) {
      hand.low = cdbm;
      return true;
    }
    hand.readings += 1;
    hand.variance += SCATTERS * (off * off - hand.variance);
    hand.usual += FOLLOWS * off;
    hand.restedTs = ts;
  } else if (ts - hand.restedTs > LONGEST_MS || cdbm >= hand.usual - BACK_CDB)
    Object.assign(hand, { usual: cdbm, restedTs: ts, low: null, shaded: false });
  else hand.low = Math.min(hand.low, cdbm);
  return false;
}
