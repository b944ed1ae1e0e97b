/**
 * `npm run evaluate:planogram -- --what-if`: random moves in the twin, `--runs N` (50) of them, held against what the cloud expects of them (`what-if.ts`).
 * `npm run evaluate:planogram`: what is said of a change of one shop's planogram, in simulated chains whose truth is known. `--runs N` (1,000), `--seed S` (1),
 * `--json FILE`. Exit code 1 when more than 5 % of the changes that did nothing are claimed to have done something, an interval holds the truth in fewer than
 * 93 or more than 97 of 100 runs, or anything is claimed where no p could reach 0.05.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { effectSentence } from '../../../cloud/src/planograms/effect-words.js';
import { Random } from '../../../simulators/src/random.js';
import { WEEKS_AFTER, WEEKS_BEFORE } from './chain.js';
import { evaluateWhatIf } from './what-if.js';
import { PLANTED, ZONES, oneRun, scoreChain, type ChainScore } from './score.js';

const {
  runs,
  seed,
  json,
  'what-if': isWhatIf,
} = parseArgs({
  options: {
    'what-if': { type: 'boolean', default: false },
    runs: { type: 'string' },
    seed: { type: 'string', default: '1' },
    json: { type: 'string' },
  },
}).values;
const count = Number(runs ?? (isWhatIf ? 50 : 1000));
if (!Number.isInteger(count) || count < 1) throw new Error('--runs: a whole number from 1');

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

function evaluateEffects(): boolean {
  say(
    `${count} runs each, seed ${seed}. One shop is changed; ${WEEKS_BEFORE} weeks before, ${WEEKS_AFTER} after. Days are overdispersed counts with a pattern of the week; shops and zones have`,
  );
  say('sizes, trends and weeks of their own, and share seasons.');
  say('');
  say('shops   compared       smallest p   planted   claimed   interval holds it   half of it (median)');
  const scores: ChainScore[] = [];
  for (const shops of [1, 5, 20, 100])
    for (const planted of PLANTED) {
      const score = scoreChain(shops, planted, count, Number(seed));
      scores.push(score);
      say(
        `${String(shops).padEnd(8)}${`${score.units} ${score.unitKind === 'store' ? 'shops' : 'zones'}`.padEnd(15)}${score.smallestP.toFixed(3).padEnd(13)}${percent(planted).padEnd(10)}${percent(score.claimed).padEnd(10)}${percent(score.covered).padEnd(20)}${percent(score.halfWidth)}`,
      );
    }

  const { found, kind } = oneRun(1, 0.05, Random.stream(Number(seed), 'one of twelve'));
  const sentence = effectSentence({
    ...found,
    ...{ metric: 'units', why: found.smallestP > 0.05 ? 'tooFewUnits' : null, weeksAfter: WEEKS_AFTER, marks: [] },
    unitKind: kind === 'store' ? 'store' : 'zone',
  });
  say('');
  say(`One of ${ZONES} zones, 5 % planted: ${sentence.en}`);
  say(sentence.zh);

  // a thousand runs put one standard error at 0.7 %. With fewer chance alone may leave the band: two standard errors more are allowed.
  const error = count >= 1000 ? 0 : 2 * Math.sqrt((0.05 * 0.95) / count);
  const good =
    scores.every(({ covered }) => covered >= 0.93 - error && covered <= 0.97 + (error > 0 ? 0.03 : 0)) &&
    scores.every(({ planted, claimed }) => planted !== 0 || claimed <= 0.05 + error) &&
    scores.every(({ smallestP, claimed }) => smallestP <= 0.05 || claimed === 0);
  say(good ? '\nAs it should be.' : '\nNOT as it should be.');
  if (json !== undefined)
    writeFileSync(json, JSON.stringify({ good, runs: count, seed: Number(seed), scores, sentence }));
  return good;
}

const good = isWhatIf ? await evaluateWhatIf({ moves: count, seed: Number(seed), json }, say) : evaluateEffects();
process.exitCode = good ? 0 : 1;
