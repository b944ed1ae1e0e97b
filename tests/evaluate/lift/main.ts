/**
 * `npm run evaluate:lift`: what the proof of a campaign says of simulated ones, whose truth is known. `--runs N` (4,000), `--seed S` (1),
 * `--shops N` (40) of the chain, `--twin N` (4) shops whose shoppers react to screens, each with and without, `--json FILE`. Exit code 1 when an interval covers too seldom or too often, a look ever misses in more than 5 %, or a planted decay or
 * carry-over is not found.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Random } from '../../../simulators/src/random.js';
import { scoreCoverage, scoreOverTime, type Coverage, type OverTime } from './score.js';
import type { Scenario } from './shop.js';
import { campaignInTwin } from './twin.js';

const { runs, seed, shops, twin, json } = parseArgs({
  options: {
    runs: { type: 'string', default: '4000' },
    seed: { type: 'string', default: '1' },
    shops: { type: 'string', default: '40' },
    twin: { type: 'string', default: '4' },
    json: { type: 'string' },
  },
}).values;
const count = Number(runs);
if (!Number.isInteger(count) || count < 1) throw new Error('--runs: a whole number from 1');

/** One shop, four weeks, sales: what most campaigns are. */
const SHOP: Scenario = {
  shops: 1,
  days: 28,
  holdout: 0.2,
  shoppersPerMinute: 0.8,
  rate: 0.12,
  dispersion: 2,
  delayMinutes: 6,
  lagMinutes: 30,
  lift: () => 0,
  carried: 0,
};
/** A chain that measures stops, which count by their own time in the counted span: what it takes to see 3 % fade. */
const CHAIN: Scenario = {
  ...SHOP,
  shops: Number(shops),
  days: 56,
  holdout: 0.5,
  shoppersPerMinute: 2,
  rate: 0.5,
  dispersion: 1.5,
  delayMinutes: 0,
  lagMinutes: 15,
};
const WEEKS = CHAIN.days / 7;

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
const chanceOf = (name: string) => (run: number) => Random.stream(Number(seed) * 1_000_003 + run, name);

say(
  `${count} runs each, seed ${seed}. One shop, ${SHOP.days} days, a fifth of the blocks held out; sales with a delay of ${SHOP.delayMinutes} minutes on average, variance ${SHOP.dispersion} × mean.`,
);
say('');
say(
  'planted   covered by the fixed interval   p ≤ 0.05   ever missed by the always-valid one   ever claimed by it         median half-width: fixed, always valid',
);
const coverage: Record<string, Coverage> = {};
for (const planted of [0, 0.05]) {
  const score = scoreCoverage({ ...SHOP, lift: () => planted }, count, chanceOf(`lift ${planted}`));
  coverage[planted] = score;
  say(
    `${percent(planted).padEnd(10)}${percent(score.covered).padEnd(32)}${percent(score.significant).padEnd(11)}${percent(score.everMissed).padEnd(38)}${percent(score.claimed).padEnd(26)}${percent(score.halfWidths.fixed)}, ${percent(score.halfWidths.alwaysValid)}`,
  );
}

const few = Math.max(1, Math.round(count / 100));
say('');
say(
  `${few} runs each, ${CHAIN.shops} shops, ${WEEKS} weeks, half held out; stops, variance ${CHAIN.dispersion} × mean.`,
);
say(
  'planted                                   outcomes     fading found   carry-over found   lift of the first and last week',
);
const plants: [name: string, Scenario][] = [
  ['3 % that stays', { ...CHAIN, lift: () => 0.03 }],
  ['3 % that fades to 0', { ...CHAIN, lift: (week) => 0.03 * (1 - week / (WEEKS - 1)) }],
  ['10 %, a half of it in the block behind', { ...CHAIN, lift: () => 0.1, carried: 0.5 }],
];
const overTime: Record<string, OverTime> = {};
for (const [name, scenario] of plants) {
  const score = scoreOverTime(scenario, few, chanceOf(name));
  overTime[name] = score;
  say(
    `${name.padEnd(42)}${Math.round(score.outcomes).toLocaleString('en').padEnd(13)}${percent(score.fading).padEnd(15)}${percent(score.carryOver).padEnd(19)}${percent(score.firstWeek)}, ${percent(score.lastWeek)}`,
  );
}

/** So long each, of simulated time, and so strong. */
const TWIN_HOURS = 12;
const STRENGTHS = [0, 1.5];
const twins = STRENGTHS.flatMap((strength) =>
  Array.from({ length: Number(twin) }, (_, run) => ({
    strength,
    ...campaignInTwin({ seed: Number(seed) * 1_000 + run, hours: TWIN_HOURS, strength }),
  })),
);
if (twins.length > 0) {
  say('');
  say(`${TWIN_HOURS} hours each of a simulated shop, its devices' messages through engine, director and proof.`);
  say('strength   truth      lift       between              p       blocks   units taken');
}
for (const { strength, truth, lift: found, blocks, taken } of twins)
  say(
    `${String(strength).padEnd(11)}${percent(truth).padEnd(11)}${percent(found.lift ?? NaN).padEnd(11)}${`${percent(found.low ?? NaN)}, ${percent(found.high ?? NaN)}`.padEnd(21)}${String(found.p).padEnd(8)}${String(blocks).padEnd(9)}${taken}`,
  );
const isFound = ({ lift: { p } }: (typeof twins)[number]): boolean => p !== null && p <= 0.05;
// five in a hundred would be found where there is nothing: more than one of a few is too many
const twinsGood =
  twins.filter(({ strength }) => strength > 0).every(isFound) &&
  twins.filter((one) => one.strength === 0 && isFound(one)).length <= 1;

// 4,000 runs put one standard error at 0.35 %. With fewer chance alone may leave the band: two standard errors more are allowed.
const error = count >= 4000 ? 0 : 2 * Math.sqrt((0.05 * 0.95) / count);
const [still, fades, carries] = plants.map(([name]) => overTime[name] as OverTime) as [OverTime, OverTime, OverTime];
const good =
  twinsGood &&
  Object.values(coverage).every(
    ({ covered, everMissed }) => covered >= 0.94 - error && covered <= 0.96 + error && everMissed <= 0.05 + error,
  ) &&
  (coverage[0] as Coverage).claimed <= 0.05 + error &&
  fades.fading >= 0.8 &&
  carries.carryOver >= 0.8 &&
  still.fading <= 0.15 &&
  still.carryOver <= 0.15;
say(good ? '\nAs it should be.' : '\nNOT as it should be.');
if (json !== undefined)
  writeFileSync(json, JSON.stringify({ good, runs: count, seed: Number(seed), coverage, overTime, twins }));
process.exitCode = good ? 0 : 1;
