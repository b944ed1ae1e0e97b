import type { Panel, Unit } from '../../../cloud/src/insight/experiments/placebo.js';
import type { Random } from '../../../simulators/src/random.js';

export const WEEKS_BEFORE = 12;
export const WEEKS_AFTER = 8;
const WEEKS = WEEKS_BEFORE + WEEKS_AFTER;
/** from Monday on: the weekend is busier */
const WEEK = [0.85, 0.85, 0.9, 0.95, 1.1, 1.25, 1.1] as const;
/** variance ÷ mean of a day's units: people buy several, and come together */
const DISPERSION = 3;

/** What moves every shop of a chain alike: seasons, pay days, weather. */
interface Season {
  days: readonly number[];
}

const seasonOf = (random: Random): Season => {
  let slow = 0;
  const days: number[] = [];
  for (let day = 0; day < WEEKS * 7; day += 1) {
    if (day % 7 === 0) slow = 0.7 * slow + 0.05 * random.normal();
    days.push(Math.exp(slow + 0.06 * random.normal()) * (WEEK[day % 7] as number));
  }
  return { days };
};

/**
 * A shop, or a zone of one: a size of its own, a trend of its own, weeks that hang together, days that are overdispersed counts.
 * @param lift of the weeks after the change
 */
function unitOf(id: string, mean: number, seasons: readonly Season[], lift: number, random: Random): Unit {
  const size = mean * random.logNormal(1, 0.5);
  const trend = 0.002 * random.normal();
  let own = 0;
  const weeks: number[] = [];
  for (let week = 0; week < WEEKS; week += 1) {
    own = 0.4 * own + 0.03 * random.normal();
    let sum = 0;
    for (let day = 7 * week; day < 7 * (week + 1); day += 1) {
      const season = seasons.reduce((product, { days }) => product * (days[day] as number), 1);
      const expected = size * season * Math.exp(own + trend * week) * (week >= WEEKS_BEFORE ? 1 + lift : 1);
      sum += Math.max(0, Math.round(expected + Math.sqrt(DISPERSION * expected) * random.normal()));
    }
    weeks.push(sum);
  }
  return { id, weeks };
}

/** One shop with its zones, of which one was changed. */
export function zonesOfShop(zones: number, lift: number, random: Random): Panel {
  const seasons = [seasonOf(random)];
  const [treated, ...others] = Array.from({ length: zones }, (_, at) =>
    unitOf(`zone-${at + 1}`, 90, seasons, at === 0 ? lift : 0, random),
  );
  return { treated: treated as Unit, others, before: WEEKS_BEFORE };
}

/** A chain in which one shop was changed; each is one unit. Shops of one region share some of their weather. */
export function shopsOfChain(shops: number, lift: number, random: Random): Panel {
  const chain = seasonOf(random);
  const regions = Array.from({ length: Math.max(1, Math.round(shops / 10)) }, () => ({
    days: seasonOf(random).days.map((factor, day) => (factor / (WEEK[day % 7] as number)) ** 0.3),
  }));
  const [treated, ...others] = Array.from({ length: shops }, (_, at) =>
    unitOf(`shop-${at + 1}`, 150, [chain, regions[at % regions.length] as Season], at === 0 ? lift : 0, random),
  );
  return { treated: treated as Unit, others, before: WEEKS_BEFORE };
}
