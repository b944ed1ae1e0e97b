import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { STORE_YAML, json, removeFolders, startCloud, temporaryFolder, type RunningCloud } from './harness.js';

let cloud: RunningCloud;
afterEach(() => cloud.stop());
afterAll(removeFolders);

const shop = (id: string): string => STORE_YAML.replace('id: demo,', `id: ${id},`);
const stores = async (): Promise<string[]> =>
  ((await (await cloud.api('/api/v1/stores')).json()) as { storeId: string }[]).map(({ storeId }) => storeId);

describe('many shops', () => {
  it('come from a folder at a start, and a file that is none harms no other', async () => {
    const folder = path.join(temporaryFolder(), 'shops');
    mkdirSync(folder);
    for (const id of ['north', 'south', 'west']) writeFileSync(path.join(folder, `${id}.yaml`), shop(id));
    writeFileSync(path.join(folder, 'broken.yaml'), 'store: {id: broken}');
    writeFileSync(path.join(folder, 'notes.txt'), 'no store file');
    cloud = await startCloud({ provision: { storeFolder: folder } });
    expect(await stores()).toEqual(['demo', 'north', 'south', 'west']);
    expect(cloud.logs.filter(({ msg }) => /left out: .*broken\.yaml.*floor/.test(String(msg)))).toHaveLength(1);
  });

  it('are taken by REST, with accounts for their agents; what is wrong with one is told with its field', async () => {
    cloud = await startCloud();
    const body = { storeFiles: [shop('a'), 'store: {id: b}', shop('c'), 'nonsense: ['], agents: true };
    const response = await cloud.api('/api/v1/stores', json(body));
    expect(response.status).toBe(200);
    const taken = (await response.json()) as {
      stores: { index: number; storeId: string; outcome: string; agent?: { username: string; password: string } }[];
      refused: { index: number; field: string }[];
    };
    expect(taken.stores.map(({ index, storeId, outcome }) => [index, storeId, outcome])).toEqual([
      [0, 'a', 'created'],
      [2, 'c', 'created'],
    ]);
    expect(taken.stores[0]?.agent?.password).toMatch(/^[\w-]{32}$/);
    expect(taken.refused.map(({ index }) => index)).toContain(1);
    expect(taken.refused.map(({ index }) => index)).toContain(3);
    expect(taken.refused.find(({ index }) => index === 1)?.field).not.toBe('');
    const again = (await (
      await cloud.api('/api/v1/stores', json({ storeFiles: [shop('a')], agents: true }))
    ).json()) as typeof taken;
    expect(again.stores).toEqual([{ index: 0, storeId: 'a', outcome: 'unchanged', version: 1 }]);
    expect(await stores()).toEqual(['a', 'c', 'demo']);
  });
});
