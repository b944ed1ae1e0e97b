import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type DraftView, type ImportPreview, type MadeVersion, type PlanogramView, type Slot } from '@aisle/contracts';
import { COLUMNS, WIDTHS } from '../../src/planograms/psa/planogram.js';
import { json, removeFolders, startCloud, STORE_YAML, type RunningCloud } from './harness.js';

const [MILK, KEFIR, QUARK, CURD] = ['06901234567892', '4006381333931', '40170725', '5901234123457'] as const;
const STORE = STORE_YAML.replace(
  /products:[^]*devices:/,
  `products:
  - {gtin: "${MILK}", name: {en: Milk, zh: 牛奶}, category: dairy, price: 12.5}
  - {gtin: "${KEFIR}", name: "=Kefir, mild", category: dairy, price: 9}
  - {gtin: "${QUARK}", name: Quark, category: dairy, price: 7}
  - {gtin: "${CURD}", name: Curd, category: dairy, price: 5}
fixtures:
  - id: fx-1
    zone: dairy
    name: {en: Dairy wall, zh: 乳品墙}
    slots:
      - {id: low-1, gtin: "${MILK}", facings: 3, capacity: 24, level: 1, tareGrams: 120}
      - {id: low-2, gtin: "${KEFIR}", level: 1}
      - {id: high-1, gtin: "${QUARK}", facings: 2, level: 2}
  - {id: fx-2, zone: snacks, slots: [{id: other-1, gtin: "${CURD}"}]}
devices:`,
);
let cloud: RunningCloud;
/** each test has a shop of its own */
let shop = 0;
let path = '';
beforeAll(async () => {
  cloud = await startCloud();
});
afterAll(async () => {
  await cloud.stop();
  removeFolders();
});
beforeEach(async () => {
  shop += 1;
  path = `/api/v1/stores/shop-${shop}/planogram`;
  const taken = await cloud.api(
    '/api/v1/stores',
    json({ storeFiles: [STORE.replace('id: demo,', `id: shop-${shop},`)] }),
  );
  expect(await taken.json()).toMatchObject({ stores: [{ outcome: 'created' }], refused: [] });
});

describe('drafts', () => {
  it('are kept by name, seen and gone on with by another; who was slower is told, and nothing half done comes into force', async () => {
    const drafts = path.replace('planogram', 'drafts');
    const drawing = {
      floor: { width: 12, depth: 8 },
      fixtures: [{ id: 'fx-1', slots: [{ id: 'low-1', gtin: 'none' }] }],
    };
    // a product that is on no list: a draft may be unfinished
    const made = await cloud.api(drafts, json({ name: ' Summer ', basedOn: 1, drawing }));
    expect(made.status).toBe(201);
    const { draftId, ...first } = (await made.json()) as DraftView;
    expect(first).toMatchObject({ name: 'Summer', basedOn: 1, revision: 1, drawing, changedBy: first.madeBy });
    expect(await (await cloud.api(drafts)).json()).toMatchObject([{ draftId, name: 'Summer' }]);
    const put = (revision: number, width: number) =>
      cloud.api(`${drafts}/${draftId}`, {
        ...json({ name: 'Summer', basedOn: 1, revision, drawing: { ...drawing, floor: { width, depth: 8 } } }),
        method: 'PUT',
      });
    expect((await put(1, 13)).status).toBe(200);
    const late = await put(1, 14);
    expect([late.status, await late.json()]).toMatchObject([
      409,
      { error: { code: 'changed', field: 'revision' }, current: { revision: 2, drawing: { floor: { width: 13 } } } },
    ]);
    expect(await (await cloud.api(path)).json()).toMatchObject({ version: 1 });
    const refused = async (body: object) => {
      const answer = await cloud.api(drafts, json(body));
      return [answer.status, ((await answer.json()) as { error: { field?: string } }).error.field];
    };
    expect(await refused({ name: 'a', basedOn: 9, drawing })).toEqual([400, 'basedOn']);
    expect(await refused({ name: ' ', basedOn: 1, drawing })).toEqual([400, 'name']);
    expect(await refused({ name: 'a', basedOn: 1, drawing: { ...drawing, devices: [] } })).toEqual([
      400,
      'drawing.devices',
    ]);
    expect(await refused({ name: 'a', basedOn: 1, drawing: { floor: { width: -1, depth: 8 } } })).toEqual([
      400,
      'drawing.floor.width',
    ]);
    expect((await cloud.api(`${drafts}/${draftId}`, { method: 'DELETE' })).status).toBe(200);
    expect((await cloud.api(`${drafts}/${draftId}`, { method: 'DELETE' })).status).toBe(404);
    expect((await put(2, 15)).status).toBe(404);
  });
});

const view = async (query = ''): Promise<PlanogramView> =>
  (await (await cloud.api(`${path}${query}`)).json()) as PlanogramView;
const slotsOf = async (id: string): Promise<Slot[]> =>
  (await view()).fixtures?.find((fixture) => fixture.id === id)?.slots ?? [];
const send = async (bytes: Uint8Array | string, query: string) => {
  const body = typeof bytes === 'string' ? Buffer.from(bytes, query.includes('psa') ? 'latin1' : 'utf8') : bytes;
  const answer = await cloud.api(`${path}/import?${query}`, {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream' },
    body: Buffer.from(body),
  });
  return { status: answer.status, body: (await answer.json()) as ImportPreview & MadeVersion & { error: never } };
};
const fetched = async (query: string): Promise<Buffer> => {
  const answer = await cloud.api(`${path}/export?${query}`);
  expect(answer.status).toBe(200);
  return Buffer.from(await answer.arrayBuffer());
};
const put = async (body: object) => {
  const answer = await cloud.api(path, { ...json(body), method: 'PUT' });
  return { status: answer.status, body: (await answer.json()) as { error: { field?: string; message: string } } };
};

type Row = [type: string, cells: Record<number, string | number>];
const psaOf = (rows: Row[], version = '2021.1.2'): string =>
  [
    `PROSPACE SCHEMATIC FILE; Version ${version}`,
    ...rows.map(([type, cells]) =>
      [type, ...Array.from({ length: WIDTHS[version]?.[type] ?? 3 }, (_, at) => cells[at + 1] ?? '')].join(','),
    ),
  ]
    .map((line) => `${line}\r\n`)
    .join('');
const { Product, Planogram, Fixture, Position } = COLUMNS;
const product = (code: string, id: string): Row => ['Product', { [Product.code]: code, [Product.id]: id }];
const shelf = (y: number): Row => ['Fixture', { [Fixture.y]: y, [Fixture.width]: 100 }];
const position = (code: string, x: number, wide = 1, units: number | '' = ''): Row => [
  'Position',
  { [Position.code]: code, [Position.x]: x, [Position.width]: 20, [Position.wide]: wide, [Position.units]: units },
];
/** As the shop stands, with rows and cells that nobody knows. */
const asItStands = (
  lower: Row[] = [position(MILK, 0, 3, 24), ['PositionCalc', { 1: 'x' }], position('4006381333931', 30)],
) =>
  psaOf([
    ['Project', { 7: 'Sortiment \\, Frühjahr' }],
    product('6901234567892', 'A1'),
    product(KEFIR, 'A2'),
    product(QUARK, 'A3'),
    ['ProductCalc', { 1: 'unknown' }],
    ['Planogram', { [Planogram.name]: 'dairy WALL' }],
    shelf(40),
    position(QUARK, 0, 2),
    shelf(0),
    ...lower,
    ['Drawing', { 1: 'a note' }],
  ]);

describe('a planogram by PSA', () => {
  it('that says what the shop has changes nothing, and comes back byte for byte', async () => {
    const file = Buffer.from(asItStands(), 'latin1');
    const imported = await send(file, 'format=psa');
    expect(imported).toMatchObject({ status: 200, body: { changes: [], refused: [], basedOn: 1 } });
    expect(await fetched('format=psa')).toEqual(file);
    expect(await fetched('format=psa&fixture=fx-1')).toEqual(file);
  });

  it('is shown before it is taken, keeps the slots that sensors go by, and leaves other fixtures alone', async () => {
    const file = asItStands([position(CURD, 0, 2), position(MILK, 25, 4, 30), position(KEFIR, 60)]);
    const shown = await send(file, 'format=psa&dryRun=true');
    expect(shown.status).toBe(200);
    expect(shown.body.changes.map(({ what, id }) => [what, id])).toEqual([
      ['slots', 'fx-1-L1-1'],
      ['slots', 'low-1'],
    ]);
    expect((await view()).version).toBe(1);
    const taken = await send(file, 'format=psa&note=Spring');
    expect(taken).toMatchObject({ status: 201, body: { version: 2, refused: [] } });
    expect(await slotsOf('fx-1')).toEqual([
      { id: 'fx-1-L1-1', level: 1, gtin: CURD, facings: 2 },
      { id: 'low-1', level: 1, tareGrams: 120, gtin: MILK, facings: 4, capacity: 30 },
      { id: 'low-2', level: 1, gtin: KEFIR },
      { id: 'high-1', level: 2, gtin: QUARK, facings: 2 },
    ]);
    expect(await slotsOf('fx-2')).toEqual([{ id: 'other-1', gtin: CURD }]);
    expect(await fetched('format=psa')).toEqual(Buffer.from(file, 'latin1'));
  });

  it('is written with what was changed since, and not a byte more', async () => {
    const file = asItStands();
    await send(Buffer.from(file, 'latin1'), 'format=psa');
    const slots = (await slotsOf('fx-1')).map((slot) =>
      slot.id === 'low-2' ? { ...slot, gtin: QUARK, facings: 5 } : slot,
    );
    expect((await put({ basedOn: 1, fixtures: [{ id: 'fx-1', slots }] })).status).toBe(201);
    const [before, after] = [file.split('\r\n'), (await fetched('format=psa')).toString('latin1').split('\r\n')];
    expect(after).toHaveLength(before.length);
    const differs = after.flatMap((line, at) => (line === before[at] ? [] : [at]));
    expect(differs).toEqual([before.findIndex((line) => line.startsWith('Position,') && line.includes(KEFIR))]);
    const cells = (line: string) => line.split(',');
    const [old, now] = [cells(before[differs[0] as number] as string), cells(after[differs[0] as number] as string)];
    const changed = now.flatMap((cell, at) => (cell === old[at] ? [] : [[at, cell]]));
    expect(changed).toEqual([
      [Position.code, QUARK],
      [Position.id, 'A3'],
      [Position.wide, '5'],
    ]);
  });

  it('follows what moves to another level, goes, or comes from nowhere', async () => {
    await send(Buffer.from(asItStands(), 'latin1'), 'format=psa');
    const slots: Slot[] = [
      { id: 'low-1', level: 1, tareGrams: 120 },
      { id: 'low-2', gtin: KEFIR, level: 2 },
      { id: 'high-1', gtin: QUARK, facings: 2, level: 2 },
      { id: 'new-1', gtin: CURD, facings: 2, capacity: 8, level: 1 },
    ];
    expect((await put({ basedOn: 1, fixtures: [{ id: 'fx-1', slots }] })).status).toBe(201);
    const written = await fetched('format=psa');
    const rows = written
      .toString('latin1')
      .split('\r\n')
      .flatMap((line) => (/^(Fixture|Position|Product)/.test(line) ? [line.split(',').slice(0, 2).join(' ')] : []));
    expect(rows).toEqual([
      'Product 6901234567892',
      `Product ${KEFIR}`,
      `Product ${QUARK}`,
      'ProductCalc unknown',
      `Product ${CURD}`,
      'Fixture ',
      `Position ${KEFIR}`,
      `Position ${QUARK}`,
      'Fixture ',
      `Position ${CURD}`,
    ]);
    // and says the same when it is read again
    const again = await send(written, 'format=psa&dryRun=true');
    expect(again.body.refused).toEqual([]);
    expect(again.body.changes).toEqual([]);
  });

  it('with lines that are refused is refused as a whole, with each of them, unless the rest is asked for', async () => {
    const file = asItStands([position('123', 0), position(KEFIR, 95), position('', 10), position(MILK, 40, 2)]);
    const answer = await send(file, 'format=psa');
    expect(answer).toMatchObject({ status: 400, body: { error: { code: 'refused' } } });
    expect(answer.body.refused).toMatchObject([
      { line: 11, column: Position.code + 1, code: 'namesNo', values: { what: 'product', id: '123' } },
      { line: 12, column: Position.x + 1, code: 'psaOutside' },
      { line: 13, column: Position.code + 1, code: 'psaNoCode' },
    ]);
    expect((await view()).version).toBe(1);
    expect((await send(file, 'format=psa&skipRefused=true')).status).toBe(201);
    expect((await slotsOf('fx-1')).map(({ gtin }) => gtin)).toEqual([MILK, undefined, QUARK]);
  });

  it('of a fixture that the shop does not have is refused at its name, unless it is said which it is', async () => {
    const file = asItStands().replace('dairy WALL', 'Gondola 7');
    expect((await send(file, 'format=psa&dryRun=true')).body.refused).toMatchObject([
      { line: 7, column: Planogram.name + 1, code: 'namesNo', values: { what: 'fixture', id: 'Gondola 7' } },
    ]);
    expect(await send(file, 'format=psa&fixture=fx-1')).toMatchObject({ status: 200, body: { refused: [] } });
  });

  it('that is no such file, or is cut off, is refused with its line', async () => {
    const none = await send('hello', 'format=psa');
    expect(none).toMatchObject({ status: 400, body: { refused: [{ line: 1, code: 'psaFirstLine' }] } });
    const whole = asItStands();
    const cut = await send(whole.slice(0, whole.indexOf(`Position,${KEFIR}`) + 40), 'format=psa');
    expect(cut).toMatchObject({ status: 400, body: { refused: [{ line: 13, code: 'psaCutOff' }] } });
    expect((await send('', 'format=psa')).body.error).toMatchObject({ message: 'the file is empty' });
    expect((await send(whole, 'format=xls')).body.error).toMatchObject({ field: 'format' });
  });

  it('is a new file where none was imported, which is read as what the shop has', async () => {
    const made = await fetched('format=psa');
    expect((await fetched('format=psa&fixture=fx-2')).toString()).not.toContain(MILK);
    expect(await send(made, 'format=psa')).toMatchObject({ status: 200, body: { changes: [], refused: [] } });
    expect(await fetched('format=psa&fixture=fx-2')).toEqual(made);
  });

  it('comes into force when it is said to, and the file follows the version', async () => {
    const later = new Date(Date.now() + 3_600_000).toISOString();
    const file = asItStands([position(CURD, 0)]);
    expect((await send(file, `format=psa&validFrom=${encodeURIComponent(later)}`)).status).toBe(201);
    expect((await slotsOf('fx-1')).map(({ gtin }) => gtin)).toEqual([MILK, KEFIR, QUARK]);
    const planned = await view(`?at=${encodeURIComponent(later)}`);
    expect(planned.fixtures?.[0]?.slots.map(({ gtin }) => gtin)).toEqual([CURD, undefined, QUARK]);
    const then = await fetched(`format=psa&at=${encodeURIComponent(later)}`);
    expect(then).toEqual(Buffer.from(file, 'latin1'));
  });
});

describe('a planogram by CSV', () => {
  it('is what the shop has, and changes nothing when it is sent back', async () => {
    const csv = (await fetched('format=csv')).toString();
    expect(csv.split('\r\n')).toEqual([
      '\ufefffixture,slot,level,gtin,name,facings,capacity',
      `fx-1,low-1,1,${MILK},Milk,3,24`,
      `fx-1,low-2,1,${KEFIR},"'=Kefir, mild",,`,
      `fx-1,high-1,2,${QUARK},Quark,2,`,
      `fx-2,other-1,,${CURD},Curd,,`,
      '',
    ]);
    expect(await send(csv, 'format=csv')).toMatchObject({ status: 200, body: { changes: [], refused: [] } });
  });

  it('puts what it names where it says, in its order, from any spreadsheet', async () => {
    const csv = `slot;fixture;gtin;facings\r\nlow-2;fx-1;06901234567892;2\r\nlow-1;fx-1;;\r\n"fresh";fx-1;${CURD};1\r\n`;
    expect((await send(csv, 'format=csv&basedOn=1')).status).toBe(201);
    expect(await slotsOf('fx-1')).toEqual([
      { id: 'low-2', level: 1, gtin: MILK, facings: 2 },
      { id: 'low-1', level: 1, tareGrams: 120 },
      { id: 'fresh', gtin: CURD },
    ]);
    expect((await send(csv, 'format=csv&basedOn=1')).status).toBe(409);
  });

  it('names the line and the column of what is wrong', async () => {
    const csv = [
      'fixture,slot,gtin,facings,level',
      `fx-9,low-1,${MILK},1,1`,
      `fx-1,low-1,${MILK},0,1`,
      `fx-1,low-1,4006381333930,1,1`,
      `fx-1,,${MILK},1,99`,
      `fx-1,low-2,"${MILK}" x,1,1`,
    ].join('\n');
    const { status, body } = await send(csv, 'format=csv');
    expect(status).toBe(400);
    expect(body.refused.map(({ line, column, code }) => [line, column, code])).toEqual([
      [2, 1, 'namesNo'],
      [3, 2, 'psaTwice'],
      [3, 4, 'expectedOther'],
      [4, 2, 'psaTwice'],
      [4, 3, expect.any(String)],
      [5, 2, 'missing'],
      [5, 5, 'expectedOther'],
      [6, null, 'openQuotes'],
    ]);
    expect((await send('a,b\n1,2', 'format=csv')).body.refused).toMatchObject([{ line: 1, column: 1 }, {}, {}]);
  });
});

describe('a planogram by hand', () => {
  it('is refused where it stands in what was sent', async () => {
    const fx2 = { id: 'fx-2', slots: [{ id: 'other-1', gtin: '4006381333930' }] };
    const wrong = await put({ basedOn: 1, fixtures: [fx2] });
    expect(wrong).toMatchObject({ status: 400, body: { error: { field: 'fixtures[0].slots[0].gtin' } } });
    const taken = { id: 'fx-2', slots: [{ id: 'low-1' }] };
    expect((await put({ basedOn: 1, fixtures: [taken] })).status).toBe(400);
    const stranger = await put({ basedOn: 1, fixtures: [{ id: 'fx-7', slots: [] }] });
    expect(stranger.body.error.field).toBe('fixtures[0].id');
    const twice = { id: 'fx-2', slots: [] };
    expect((await put({ basedOn: 1, fixtures: [twice, twice] })).body.error.field).toBe('fixtures[1].id');
    expect(await put({ basedOn: 9, fixtures: [twice] })).toMatchObject({
      status: 400,
      body: { error: { field: 'basedOn', problem: { code: 'notMadeYet', values: { version: 9, newest: 1 } } } },
    });
    expect(
      (await put({ basedOn: 1, fixtures: [{ id: 'fx-2', slots: [{ id: 'a', facings: 0 }] }] })).body.error,
    ).toMatchObject({ field: 'fixtures[0].slots[0].facings' });
    expect((await view()).version).toBe(1);
  });
});
