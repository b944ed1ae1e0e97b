import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Device, Fact, StoreFile } from '@aisle/contracts';
import { bytes, recording } from '../devices/support.js';
import { openShop, refusedCount, SECRETS, STORE, storeFileCommand, topic, until, type Shop } from './harness.js';

/** The picture is the floor from above: 20 × 10 metres in 1280 × 960 pixels. */
const FROM_ABOVE = {
  resolution: [1280, 960] as [number, number],
  points: [0, 20].flatMap((x) =>
    [0, 10].map((y) => ({ image: [x * 64, y * 96] as [number, number], floor: [x, y] as [number, number] })),
  ),
};
const devices: Device[] = [
  {
    id: 'onvif-1',
    family: 'camera',
    dialect: 'onvif',
    rules: [
      { rule: 'Door in', kind: 'line', entrance: 'main', direction: 'in' },
      { rule: 'Door out', kind: 'counter', entrance: 'main', direction: 'out' },
      { rule: 'Queue', kind: 'occupancy', zone: 'wine' },
    ],
  },
  {
    id: 'onvif-2',
    family: 'camera',
    dialect: 'onvif',
    topics: ['cams/back/onvif-ej/#'],
    rules: [{ rule: 'Milk', kind: 'field', zone: 'dairy' }],
  },
  { id: 'cam-1', family: 'camera', dialect: 'aisle', covers: ['street'] },
  {
    id: 'front',
    family: 'camera',
    dialect: 'frigate',
    gateway: 'cam-1',
    nvrCamera: 'front_door',
    covers: ['view'],
    calibration: FROM_ABOVE,
  },
  {
    id: 'recorded',
    family: 'camera',
    dialect: 'frigate',
    topics: ['recorded/events'],
    nvrCamera: 'front_door',
    covers: ['view'],
    calibration: FROM_ABOVE,
  },
  {
    id: 'till-csv',
    family: 'till',
    dialect: 'csv',
    csv: {
      columns: { receipt: 'Bon', date: 'Datum', gtin: 'EAN', quantity: 'Menge', net: 'Netto', discount: 'Rabatt' },
      decimal: 'comma',
      dateOrder: 'dmy',
    },
  },
  { id: 'till-pos', family: 'till', dialect: 'poslog', receiptScope: 'day' },
];
const STREET: StoreFile = {
  ...STORE,
  passersBy: [
    {
      id: 'street',
      line: [
        [0, 9.9],
        [20, 9.9],
      ],
    },
  ],
  devices,
};
const NOW = Date.now() - 3_600_000;
const MILK = '06901234567892';

let shop: Shop;
let client: MqttClient;
beforeAll(async () => {
  shop = await openShop();
  shop.cloud.command(storeFileCommand(2, STREET));
  await until('the store file', () => shop.agent.host.config?.version === 2);
  client = await shop.connect();
});
afterAll(() => shop.end());

const factsOf = <K extends Fact['kind']>(kind: K, subject?: string) =>
  [...shop.cloud.facts.values()].filter(
    (fact): fact is Extract<Fact, { kind: K }> =>
      fact.kind === kind && (subject === undefined || fact.subject === subject),
  );
const sampleOf = (device: string) =>
  (shop.agent.refusedTotals().get(device) ?? []).map(({ reason, sample }) => `${reason}: ${sample}`).join('; ');

describe('a camera that analyses by itself', () => {
  const said = (at: number, rule: string, data: object) =>
    JSON.stringify({ UtcTime: new Date(NOW + at).toISOString(), Source: { VideoSource: '1', Rule: rule }, Data: data });
  const say = (path: string, payload: string) =>
    client.publishAsync(`onvif-1/onvif-ej/RuleEngine/${path}`, payload, { qos: 1 });

  it('counts at a door by its rules, people only, numbers quoted or bare', async () => {
    const line = 'LineDetector/Crossed/&1/Door in';
    await say(line, said(0, 'Door in', { ObjectId: '1', ClassTypes: 'Human' }));
    await say(line, said(100, 'Door in', { ObjectId: '2' }));
    await say(line, said(200, 'Door in', { ObjectId: '3', ClassTypes: 'Vehicle' }));
    const counter = 'CountAggregation/Counter/&1/Door out';
    await say(counter, said(0, 'Door out', { Count: '40' }));
    await say(counter, said(1000, 'Door out', { Count: 42 }));
    await until('the crossings', () => {
      const all = factsOf('crossings', 'main').map(({ value }) => [value.in, value.out, value.source]);
      return JSON.stringify(all) === JSON.stringify([[2, 2, 'onvif-1']]);
    });
  });

  it('is refused by the name of a rule that the store file does not have', async () => {
    await say('LineDetector/Crossed/&1/Back door', said(0, 'Back door', {}));
    expect(await refusedCount(shop, 'onvif-1', 'unknownSubject')).toBe(1);
    expect(sampleOf('onvif-1')).toContain('"Back door" is no line rule of the store file');
  });

  it('says who stays where, on topics of its own', async () => {
    const inside = (at: number, IsInside: boolean | string) =>
      client.publishAsync(
        'cams/back/onvif-ej/RuleEngine/FieldDetector/ObjectsInside/&1/Milk',
        said(at, 'Milk', { ObjectId: 4, IsInside }),
        { qos: 1 },
      );
    await inside(0, 'true');
    await inside(9000, false);
    await until('the visit', () =>
      factsOf('zone', 'dairy').some(({ value }) => value.visits === 1 && value.dwellMs === 9000),
    );
  });

  it('shows how many are inside, live', async () => {
    shop.cloud.send('watch', { leaseMs: 30_000, fresh: true });
    await say('CountAggregation/OccupancyCounter/&1/Queue', said(60_000, 'Queue', { Count: '3' }));
    await until('three in the zone', () =>
      shop.cloud.live.some((update) =>
        JSON.stringify(update['zones'] ?? update['snapshot']).includes('{"zoneId":"wine","occupancy":3}'),
      ),
    );
  });
});

describe('a camera of an NVR', () => {
  const event = (type: string, at: number, box: number[], more: object = {}) => ({
    type,
    before: null,
    after: {
      id: 'p1',
      camera: 'front_door',
      frame_time: (NOW + at) / 1000,
      label: 'person',
      box,
      start_time: NOW / 1000,
      end_time: null,
      current_zones: [],
      ...more,
    },
  });

  it("follows people through the NVR's account, and leaves other cameras and cars to others", async () => {
    const nvr = await shop.connect('cam-1', SECRETS['cam-1']);
    const say = (message: unknown) => nvr.publishAsync('frigate/events', JSON.stringify(message), { qos: 1 });
    // From in front of the ad into its view at 10, 4 m, for two minutes, and out.
    await say(event('new', 0, [600, 700, 680, 864]));
    await say(event('update', 5000, [600, 300, 680, 384]));
    await say(event('update', 65_000, [600, 300, 680, 384]));
    await say(event('update', 90_000, [600, 300, 680, 384], { label: 'car', id: 'c' }));
    await say(event('end', 125_000, [600, 300, 680, 384]));
    await until('one visit of two minutes', () =>
      factsOf('zone', 'view').some(({ value }) => value.visits === 1 && value.dwellMs > 118_000),
    );
    await say(event('new', 126_000, [1, 2, 3, 4], { camera: 'yard' }));
    await until('another camera', () => sampleOf('front').includes('"yard" is another camera'));
    await nvr.publishAsync(
      'frigate/stats',
      JSON.stringify({
        cameras: { front_door: { camera_fps: 5.1 } },
        service: { last_updated: Math.floor(NOW / 1000) + 130 },
      }),
      { qos: 1 },
    );
    await until(
      'its word that it is alive',
      () => shop.agent.host.engine.live() && sampleOf('front').split(';').length === 1,
    );
  });

  const sample = recording('frigate_event.json');
  it.skipIf(!sample)('AISLE_RECORDINGS frigate_event.json: a recorded message is taken', async () => {
    const before = shop.agent.journal.lastSeq;
    await client.publishAsync('recorded/events', bytes(sample), { qos: 1 });
    expect(shop.agent.journal.lastSeq).toBe(before + 1);
    const live = await until('the person', () =>
      shop.agent.host.engine.live().tracks.find(({ deviceId }) => deviceId === 'recorded'),
    );
    expect([live.xMm, live.yMm]).toEqual([Math.round((488 / 64) * 1000), Math.round((854 / 96) * 1000)]);
  });
});

const HEAD = 'Bon;Datum;EAN;Menge;Netto;Rabatt';
const day = new Intl.DateTimeFormat('de-DE', {
  timeZone: 'Asia/Shanghai',
  day: '2-digit',
  month: '2-digit',
  year: 'numeric',
}).format(NOW);
const row = (bon: string, menge: string, netto: string, time = '10:00:00') =>
  `${bon};${day} ${time};${MILK};${menge};${netto};0,50`;
const dropped = (...parts: string[]) => path.join(shop.dir, 'drop', ...parts);
const report = (...parts: string[]) => JSON.parse(readFileSync(dropped(...parts), 'utf8')) as Record<string, unknown>;
/** As an export program does it: under another name first. */
function drop(till: string, name: string, text: string): void {
  writeFileSync(dropped(till, `.${name}.part`), text);
  renameSync(dropped(till, `.${name}.part`), dropped(till, name));
}
const salesBy = (device: string) =>
  factsOf('sale')
    .filter(({ value }) => value.deviceId === device)
    .map(({ value }) => [value.receipt, value.netMinor, value.transaction]);

describe('a till that writes files', () => {
  it('counts their sales, and says line by line what it could not use', async () => {
    await until('the folder', () => existsSync(dropped('till-csv', 'refused')));
    drop(
      'till-csv',
      'monday.csv',
      [HEAD, row('1', '2', '25,00'), row('2', '-1', '-12,50'), row('3', 'two', '1,00'), row('3', '1', '1,00')].join(
        '\n',
      ),
    );
    await until('the report', () => existsSync(dropped('till-csv', 'done', 'monday.csv')), 15_000);
    expect(report('till-csv', 'done', 'monday.csv.report.json')).toMatchObject({
      file: 'monday.csv',
      rows: 4,
      sales: 2,
      alreadyKnown: 0,
      refusedRows: 2,
      refused: [
        { line: 4, column: 'Menge', expected: 'a number with a decimal comma, such as 1234,50' },
        { line: 5, column: 'Bon', expected: 'a receipt all of whose rows can be read' },
      ],
    });
    await until('the sales', () => salesBy('till-csv').length === 2);
    expect(salesBy('till-csv').sort()).toEqual([
      ['1', 2500, true],
      ['2', -1250, false],
    ]);
    // A time without a zone is the store's: Shanghai is eight hours ahead.
    expect(new Date(factsOf('sale', '1')[0]?.ts ?? 0).toISOString()).toMatch(/T02:00:00.000Z$/);
    expect(await refusedCount(shop, 'till-csv', 'malformed')).toBe(2);
    expect(sampleOf('till-csv')).toContain('monday.csv: 5: Bon expected');
  }, 20_000);

  it('counts nothing twice, by file or by MQTT; a later file mends what an earlier one said', async () => {
    const text = [HEAD, row('1', '2', '25,00'), row('2', '-1', '-12,50')].join('\n');
    await client.publishAsync(topic('till-csv', 'till/csv'), text, { qos: 1 });
    await shop.agent.stop();
    // As if it had been killed between the journal and the move.
    drop(
      'till-csv',
      'monday.csv',
      [HEAD, row('1', '2', '25,00'), row('9', '1', '5,00'), row('2', '-1', '-12,00')].join('\n'),
    );
    await shop.start();
    client = await shop.connect();
    await until('the second report', () => existsSync(dropped('till-csv', 'done', 'monday-2.csv')), 15_000);
    expect(report('till-csv', 'done', 'monday-2.csv.report.json')).toMatchObject({
      sales: 2,
      alreadyKnown: 1,
      replaced: 1,
      replacedReceipts: ['2'],
      notCounted: 0,
    });
    await until('the sale', () => salesBy('till-csv').length === 3);
    await until('what the later file says', () =>
      salesBy('till-csv').some(([receipt, net]) => receipt === '2' && net === -1200),
    );
    // A till's own message is no file: it changes nothing that a file has told.
    const other = { ts: NOW, receipt: '2', lines: [{ gtin: MILK, quantity: -1, net: -1 }] };
    shop.cloud.command({ seq: 90, kind: 'sale', sale: other });
    await until('the answer', () => shop.cloud.inboxAcks.includes(90));
    expect(salesBy('till-csv').find(([receipt]) => receipt === '2')).toEqual(['2', -1200, false]);
  }, 30_000);

  it('keeps apart what cannot be read at all, and waits for what is still being written', async () => {
    mkdirSync(dropped('till-csv', 'a folder'));
    writeFileSync(dropped('till-csv', 'export.csv.part'), HEAD);
    drop('till-csv', 'photo.csv', '\u0000\u0001');
    drop('till-csv', 'titles.csv', 'a;b;c\n1;2;3');
    await until(
      'both',
      () =>
        existsSync(dropped('till-csv', 'refused', 'photo.csv')) &&
        existsSync(dropped('till-csv', 'refused', 'titles.csv')),
      15_000,
    );
    expect(report('till-csv', 'refused', 'titles.csv.report.json')).toMatchObject({
      sales: 0,
      error: { reason: 'malformed', field: 'Bon', message: 'is no title of a column in the first row' },
    });
    expect(readdirSync(dropped('till-csv')).sort()).toEqual(['a folder', 'done', 'export.csv.part', 'refused']);
  }, 20_000);

  const transaction = (sequence: number, businessDay: string, end: string, amount: string, more = '') =>
    `<Transaction${more}><WorkstationID>7</WorkstationID><BusinessDayDate>${businessDay}</BusinessDayDate><SequenceNumber>${sequence}</SequenceNumber><ReceiptNumber>${sequence}</ReceiptNumber><EndDateTime>${end}</EndDateTime><CurrencyCode>CNY</CurrencyCode><RetailTransaction><LineItem><Sale><POSIdentity POSIDType="EAN"><POSItemID>${MILK}</POSItemID></POSIdentity><ExtendedAmount>${amount}</ExtendedAmount><Quantity>1</Quantity></Sale></LineItem></RetailTransaction></Transaction>`;

  it('tells receipts of the same number apart by the business day of the till', async () => {
    const date = new Date(NOW).toISOString().slice(0, 10);
    const before = new Date(NOW - 86_400_000).toISOString().slice(0, 10);
    const log = [
      transaction(1, before, `${date}T00:10:00`, '10.00'),
      transaction(1, date, `${date}T00:20:00`, '20.00'),
      transaction(2, date, `${date}T00:30:00`, 'much'),
      transaction(3, date, `${date}T00:40:00`, '5.00', ' CancelFlag="true"'),
    ].join('');
    drop('till-pos', 'day.xml', `<POSLog>${log}</POSLog>`);
    await until('the report', () => existsSync(dropped('till-pos', 'done', 'day.xml')), 15_000);
    expect(report('till-pos', 'done', 'day.xml.report.json')).toMatchObject({
      transactions: 4,
      sales: 2,
      refusedRows: 1,
      refused: [{ transaction: 3 }],
      skipped: [{ transaction: 4, why: 'was cancelled' }],
    });
    await until('the sales', () => salesBy('till-pos').length === 2);
    expect(factsOf('sale').map(({ subject }) => subject)).toEqual(
      expect.arrayContaining([`till-pos|${before}|1`, `till-pos|${date}|1`]),
    );
  }, 20_000);

  it('may send the same as messages', async () => {
    await client.publishAsync(
      topic('till-pos', 'till/poslog'),
      transaction(77, '2026-01-01', new Date(NOW).toISOString(), '3.00'),
      { qos: 1 },
    );
    await until('the sale', () => salesBy('till-pos').some(([receipt]) => receipt === '77'));
    await client.publishAsync(topic('till-pos', 'till/sale'), '{}', { qos: 1 });
    expect(await refusedCount(shop, 'till-pos', 'topic')).toBe(1);
  });
});
