import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { LibsqlStore } from '../../src/adapters/libsql-store.js';
import { openInterestModel } from '../../src/adapters/vision/onnx-interest.js';
import { FEATURE_COUNT, FEATURES_VERSION } from '../../src/domain/interest/features.js';
import { main } from '../../src/train-interest.js';
import { metric, openShop, positions, STORE, storeFileCommand, topic, until, type Shop } from '../runtime/harness.js';
import { seeded } from '../domain/shop.js';

const shipped = fileURLToPath(new URL('../../../models', import.meta.url));
const folders: string[] = [];
let shop: Shop | undefined;
const temp = () => {
  const made = mkdtempSync(path.join(os.tmpdir(), 'aisle-interest-'));
  folders.push(made);
  return made;
};
afterEach(async () => {
  await shop?.end();
  shop = undefined;
  for (const made of folders.splice(0)) rmSync(made, { recursive: true, force: true });
});

const withShelf = {
  ...STORE,
  fixtures: [{ id: 'fx-1', zone: 'dairy', at: [1, 0], size: [3, 0.6], facingDegrees: 180, slots: [] }],
};
/** Somebody stands before the dairy shelf for ten seconds. */
async function stand(open: Shop, from: number): Promise<void> {
  const client = await open.connect();
  for (let at = 0; at <= 10_000; at += 500)
    await client.publishAsync(topic('cam-1', 'camera/positions'), positions(from + at, [['1', 2, 1.2]]), { qos: 1 });
}
const interestIn = (open: Shop) =>
  [...open.cloud.facts.values()].find((fact) => fact.subject === 'dairy' && 'interest' in fact.value)?.value as
    { interest: { ppmMs: number; ms: number } } | undefined;

describe('the agent', () => {
  it('judges every second of a visit with the shipped model, and states it with the zone', async () => {
    shop = await openShop({ withStore: false, deps: { modelsDir: shipped } });
    const open = shop;
    open.cloud.command(storeFileCommand(1, withShelf));
    await until('the store file', () => open.agent.host.config);
    const from = Math.floor(Date.now() / 60_000) * 60_000 - 120_000;
    await stand(open, from);
    const value = await until('ten seconds judged', () => {
      const found = interestIn(open);
      return found?.interest.ms === 10_000 && found;
    });
    const mean = value.interest.ppmMs / value.interest.ms / 1e6;
    expect(mean).toBeGreaterThan(0.05);
    expect(mean).toBeLessThan(0.95);
    expect(await metric(open, 'aisle_interest_model')).toBe(1);
    expect(open.agent.host.engine.audienceOf('dairy')[0]?.interestByZone.get('dairy')?.ppm).toBeGreaterThan(50_000);
  });

  it('goes on without interest when its model is refused', async () => {
    const models = temp();
    mkdirSync(path.join(models, 'interest'));
    writeFileSync(path.join(models, 'interest', 'manifest.json'), '{}');
    const said: string[] = [];
    const log = {
      debug: () => undefined,
      info: () => undefined,
      warn: (_: object, text: string) => said.push(text),
      error: (fields: object, text: string) => said.push(`${text}: ${(fields as { reason?: string }).reason}`),
    };
    shop = await openShop({ withStore: false, deps: { modelsDir: models, log } });
    const open = shop;
    open.cloud.command(storeFileCommand(1, withShelf));
    await until('the store file', () => open.agent.host.config);
    await stand(open, Math.floor(Date.now() / 60_000) * 60_000 - 120_000);
    await until('a visit', () =>
      [...open.cloud.facts.values()].find((fact) => fact.kind === 'zone' && fact.subject === 'dairy'),
    );
    expect(interestIn(open)).toBeUndefined();
    expect(await metric(open, 'aisle_interest_model')).toBe(0);
    expect(said.filter((text) => text.includes('interest'))).toEqual([
      expect.stringMatching(/^the interest model is refused: .*manifest\.json/),
      'no interest model: interest is not judged',
    ]);
  });
});

describe('npm run train:interest', () => {
  /** A shop in which people take something when they stand close, which the shipped model cannot know to be sure. */
  function recorded(count: number): { data: string; store: string } {
    const data = temp();
    const random = seeded(5);
    const database = new LibsqlStore(path.join(data, 'agent', 'agent.db'));
    database.open();
    database.saveSamples(
      'journal',
      FEATURES_VERSION,
      Array.from({ length: count }, (_, n) => {
        const features = Array.from({ length: FEATURE_COUNT }, () => random.next() * 3);
        const taken = random.next() < ((features[8] as number) < 1 ? 0.9 : 0.05);
        return { n, ts: n * 5_000, features, taken, ppm: null };
      }),
    );
    database.close();
    const store = path.join(data, 'store.yaml');
    writeFileSync(store, stringify(STORE));
    return { data, store };
  }

  it('lets a better model take over, which the agent can load, and leaves one that is no better in place', async () => {
    const { data, store } = recorded(6_000);
    const said: string[] = [];
    const run = () => main(['--store', store, '--data', data], shipped, (text) => said.push(text));
    expect(await run(), said.join('\n')).toBe(0);
    expect(said.join('\n')).toMatch(/retrained +0\.\d{4}.*\nin force \(interest@\w{12}\) +0\.\d{4}[^]*takes over/);
    const folder = path.join(data, 'agent', 'models', 'interest');
    const before = readFileSync(path.join(folder, 'manifest.json'), 'utf8');
    const model = await openInterestModel(folder);
    expect(model?.name).toMatch(/^interest-own@/);
    await model?.close();
    said.length = 0;
    // The same moments again teach the same: equal is not better.
    expect(await run(), said.join('\n')).toBe(1);
    expect(said.join('\n')).toMatch(
      /The model in force stays: its Brier score 0\.\d+ is not below 0\.\d+ of the model in force\./,
    );
    expect(readFileSync(path.join(folder, 'manifest.json'), 'utf8')).toBe(before);
  });

  it('says what is missing', async () => {
    const { data, store } = recorded(100);
    const said: string[] = [];
    const run = (...args: string[]) => main(args, shipped, (text) => said.push(text));
    expect(await run('--store', store)).toBe(2);
    expect(await run('--store', store, '--data', temp())).toBe(2);
    expect(await run('--store', store, '--data', data)).toBe(2);
    expect(said).toEqual([
      expect.stringMatching(/^--data missing\nusage/),
      expect.stringMatching(/holds no agent\.db/),
      'Nothing to learn from yet: 100 moments are recorded; expected at least 2000. The model in force stays.',
    ]);
    expect(existsSync(path.join(data, 'agent', 'models'))).toBe(false);
  });
});
