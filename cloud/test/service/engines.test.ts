import path from 'node:path';
import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { randomRows, generator, versionsOf } from '../insight/random-shop.js';
import { incident } from '../store/fact-samples.js';
import { Engines } from '../store/engines.js';
import { everyQuestion } from './every-question.js';
import { removeFolders, startCloud, temporaryFolder, type RunningCloud } from './harness.js';

const engines = new Engines();
const clouds: [name: string, cloud: RunningCloud][] = [];
/** 2026-03-02T00:00+08:00 */
const DAY = Date.UTC(2026, 2, 1, 16);
const HOUR = 3_600_000;

beforeAll(async () => {
  await engines.start();
  const storeFile = path.join(temporaryFolder(), 'store.json');
  writeFileSync(storeFile, JSON.stringify(versionsOf('Asia/Shanghai', true)[1]));
  for (const [name, make] of engines.all)
    clouds.push([name, await startCloud({ series: await make(), provision: { storeFile } })]);
});
afterAll(async () => {
  for (const [, cloud] of clouds) await cloud.stop();
  await engines.stop();
  removeFolders();
});

it('answers every question about a mixed day with the same bytes, whichever engine holds it', async () => {
  const any = generator(20_261);
  const rows = [
    ...randomRows(any, 'demo', DAY, DAY + 24 * HOUR, 600),
    ...[1, 5, 9].map((at) => ({
      storeId: 'demo',
      epoch: 1,
      fact: incident(`i${at}`, DAY + at * HOUR, 1, { until: at === 5 ? null : DAY + (at + 2) * HOUR }),
    })),
  ];
  const asked = await everyQuestion(DAY, DAY + 24 * HOUR);
  expect(asked.length).toBeGreaterThan(20);
  const answers = new Map<string, Map<string, string>>();
  for (const [name, { series, api }] of clouds) {
    // in pieces, some of them twice
    for (let from = 0; from < rows.length; from += 200)
      await series.write(rows.slice(Math.max(0, from - 50), from + 200));
    const said = new Map<string, string>();
    for (const question of asked) {
      const answer = await api(question);
      said.set(question, `${answer.status} ${await answer.text()}`);
    }
    answers.set(name, said);
  }
  const [[, plain], ...others] = [...answers] as [[string, Map<string, string>], ...[string, Map<string, string>][]];
  expect([...plain.values()].filter((answer) => answer.startsWith('200')).length).toBeGreaterThan(15);
  for (const [name, said] of others)
    for (const [question, answer] of said)
      expect([name, question, answer]).toEqual([name, question, plain.get(question)]);
});
