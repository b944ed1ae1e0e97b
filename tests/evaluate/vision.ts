/**
 * `npm run evaluate:vision`: shops that no model has seen are drawn picture by picture, coded as JPEG, looked at by the detector,
 * followed, placed on the floor and timed; what comes out is held against who truly was where.
 */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { InlineDetector } from '../../agent/src/adapters/vision/inline-detector.js';
import { readBehaviour } from '../../simulators/src/adapters/files.js';
import { FIRST_EVALUATION_SEED } from '../../simulators/src/render/scenes.js';
import { root } from '../support/system.js';
import { quantile } from './floor-score.js';
import { runFloor, type FloorRunResult } from './floor-run.js';
import { evaluateReal } from './real.js';

const HELP = `npm run evaluate:vision -- [options]
  --shops N      so many held-out shops (4)
  --minutes M    minutes of each (8)
  --seed N       seed of the first; from ${FIRST_EVALUATION_SEED} on no model has been trained on them (${FIRST_EVALUATION_SEED})
  --model FILE   manifest of the detector (models/person-detector/manifest.json)
  --drawn        takes the boxes that were drawn instead of the detector's: the tracker and the floor alone
  --wrong        lists the events that were missed or made up
  --json FILE    the figures as JSON
  --real         real people instead, on recordings; see --real --help`;

export const TARGETS = { entriesShare: 0.01, eventF1: 0.98, dwellSeconds: 0.4, idf1: 0.9 };

export interface VisionScore {
  entries: { system: number; truth: number; error: number };
  eventF1: number;
  dwellErrorSeconds: number;
  idf1: number;
  positionErrorMetres: number;
}

export function totalOf(results: readonly FloorRunResult[]): VisionScore {
  const sum = (of: (result: FloorRunResult) => number) => results.reduce((total, result) => total + of(result), 0);
  const [system, truth] = [sum((r) => r.events.entries.system), sum((r) => r.events.entries.truth)];
  const right = 2 * sum((r) => r.events.truePositives);
  return {
    entries: { system, truth, error: Math.abs(system - truth) / truth },
    eventF1: right / (right + sum((r) => r.events.falsePositives) + sum((r) => r.events.falseNegatives)),
    dwellErrorSeconds: quantile(
      results.flatMap((r) => r.events.dwellErrors),
      0.5,
    ),
    idf1: (2 * sum((r) => r.identity.idtp)) / (sum((r) => r.identity.truth) + sum((r) => r.identity.found)),
    positionErrorMetres: quantile(
      results.flatMap((r) => r.positionErrors),
      0.5,
    ),
  };
}

const told = (result: FloorRunResult): string => {
  const score = totalOf([result]);
  return [
    `seed ${result.seed}: ${result.people} people, ${result.frames} pictures`,
    `entries ${score.entries.system} of ${score.entries.truth}`,
    `event F1 ${score.eventF1.toFixed(4)} (${result.events.falseNegatives} missed, ${result.events.falsePositives} made up)`,
    `median dwell error ${score.dwellErrorSeconds.toFixed(2)} s`,
    `IDF1 ${score.idf1.toFixed(4)}`,
    `median position error ${score.positionErrorMetres.toFixed(3)} m`,
  ].join(', ');
};

async function main(): Promise<number> {
  const args = process.argv.slice(2);
  if (args.includes('--real')) return evaluateReal(args);
  const { values } = parseArgs({
    options: {
      shops: { type: 'string', default: '4' },
      minutes: { type: 'string', default: '8' },
      seed: { type: 'string', default: String(FIRST_EVALUATION_SEED) },
      model: { type: 'string', default: path.join(root, 'models/person-detector/manifest.json') },
      drawn: { type: 'boolean', default: false },
      wrong: { type: 'boolean', default: false },
      json: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const detector = values.drawn
    ? undefined
    : await InlineDetector.open({
        manifest: path.resolve(values.model),
        folders: (process.env.AISLE_MODELS ?? '').split(path.delimiter).filter((folder) => folder !== ''),
      });
  const behaviour = readBehaviour(path.join(root, 'tests/evaluate/behaviour.yaml'));
  const results: FloorRunResult[] = [];
  for (let index = 0; index < Number(values.shops); index += 1) {
    const result = await runFloor({
      seed: Number(values.seed) + index,
      minutes: Number(values.minutes),
      behaviour,
      ...(detector && { detect: (jpeg: Uint8Array) => detector.detect(jpeg) }),
    });
    results.push(result);
    console.log(told(result));
    if (values.wrong) for (const line of result.events.wrong) console.log(`  ${line}`);
  }
  await detector?.close();
  const score = totalOf(results);
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(score, null, 2)}\n`);
  const rows: [string, string, string, boolean][] = [
    [
      'entries',
      `${score.entries.system} of ${score.entries.truth} (${(100 * score.entries.error).toFixed(2)} %)`,
      '≤ 1 %',
      score.entries.error <= TARGETS.entriesShare,
    ],
    ['event F1', score.eventF1.toFixed(4), '≥ 0.98', score.eventF1 >= TARGETS.eventF1],
    [
      'median dwell error',
      `${score.dwellErrorSeconds.toFixed(3)} s`,
      '≤ 0.4 s',
      score.dwellErrorSeconds <= TARGETS.dwellSeconds,
    ],
    ['IDF1', score.idf1.toFixed(4), '≥ 0.90', score.idf1 >= TARGETS.idf1],
  ];
  console.log('');
  for (const [name, figure, target, ok] of rows)
    console.log(`${name.padEnd(20)}${figure.padEnd(28)}${target.padEnd(10)}${ok ? 'ok' : 'MISSED'}`);
  return rows.every(([, , , ok]) => ok) ? 0 : 1;
}

if (process.argv[1]?.endsWith('evaluate-vision.mjs'))
  process.exit(
    await main().catch((error: Error) => {
      process.stderr.write(`${error.message}\n`);
      return 2;
    }),
  );
