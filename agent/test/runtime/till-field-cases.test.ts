import { existsSync, readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deviceTopic, parseStoreFile, type FactOf, type StoreFile } from '@aisle/contracts';
import { openShop, storeFileCommand, until, type Shop } from './harness.js';

/** Inputs after public bug reports, with their right answers: through the whole agent, from the file to the fact. */
const folder = path.join(process.env['AISLE_RECORDINGS'] ?? '', 'field-cases');
const there = process.env['AISLE_RECORDINGS'] !== undefined && existsSync(folder);
const [MILK, BAG] = ['06901234567892', '06901234567908'];
const COLUMNS = { receipt: 'Receipt', date: 'Date', gtin: 'GTIN', quantity: 'Quantity', net: 'Net' };
const till = (id: string, csv: object = {}) => ({
  id,
  family: 'till',
  dialect: 'csv',
  csv: { columns: COLUMNS, ...csv },
});
const STORE = {
  store: { id: 'demo', name: 'Shop', timezone: 'Asia/Shanghai', currency: 'CNY' },
  floor: { width: 20, depth: 10 },
  zones: [{ id: 'dairy', kind: 'aisle', polygon: [[0, 0], [5, 0], [5, 5], [0, 5]] }], // prettier-ignore
  products: [
    { gtin: MILK, unitGrams: 1030 },
    { gtin: BAG, unitGrams: 200 },
    { gtin: '2100001000004', soldBy: 'weight' },
  ],
  fixtures: [
    {
      id: 'fx-1',
      zone: 'dairy',
      slots: [
        { id: 'fx-1-a', gtin: MILK },
        { id: 'fx-1-b', gtin: BAG },
        { id: 'fx-1-c', gtin: '2100001000004' },
      ],
    },
  ],
  devices: [
    { id: 'till-1', family: 'till', dialect: 'aisle' },
    ...['01', '03', '04', '06', '08', '13', '14', '15-utf16'].map((name) => till(`till-${name}`)),
    till('till-12', { skip: { Status: ['Cancelled', 'voided'] } }),
    till('till-12-untold'),
    till('till-15-gbk', { columns: { receipt: '小票', date: '时间', gtin: '条码', quantity: '数量', net: '金额' } }),
    { id: 'till-09', family: 'till', dialect: 'poslog', receiptScope: 'day' },
    { id: 'till-10', family: 'till', dialect: 'poslog', receiptScope: 'day' },
  ],
};

const read = (name: string, file: string) => readFileSync(path.join(folder, name, file));
type Sale = FactOf<'sale'>['value'];

describe.skipIf(!there)('AISLE_RECORDINGS field-cases: tills', () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop();
    shop.cloud.command(storeFileCommand(2, STORE as unknown as StoreFile));
    await until('the store file', () => shop.agent.host.config?.version === 2);
  });
  afterAll(() => shop.end());

  const at = (...parts: string[]) => path.join(shop.dir, 'drop', ...parts);
  /** Puts a file into the folder of a till; its report once it was taken. */
  async function drop(device: string, name: string, bytes: Buffer) {
    await until('the folder', () => existsSync(at(device, 'refused')));
    writeFileSync(at(device, `.${name}.part`), bytes);
    renameSync(at(device, `.${name}.part`), at(device, name));
    const where = await until(
      'the file to be taken',
      () => ['done', 'refused'].find((folder) => existsSync(at(device, folder, name))),
      15_000,
    );
    return { where, ...JSON.parse(readFileSync(at(device, where, `${name}.report.json`), 'utf8')) } as Record<
      string,
      unknown
    > & {
      refused?: { line?: number; code: string }[];
      sales: number;
    };
  }
  const sales = (device: string): Map<string, Sale> =>
    new Map(
      [...shop.cloud.facts.values()]
        .filter((fact): fact is FactOf<'sale'> => fact.kind === 'sale' && fact.value.deviceId === device)
        .filter(({ value }) => value.lines.length > 0)
        .map(({ value }) => [value.receipt, value]),
    );
  const nets = (device: string) =>
    Object.fromEntries([...sales(device)].map(([receipt, { netMinor }]) => [receipt, netMinor]));
  /** Waits for what must come and then for nothing else: all facts of the journal are there. */
  async function settled(device: string, count: number) {
    await until(`${count} sales`, () => sales(device).size === count);
    return nets(device);
  }
  const lines = (device: string) => [...sales(device).values()].flatMap(({ lines }) => lines);

  it('01: rows without a receipt belong to the one above; a corrected file changes nothing then', async () => {
    await drop('till-01', 'till.csv', read('01-csv-grouped-rows', 'till.csv'));
    expect(await settled('till-01', 2)).toEqual({ G1: 3140, G2: 1250 });
    expect(sales('till-01').get('G1')?.lines).toHaveLength(3);
    const report = await drop('till-01', 'corrected.csv', read('01-csv-grouped-rows', 'corrected.csv'));
    expect(report).toMatchObject({ alreadyKnown: 2, replaced: 0, refusedRows: 0 });
  });

  it('01, as a release before took it: a corrected file mends what the first one said, and the report says so', async () => {
    const head = 'Receipt,Date,GTIN,Quantity,Net\n';
    await drop('till-01', 'short.csv', Buffer.from(`${head}H1,2026-03-02 12:00:00,${MILK},1,12.50\n`));
    await until('the short one', () => nets('till-01')['H1'] === 1250);
    const whole = `${head}H1,2026-03-02 12:00:05,${MILK},1,12.50\nH1,2026-03-02 12:00:05,${BAG},2,6.40\n`;
    const report = await drop('till-01', 'whole.csv', Buffer.from(whole));
    expect(report).toMatchObject({ sales: 1, replaced: 1, replacedReceipts: ['H1'], notCounted: 0 });
    await until('the whole one', () => nets('till-01')['H1'] === 1890);
    const stated = [...shop.cloud.facts.values()].filter(({ kind, subject }) => kind === 'sale' && subject === 'H1');
    expect(stated.reduce((sum, fact) => sum + (fact as FactOf<'sale'>).value.netMinor, 0)).toBe(1890);
  });

  it('01: a number of another day stays a conflict, since the till may begin anew', async () => {
    const head = 'Receipt,Date,GTIN,Quantity,Net\n';
    const report = await drop('till-01', 'day.csv', Buffer.from(`${head}G2,2026-03-03 12:00:00,${BAG},1,3.20\n`));
    expect(report).toMatchObject({
      sales: 0,
      replaced: 0,
      notCountedReceipts: [{ receipt: 'G2', reason: 'conflict' }],
    });
    expect(nets('till-01')['G2']).toBe(1250);
  });

  it('03: a broken quote costs its own line, by name, and no other', async () => {
    const report = await drop('till-03', 'till.csv', read('03-csv-broken-quote-swallows-row', 'till.csv'));
    expect(await settled('till-03', 2)).toEqual({ K2: 1570, K3: 1250 });
    expect(report.refused?.map(({ line, code }) => [line, code])).toEqual([[2, 'quotes']]);
  });

  it('04: guards are taken off, a rounded code is refused by name', async () => {
    const report = await drop('till-04', 'till.csv', read('04-csv-codes-guarded-for-spreadsheets', 'till.csv'));
    expect(Object.keys(await settled('till-04', 4))).toEqual(['E1', 'E2', 'E3', 'E4']);
    expect(new Set(lines('till-04').map(({ gtin }) => gtin))).toEqual(new Set([MILK]));
    expect(report).toMatchObject({ refusedRows: 1, refused: [{ line: 6, code: 'codeRounded' }] });
  });

  it('06: GTINs of one product in two forms, by MQTT, REST and CSV', async () => {
    const [first, second] = JSON.parse(read('06-gtin-forms-of-one-product', 'sales.json').toString()) as object[];
    const client = await shop.connect();
    await client.publishAsync(deviceTopic('till-1', 'till/sale'), JSON.stringify(first), { qos: 1 });
    shop.cloud.command({ seq: 10, kind: 'sale', sale: second });
    await drop('till-06', 'till.csv', read('06-gtin-forms-of-one-product', 'till.csv'));
    const all = () =>
      [...shop.cloud.facts.values()].flatMap((fact) =>
        fact.kind === 'sale' && /^F\d$/.test(fact.subject) ? [fact.value] : [],
      );
    await until('three sales', () => all().length === 3);
    const shares = all().flatMap(({ lines }) =>
      lines.flatMap((line) => line.shares.map((share) => ({ ...share, gtin: line.gtin }))),
    );
    expect(shares.map(({ gtin, zoneId, netMinor }) => [gtin, zoneId, netMinor])).toEqual(
      Array(3).fill([MILK, 'dairy', 1250]),
    );
  });

  it('08: three hundred labels with a price are one product, in its place', async () => {
    await drop('till-08', 'till.csv', read('08-weighed-goods-labels', 'till.csv'));
    await settled('till-08', 30);
    expect(new Set(lines('till-08').map(({ gtin, shares }) => `${gtin} ${shares[0]?.zoneId}`))).toEqual(
      new Set(['2100001000004 dairy']),
    );
  });

  it('09: a voided line as a counter-line undoes what it undoes', async () => {
    await drop('till-09', 'log.xml', read('09-poslog-void-as-counter-line', 'log.xml'));
    expect(Object.values(await settled('till-09', 1))).toEqual([320]);
    expect(lines('till-09').map(({ gtin, quantityMicro }) => [gtin, quantityMicro])).toEqual([[BAG, 1_000_000]]);
  });

  it('10: rewards are taken off', async () => {
    await drop('till-10', 'log.xml', read('10-poslog-discounts-of-loyalty', 'log.xml'));
    expect(Object.values(await settled('till-10', 2))).toEqual([2250, 1250]);
  });

  it.each(['till-12', 'till-12-untold'])(
    '12: cancelled receipts do not count, and are in the report (%s)',
    async (device) => {
      const bytes = Buffer.from(
        read('12-csv-cancelled-receipts', 'till.csv')
          .toString()
          .replaceAll('\nC', `\n${device.slice(5)}C`),
      );
      const report = await drop(device, 'till.csv', bytes);
      expect(Object.values(await settled(device, 1))).toEqual([1250]);
      expect(report).toMatchObject({
        skippedRows: 2,
        skipped: [
          { line: 3, code: 'status' },
          { line: 4, code: 'status' },
        ],
      });
    },
  );

  it('13: lines without a code count as money without a place, rows of nothing are left out', async () => {
    const report = await drop('till-13', 'till.csv', read('13-csv-lines-without-code', 'till.csv'));
    expect(await settled('till-13', 2)).toEqual({ R1: 1550, R2: 1250 });
    const unplaced = lines('till-13').filter(({ shares }) => shares.length === 0);
    expect(unplaced.map(({ gtin, netMinor }) => [gtin, netMinor])).toEqual([['unknown', 300]]);
    expect(report).toMatchObject({ refusedRows: 0, skipped: [{ line: 5, code: 'nothing' }] });
  });

  it('14: money as tills write it', async () => {
    const report = await drop('till-14', 'till.csv', read('14-csv-money-as-tills-write-it', 'till.csv'));
    expect(report).toMatchObject({ refusedRows: 0 });
    expect(await settled('till-14', 7)).toEqual({
      ...{ S1: 1250, S2: 1250, S3: -1250, S4: -1250, S5: -1250, S6: -1250, S7: 125_000 },
    });
  });

  it.each([
    ['till-15-gbk', 'till-gbk.csv', 'gb18030'],
    ['till-15-utf16', 'till-utf16.csv', 'utf-16le'],
  ])('15: files of Windows machines (%s)', async (device, file, encoding) => {
    const report = await drop(device, file, read('15-csv-not-utf8', file));
    expect(report).toMatchObject({ where: 'done', read: { encoding } });
    if (device === 'till-15-gbk') expect(await settled(device, 1)).toEqual({ B1: 1250 });
    // Both files are of the same receipt: to the shop it is one.
    else expect(report).toMatchObject({ notCounted: 0, alreadyKnown: 1 });
  });
});

describe.skipIf(!there)('AISLE_RECORDINGS field-cases: product lists', () => {
  const names = (file: string) => {
    const yaml = JSON.stringify({ store: STORE.store, floor: STORE.floor, productsFile: file });
    return parseStoreFile(yaml, 'store.yaml', (name) => read('15-csv-not-utf8', name)).products?.map(
      ({ name }) => name,
    );
  };
  it.each([
    ['products-gbk.csv', { en: 'Milk', zh: '鲜牛奶950毫升' }],
    ['products-zh-only.csv', { en: '鲜牛奶950毫升', zh: '鲜牛奶950毫升' }],
    ['products-cp1252.csv', 'Crème fraîche'],
  ])('15: %s keeps its names', (file, name) => {
    expect(names(file)).toEqual([name]);
  });
  it('holds a till case for each kind', () => {
    expect(
      readdirSync(folder).filter((name) => /-(csv|gtin|weighed|poslog)-/.test(name)).length,
    ).toBeGreaterThanOrEqual(11);
  });
});
