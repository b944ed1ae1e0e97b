import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../../simulators/src/random.js';
import { recordings } from '../support/devices.js';
import { readBanditLog } from '../evaluate/policies/open-bandit.js';
import { simulate, type Scenario } from '../evaluate/lift/shop.js';

const root = path.resolve(import.meta.dirname, '../..');
let dir: string;
beforeAll(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'aisle-proof-'));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** `npm run NAME -- ARGS`, without its set-up. */
function command(name: string, ...args: string[]) {
  return spawnSync(process.execPath, [path.join(root, `dist/tests/${name}.mjs`), ...args], { encoding: 'utf8' });
}

const HEADER = ',timestamp,item_id,position,click,propensity_score,user_feature_0';

/** A log of our own in the columns of the data set: three items, of which the last is clicked most and the learning policy shows most. */
function writeLogs(folder: string, rows: number): void {
  const random = Random.stream(5, 'logs');
  for (const policy of ['random', 'bts']) {
    const place = path.join(folder, policy, 'own');
    mkdirSync(place, { recursive: true });
    writeFileSync(path.join(place, 'item_context.csv'), ',item_id,item_feature_0\n0,0,a\n1,1,b\n2,2,c\n');
    const shares = policy === 'random' ? [1 / 3, 1 / 3, 1 / 3] : [0.1, 0.1, 0.8];
    const lines = Array.from({ length: rows }, (_, index) => {
      const item = random.pick([0, 1, 2], (one) => shares[one] as number);
      const click = random.chance([0.02, 0.05, 0.1][item] as number) ? 1 : 0;
      return `${index},2026-03-02 09:00:00,${item},${1 + (index % 3)},${click},${shares[item]},x`;
    });
    writeFileSync(path.join(place, 'own.csv'), `${HEADER}\n${lines.join('\n')}\n`);
  }
}

describe('npm run evaluate:policies', () => {
  it("prints each estimator's value beside the policy's own", () => {
    writeLogs(dir, 3000);
    const json = path.join(dir, 'policies.json');
    const { stdout, status } = command('evaluate-policies', dir, '--repeats', '100', '--json', json);
    for (const name of ['IPS', 'SNIPS', 'DM', 'DR', 'Switch-DR', 'DRos'])
      expect(stdout).toMatch(new RegExp(`${name} .*covers it`));
    expect(status).toBe(0);
    const [{ estimates, onPolicy }] = JSON.parse(readFileSync(json, 'utf8')).campaigns;
    expect(Math.abs(estimates.DR.value - onPolicy)).toBeLessThan(0.02);
  });

  it('names the file, line and columns that it cannot read', () => {
    const place = path.join(dir, 'broken');
    mkdirSync(place);
    writeFileSync(path.join(place, 'item_context.csv'), ',item_id\n0,0\n');
    const csv = path.join(place, 'broken.csv');
    writeFileSync(csv, `${HEADER}\n0,t,0,1,0,0.5,x\n1,t,0,1,0,0,x\n`);
    expect(() => readBanditLog(place, 'broken')).toThrow(`${csv}, line 3`);
    writeFileSync(csv, ',timestamp,item,position\n');
    expect(() => readBanditLog(place, 'broken')).toThrow(`${csv}: has no column item_id`);
  });

  it('says that it has no data, and which it wants', () => {
    const { stderr, status } = command('evaluate-policies', path.join(dir, 'nowhere'));
    expect(status).toBe(2);
    expect(stderr).toContain('random/ and bts/');
  });

  it.skipIf(recordings === undefined)('AISLE_RECORDINGS open-bandit: every interval covers the value on policy', () => {
    const { stdout, status } = command(
      'evaluate-policies',
      path.join(recordings as string, 'open-bandit'),
      '--repeats',
      '200',
    );
    expect(stdout).toContain('10,000 random decisions, 34 items, 3 positions');
    expect(status).toBe(0);
  });
});

describe('npm run evaluate:lift', () => {
  it('prints what the proof says of campaigns whose truth is known', () => {
    const { stdout } = command('evaluate-lift', '--runs', '2', '--shops', '2', '--twin', '0');
    expect(stdout).toMatch(/^0\.0 % .*$/m);
    expect(stdout).toMatch(/^5\.0 % .*$/m);
    expect(stdout).toMatch(/^3 % that fades to 0 .*$/m);
  });

  it('counts every outcome of its simulated shop once, at the newest block that had begun to count', () => {
    const scenario: Scenario = {
      shops: 1,
      days: 7,
      holdout: 0.2,
      shoppersPerMinute: 2,
      rate: 0.2,
      dispersion: 1,
      delayMinutes: 0,
      lagMinutes: 30,
      lift: () => 0,
      carried: 0,
    };
    const total = (blocks: { outcome: number; shoppers: number }[], of: 'outcome' | 'shoppers') =>
      blocks.reduce((sum, block) => sum + block[of], 0);
    const inTime = simulate(scenario, Random.stream(1, 'a'));
    const counted = simulate({ ...scenario, lagMinutes: 15 }, Random.stream(1, 'a'));
    // a lag of a whole block counts the next block's wash-in as well, a lag of the counted span does not
    expect(total(counted, 'outcome') / total(inTime, 'outcome')).toBeCloseTo(0.75, 1);
    expect(total(counted, 'shoppers')).toBe(total(inTime, 'shoppers'));
  });
});
