import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { json, removeFolders, startCloud, type RunningCloud } from './harness.js';

interface Call {
  parameters?: { name: string; in: string }[];
  requestBody?: object;
}
const DOCUMENT = JSON.parse(readFileSync(new URL('../../../docs/openapi.json', import.meta.url), 'utf8')) as {
  paths: Record<string, Record<string, Call>>;
};
const CALLS = Object.entries(DOCUMENT.paths).flatMap(([path, calls]) =>
  Object.entries(calls).map(([method, call]) => ({ method: method.toUpperCase(), path, call })),
);
/** What no database can keep: NUL, and half a character. */
const NUL = '%00';

let cloud: RunningCloud;
beforeAll(async () => {
  cloud = await startCloud();
});
afterAll(async () => {
  await cloud.stop();
  removeFolders();
});

describe('a text that no database can keep', () => {
  it.each([
    ['POST', '/api/v1/stores/demo/versions', { basedOn: 1, storeFile: {}, note: 'a\0b' }, 'note'],
    [
      'POST',
      '/api/v1/stores/demo/versions',
      { basedOn: 1, storeFile: { zones: [{ name: '\ud83d' }] } },
      'storeFile.zones[0].name',
    ],
    ['POST', '/api/v1/stores/demo/versions', { basedOn: 1, storeFile: { 'a\0b': 1 } }, 'storeFile'],
    ['POST', '/api/v1/stores/demo/versions', { basedOn: 1, storeFileYaml: 'store: "\0"' }, 'storeFileYaml'],
    ['PATCH', '/api/v1/stores/demo/devices/cam-1', { name: 'a\0b' }, 'name'],
  ])('%s %s is refused, naming the field', async (method, path, body, field) => {
    const answer = await cloud.api(path, { ...json(body), method });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ error: { code: 'invalid', field, problem: { code: 'notKept' } } });
  });

  it('is found by nobody where an address or a question names it', async () => {
    const asked: [name: string, status: number][] = [];
    for (const { method, path, call } of CALLS) {
      const parameters = call.parameters ?? [];
      const queries = parameters.filter((one) => one.in === 'query').map(({ name }) => name);
      const inPath = parameters.filter((one) => one.in === 'path' && one.name !== 'storeId');
      const at = path.replace('{storeId}', 'demo').replaceAll(/\{\w+\}/g, NUL);
      const addresses = [...(inPath.length > 0 ? [at] : []), ...queries.map((name) => `${at}?${name}=${NUL}`)];
      for (const address of addresses) {
        const body = call.requestBody ? json({}) : {};
        asked.push([`${method} ${address}`, (await cloud.api(address, { ...body, method })).status]);
      }
    }
    expect(asked.length).toBeGreaterThan(60);
    expect(asked.filter(([, status]) => status >= 500)).toEqual([]);
  });
});
