import { afterEach, describe, expect, it } from 'vitest';
import {
  parseStoreFile,
  type ChangedVersion,
  type MadeVersion,
  type StoreFile,
  type VersionPreview,
  type VersionRow,
  type VersionView,
} from '@aisle/contracts';
import { json, removeFolders, startCloud, type RunningCloud } from './harness.js';

const PATH = '/api/v1/stores/demo/versions';
let cloud: RunningCloud | undefined;
afterEach(async () => {
  await cloud?.stop();
  cloud = undefined;
  removeFolders();
});

async function begin(): Promise<RunningCloud> {
  return (cloud = await startCloud());
}
const get = async <T>(path: string): Promise<T> => (await cloud!.api(path)).json() as Promise<T>;
const list = () => get<VersionRow[]>(PATH);
const file = async (version: number) => (await get<VersionView>(`${PATH}/${version}`)).storeFile;
const post = (body: object, query = '') => cloud!.api(`${PATH}${query}`, json(body));
const priced = (from: StoreFile, price: number): StoreFile => ({
  ...from,
  products: from.products!.map((product) => ({ ...product, price })),
});
const inMinutes = (minutes: number): string => new Date(Date.now() + minutes * 60_000).toISOString();

describe('versions of a store file by REST', () => {
  it('the list about some things holds only what was changed of them', async () => {
    await begin();
    const first = await file(1);
    await post({ basedOn: 1, storeFile: priced(first, 11.9) });
    await post({ basedOn: 2, storeFile: { ...priced(first, 11.9), floor: { ...first.floor, width: 40 } } });
    const gtin = first.products![0]!.gtin;
    const about = await get<VersionRow[]>(`${PATH}?about=nothing-like-that,${encodeURIComponent(gtin)}`);
    expect(about.map(({ version, changes }) => [version, changes.map(({ id }) => id)])).toEqual([[2, [gtin]]]);
    expect(await get<VersionRow[]>(`${PATH}?about=nothing-like-that`)).toEqual([]);
  });

  it('an edit makes a version that holds at once: who, why, what changed, and the whole file', async () => {
    await begin();
    const first = await file(1);
    const answer = await post({ basedOn: 1, note: 'Summer prices', storeFile: priced(first, 11.9) });
    expect(answer.status).toBe(201);
    const made = (await answer.json()) as MadeVersion;
    expect(made).toMatchObject({
      version: 2,
      validFrom: expect.stringMatching(/\+08:00$/),
      changes: [{ section: 'assortment', what: 'products', before: { price: 12.5 }, after: { price: 11.9 } }],
      changesLeftOut: 0,
      cancels: [],
    });
    const [second, begun] = await list();
    expect(second).toMatchObject({
      version: 2,
      state: 'inForce',
      author: expect.stringContaining('token:'),
      note: 'Summer prices',
      reason: null,
      origin: 'dashboard',
      basedOn: 1,
      sections: ['assortment'],
      validFrom: made.validFrom,
    });
    expect(begun).toMatchObject({ version: 1, state: 'past', author: null, note: null, origin: 'import' });
    expect(begun!.sections).toEqual(['layout', 'assortment', 'devices', 'rules']);
    expect((await file(2)).products![0]!.price).toBe(11.9);
    expect((await get<{ version: number }>('/api/v1/stores/demo/file')).version).toBe(2);
  });

  it('a version for later goes down at once as planned, and comes into force by itself', async () => {
    const { catalog } = await begin();
    const made = await post({ basedOn: 1, validFrom: inMinutes(60), storeFile: priced(await file(1), 11.9) });
    expect(made.status).toBe(201);
    expect((await catalog.inbox.inboxAfter('demo', 0, 10)).at(-1)).toMatchObject({
      kind: 'planned',
      version: 2,
      storeFile: priced(await file(1), 11.9),
    });
    expect((await list()).map(({ version, state }) => [version, state])).toEqual([
      [2, 'planned'],
      [1, 'inForce'],
    ]);
    const soon = new Date(Date.now() + 600).toISOString();
    const replaced = (await (
      await post({ basedOn: 2, validFrom: soon, storeFile: priced(await file(1), 9) })
    ).json()) as MadeVersion;
    expect(replaced.cancels).toEqual([2]);
    expect((await list()).map(({ version, state }) => [version, state]).slice(1)).toEqual([
      [2, 'cancelled'],
      [1, 'inForce'],
    ]);
    await expect.poll(async () => (await list())[0]!.state, { timeout: 5000 }).toBe('inForce');
    expect((await get<{ version: number }>('/api/v1/stores/demo/file')).version).toBe(3);
  });

  it('a time that has been, or none, is now', async () => {
    await begin();
    const made = await post({ basedOn: 1, validFrom: '2020-01-01T00:00:00Z', storeFile: priced(await file(1), 1) });
    const { validFrom } = (await made.json()) as MadeVersion;
    expect(Math.abs(Date.parse(validFrom) - Date.now())).toBeLessThan(60_000);
    expect((await list())[0]).toMatchObject({ version: 2, state: 'inForce' });
  });

  it('an edit on an old base is told, with what somebody else has changed meanwhile, and changes nothing', async () => {
    await begin();
    const mine = priced(await file(1), 11.9);
    await post({
      basedOn: 1,
      storeFile: { ...(await file(1)), hours: [{ days: ['mon'], open: '09:00', close: '20:00' }] },
    });
    for (const query of ['', '?dryRun=true']) {
      const answer = await post({ basedOn: 1, storeFile: mine }, query);
      expect(answer.status).toBe(409);
      const { error, current } = (await answer.json()) as ChangedVersion;
      expect(error).toMatchObject({ code: 'changed', field: 'basedOn' });
      expect(current).toMatchObject({ version: 2, state: 'inForce', changes: [{ what: 'hours', how: 'added' }] });
    }
    expect(await list()).toHaveLength(2);
  });

  it('a dry run says what would change, against what will be in force then, and makes nothing', async () => {
    await begin();
    const first = await file(1);
    await post({ basedOn: 1, validFrom: inMinutes(60), storeFile: priced(first, 11.9) });
    const dry = async (minutes: number) =>
      (await (
        await post({ basedOn: 2, validFrom: inMinutes(minutes), storeFile: first }, '?dryRun=true')
      ).json()) as VersionPreview;
    expect(await dry(30)).toMatchObject({ basedOn: 2, changes: [], cancels: [2] });
    expect(await dry(90)).toMatchObject({
      changes: [{ before: { price: 11.9 }, after: { price: 12.5 } }],
      cancels: [],
    });
    expect(await list()).toHaveLength(2);
  });

  it('what was planned is taken back by making what is in force once more', async () => {
    await begin();
    const first = await file(1);
    await post({ basedOn: 1, validFrom: inMinutes(60), storeFile: priced(first, 11.9) });
    await post({ basedOn: 2, storeFile: first });
    const [third, second] = await list();
    expect(third).toMatchObject({ reason: { code: 'planCancelled', values: { version: 2 } }, sections: [] });
    expect(second!.state).toBe('cancelled');
  });

  it('a YAML file goes out, is edited and comes back; its first line says which version it was', async () => {
    await begin();
    const answer = await cloud!.api(`${PATH}/1?format=yaml`);
    expect(answer.headers.get('content-type')).toBe('application/yaml; charset=utf-8');
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="demo-v1.yaml"');
    const text = await answer.text();
    expect(text.split('\n')[0]).toBe('# aisle: store demo, version 1');
    expect(parseStoreFile(text, 'yaml')).toEqual(await file(1));
    const made = await post({ basedOn: 1, storeFileYaml: text.replace('price: 12.5', 'price: 13') });
    expect(made.status).toBe(201);
    expect((await file(2)).products![0]!.price).toBe(13);
  });

  it.each([
    [
      'zones that overlap, and a device of no zone',
      (f: StoreFile) => {
        f.zones![1]!.polygon = f.zones![0]!.polygon;
        f.devices![2]!.zone = 'nowhere';
      },
      ['storeFile.zones[1].polygon', 'storeFile.devices[2].zone'],
    ],
    ['another store', (f: StoreFile) => (f.store.id = 'other'), ['storeFile.store.id']],
    ['a file beside it', (f: StoreFile) => (f.productsFile = '../../etc/passwd'), ['storeFile.productsFile']],
    ['an unknown key', (f: StoreFile) => Object.assign(f.floor, { colour: 'red' }), ['storeFile.floor.colour']],
  ])('%s is refused, with every field', async (_what, spoil, fields) => {
    await begin();
    const storeFile = await file(1);
    spoil(storeFile);
    const answer = await post({ basedOn: 1, storeFile });
    expect(answer.status).toBe(400);
    const { error } = (await answer.json()) as {
      error: { code: string; field: string; problems: { field: string }[] };
    };
    expect(error).toMatchObject({ code: 'invalid', field: fields[0] });
    expect(error.problems.map(({ field }) => field)).toEqual(fields);
    expect(await list()).toHaveLength(1);
  });

  it.each([
    { body: {}, field: 'basedOn' },
    { body: { basedOn: 'newest' }, field: 'basedOn' },
    { body: { basedOn: 2, storeFile: {} }, field: 'basedOn' },
    { body: { basedOn: 1 }, field: 'storeFile' },
    { body: { basedOn: 1, storeFileYaml: 'a: [' }, field: 'storeFileYaml' },
    { body: { basedOn: 1, storeFileYaml: 'store: 1', storeFile: {} }, field: 'storeFile' },
    { body: { basedOn: 1, storeFile: {}, validFrom: '2027-01-01T08:00:00' }, field: 'validFrom' },
    { body: { basedOn: 1, storeFile: {}, validFrom: '2027-01-01T08:00:00+14:30' }, field: 'validFrom' },
    { body: { basedOn: 1, storeFile: {}, validFrom: '2300-01-01T08:00:00Z' }, field: 'validFrom' },
    { body: { basedOn: 1, storeFile: {}, note: 'x'.repeat(501) }, field: 'note' },
    { body: { basedOn: 1, storeFile: {}, author: 'me' }, field: 'author' },
  ])('a body with another $field than expected is refused, naming it', async ({ body, field }) => {
    await begin();
    const answer = await post(body);
    expect(answer.status).toBe(400);
    expect(((await answer.json()) as { error: { field: string } }).error.field).toBe(field);
  });

  it('what may also be left out or null is refused in the words of what it may be', async () => {
    await begin();
    const told = async (body: object) =>
      ((await (await post({ basedOn: 1, storeFile: {}, ...body })).json()) as { error: { message: string } }).error
        .message;
    expect(await told({ note: 'x'.repeat(501) })).toMatch(/^note expected a text of at most 500 characters, got "xxx/);
    expect(await told({ validFrom: 5 })).toBe(
      'validFrom expected ISO 8601 with zone; now when left out or not later, got 5',
    );
  });

  it('of several edits at once on one base one is taken, and the others are told', async () => {
    await begin();
    const first = await file(1);
    const answers = await Promise.all(
      [11, 12, 13, 14].map((price) => post({ basedOn: 1, storeFile: priced(first, price) })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409]);
    expect(await list()).toHaveLength(2);
  });

  it('versions that are not there, and what is neither true nor false, are told', async () => {
    await begin();
    for (const version of ['2', '0', 'x', '1e1', '99999999999'])
      expect((await cloud!.api(`${PATH}/${version}`)).status).toBe(404);
    expect((await cloud!.api(`${PATH}/1?format=pdf`)).status).toBe(400);
    expect((await post({ basedOn: 1, storeFile: await file(1) }, '?dryRun=maybe')).status).toBe(400);
    expect((await cloud!.api('/api/v1/stores/other/versions')).status).toBe(404);
    expect((await cloud!.api(PATH, { token: null })).status).toBe(401);
  });

  it('a device that is enrolled while a version is planned is in both, and the plan stays', async () => {
    await begin();
    await post({ basedOn: 1, validFrom: inMinutes(60), note: 'Monday', storeFile: priced(await file(1), 11.9) });
    const enrolled = await cloud!.api(
      '/api/v1/stores/demo/devices',
      json({ id: 'cam-2', family: 'camera', dialect: 'aisle' }),
    );
    expect(enrolled.status).toBe(201);
    expect(await enrolled.json()).toMatchObject({ storeFileVersion: 3 });
    const rows = await list();
    expect(rows.map(({ version, state }) => [version, state])).toEqual([
      [4, 'planned'],
      [3, 'inForce'],
      [2, 'cancelled'],
      [1, 'past'],
    ]);
    expect(rows[1]).toMatchObject({
      reason: { code: 'deviceAdded', values: { device: 'cam-2' } },
      author: expect.stringContaining('token:'),
      changes: [{ what: 'devices', id: 'cam-2', how: 'added', family: 'camera' }],
    });
    expect(rows[0]).toMatchObject({
      note: 'Monday',
      reason: { code: 'planKept', values: { version: 2 } },
      validFrom: rows[2]!.validFrom,
      sections: ['assortment'],
    });
    const devices = async (version: number) => (await file(version)).devices!.map(({ id }) => id);
    expect(await devices(3)).toContain('cam-2');
    expect(await devices(4)).toContain('cam-2');
    expect((await file(3)).products![0]!.price).toBe(12.5);

    const renamed = await cloud!.api('/api/v1/stores/demo/devices/cam-2', {
      ...json({ name: 'Door' }),
      method: 'PATCH',
    });
    expect(renamed.status).toBe(200);
    expect((await list()).slice(0, 2)).toMatchObject([
      { version: 6, state: 'planned' },
      { version: 5, state: 'inForce', reason: { code: 'deviceChanged', values: { device: 'cam-2' } } },
    ]);
  });
});
