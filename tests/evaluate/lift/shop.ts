import { drawArms, dayPartOf, type Arm } from '../../../agent/src/domain/screens/blocks.js';
import type { BlockOutcome } from '../../../cloud/src/insight/experiments/blocks.js';
import type { Random } from '../../../simulators/src/random.js';

/** A shop's screen and its shoppers, as far as a campaign's figures depend on them. */
export interface Scenario {
  shops: number;
  days: number;
  /** share of blocks that show the plain loop */
  holdout: number;
  /** shoppers a minute who come near the screen at the busiest hour */
  shoppersPerMinute: number;
  /** outcomes per shopper, on average, without the campaign */
  rate: number;
  /** variance over mean of a block's outcomes: shoppers come in families, days differ */
  dispersion: number;
  /** mean minutes from looking to the outcome; 0 for stops, which are there at once */
  delayMinutes: number;
  /** minutes after a block's start of counting in which an outcome may count for it */
  lagMinutes: number;
  /** true lift in the week (from 0) */
  lift: (week: number) => number;
  /** share of the lift that a treated block leaves to the whole block behind it */
  carried: number;
}

const OPENS = 9;
const CLOSES = 21;
const BLOCK_MINUTES = 20;
const WASH_IN_MINUTES = 5;
const BLOCKS_PER_DAY = ((CLOSES - OPENS) * 60) / BLOCK_MINUTES;
/** Weeks of past from which the usual outcome of an hour is known. */
const PAST_WEEKS = 4;

interface Block {
  day: number;
  begins: number;
  arm: Arm;
  shoppers: number;
  outcome: number;
}

/** The counted blocks of one run, as the cloud would have them: every shopper comes, is or is not moved, and acts later. */
export function simulate(scenario: Scenario, random: Random): BlockOutcome[] {
  const blocks: BlockOutcome[] = [];
  for (let shop = 0; shop < scenario.shops; shop += 1) blocks.push(...simulateShop(scenario, shop, random));
  return blocks;
}

function simulateShop(scenario: Scenario, shop: number, random: Random): BlockOutcome[] {
  // what differs between shops: how many come, and how much they take
  const size = random.logNormal(1, 0.3);
  const rate = scenario.rate * random.logNormal(1, 0.2);
  const past = run({ ...scenario, days: PAST_WEEKS * 7, holdout: 1, lift: () => 0 }, size, rate, random);
  const usual = usualPerHour(past);
  const now = run(scenario, size, rate, random);
  return now.map((block, index) => {
    const before = now[index - 1];
    return {
      arm: block.arm,
      stratum: `${shop}/${block.day}/${dayPartOf(hourOf(block))}`,
      week: Math.floor(block.day / 7),
      previousArm: before && before.day === block.day ? before.arm : null,
      shoppers: block.shoppers,
      outcome: block.outcome,
      usual: usual.get(hourKey(block)) ?? null,
    };
  });
}

function run(scenario: Scenario, size: number, rate: number, random: Random): Block[] {
  const blocks: Block[] = [];
  for (let day = 0; day < scenario.days; day += 1) {
    // a pay day, rain: it moves both arms
    const traffic = random.logNormal(1, 0.15);
    const mood = random.logNormal(1, 0.1);
    const ofDay = armsOfDay(day, scenario.holdout, random);
    ofDay.forEach((block, index) => {
      const hour = hourOf(block);
      // overdispersion of a block: a mixed Poisson with a mean of 1 and the variance that gives the wanted ratio
      const shoppersPerMinute = scenario.shoppersPerMinute * size * traffic * crowd(hour, day);
      const mean = shoppersPerMinute * BLOCK_MINUTES * rate;
      const mix = scenario.dispersion > 1 ? gamma(mean / (scenario.dispersion - 1), random) : 1;
      const perShopper = rate * mood * appetite(hour) * mix;
      const before = ofDay[index - 1];
      const lift = scenario.lift(Math.floor(day / 7));
      const moved = block.arm === 'treated' ? lift : before?.arm === 'treated' ? lift * scenario.carried : 0;
      for (let minute = 0; minute < BLOCK_MINUTES; minute += 1) {
        const come = poisson(shoppersPerMinute, random);
        if (minute >= WASH_IN_MINUTES) block.shoppers += come;
        const acts = poisson(come * perShopper * (1 + moved), random);
        for (let act = 0; act < acts; act += 1) {
          const at = block.begins + minute + random.next() + random.exponential(scenario.delayMinutes || 1e-9);
          const counts = blockOf(ofDay, at, scenario.lagMinutes);
          if (counts) counts.outcome += 1;
        }
      }
    });
    blocks.push(...ofDay);
  }
  return blocks;
}

/** The newest block whose counting has begun, if that is less than the lag ago: each outcome counts once, or nowhere. */
function blockOf(ofDay: readonly Block[], at: number, lagMinutes: number): Block | undefined {
  const index = Math.floor((at - OPENS * 60 - WASH_IN_MINUTES) / BLOCK_MINUTES);
  const block = ofDay[Math.min(index, ofDay.length - 1)];
  return block && at - (block.begins + WASH_IN_MINUTES) < lagMinutes ? block : undefined;
}

function armsOfDay(day: number, holdout: number, random: Random): Block[] {
  const blocks = Array.from({ length: BLOCKS_PER_DAY }, (_, index): Block => {
    return { day, begins: OPENS * 60 + index * BLOCK_MINUTES, arm: 'heldOut', shoppers: 0, outcome: 0 };
  });
  const parts = new Map<number, Block[]>();
  for (const block of blocks) {
    const part = dayPartOf(hourOf(block));
    parts.set(part, [...(parts.get(part) ?? []), block]);
  }
  for (const part of parts.values()) {
    drawArms(part.length, holdout, () => random.next()).forEach(({ arm }, index) => {
      (part[index] as Block).arm = arm;
    });
  }
  return blocks;
}

const hourOf = ({ begins }: Block): number => Math.floor(begins / 60);
const hourKey = (block: Block): number => (block.day % 7) * 24 + hourOf(block);

function usualPerHour(past: readonly Block[]): Map<number, number> {
  const sums = new Map<number, { outcome: number; shoppers: number }>();
  for (const block of past) {
    const sum = sums.get(hourKey(block)) ?? { outcome: 0, shoppers: 0 };
    sum.outcome += block.outcome;
    sum.shoppers += block.shoppers;
    sums.set(hourKey(block), sum);
  }
  return new Map(
    [...sums].flatMap(([key, { outcome, shoppers }]) => (shoppers > 0 ? [[key, outcome / shoppers]] : [])),
  );
}

/** Two humps, noon and after work; weekends are busier. */
const crowd = (hour: number, day: number): number =>
  (0.35 + 0.65 * Math.max(bell(hour, 12.5, 1.5), bell(hour, 18, 1.8))) * (day % 7 >= 5 ? 1.3 : 1);
/** Who comes after work buys more of it. */
const appetite = (hour: number): number => 0.8 + 0.4 * bell(hour, 18, 2.5);
const bell = (at: number, middle: number, width: number): number => Math.exp(-(((at - middle) / width) ** 2) / 2);

function poisson(mean: number, random: Random): number {
  if (mean <= 0) return 0;
  // in pieces of at most 20, so that the exponential does not vanish
  if (mean > 20) return poisson(20, random) + poisson(mean - 20, random);
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = random.next(); product > limit; product *= random.next()) count += 1;
  return count;
}

/** Gamma with the given shape and a mean of 1 (Marsaglia and Tsang, 2000; below a shape of 1 by their boost). */
function gamma(shape: number, random: Random): number {
  if (shape < 1) return (gamma(shape + 1, random) * (shape + 1) * (1 - random.next()) ** (1 / shape)) / shape;
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = random.normal();
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - random.next()) < (x * x) / 2 + d - d * v + d * Math.log(v)) return (d * v) / shape;
  }
}
