import type { Device, StoreFile } from '@aisle/contracts';

/**
 * A good message of every dialect, to be broken: key is `family|dialect` as the registry has it ("any" for what every device
 * speaks). Times lie near TS. A dialect without an entry fails the test, so that a new one is not forgotten.
 */
export const TS = Date.UTC(2026, 2, 2, 4, 0, 0);
const ISO = new Date(TS).toISOString();
const MILK = '06901234567892';
const native = (id: string, channel: string): string => `aisle/v1/devices/${id}/${channel}`;

export interface Example {
  deviceId: string;
  topic: string;
  payload: string;
}
const json = (deviceId: string, topic: string, value: unknown): Example => ({
  deviceId,
  topic,
  payload: JSON.stringify(value),
});
const text = (deviceId: string, topic: string, payload: string): Example => ({ deviceId, topic, payload });
const onvif = (path: string, rule: string, Data: object): Example =>
  json('onvif-1', `onvif-1/onvif-ej/RuleEngine/${path}/&1/${rule}`, {
    UtcTime: ISO,
    Source: { VideoSource: '1', Rule: rule },
    Key: { ObjectId: '7' },
    Data,
  });
const frigate = (more: object): Example => {
  const object = {
    id: '1772424000.1-abc',
    camera: 'front',
    frame_time: TS / 1000,
    label: 'person',
    box: [432, 196, 544, 354],
    score: 0.87,
    false_positive: false,
    stationary: false,
    start_time: TS / 1000 - 5,
    end_time: null,
    current_zones: ['dairy'],
    entered_zones: ['dairy', 'wine'],
    ...more,
  };
  return json('frigate-1', 'frigate/events', { type: 'update', before: object, after: object });
};

const CSV = [
  'Receipt;Date;GTIN;Quantity;Net',
  `1;2026-03-02 12:00:00;${MILK};2;25.00`,
  `1;2026-03-02 12:00:01;${MILK};-1;-12.50`,
  `2;02.03.2026 12:05;${MILK};1;12.50`,
].join('\n');
const POSLOG = `<?xml version="1.0"?><POSLog xmlns="http://www.nrf-arts.org/IXRetail/namespace/"><Transaction><WorkstationID>7</WorkstationID><BusinessDayDate>2026-03-02</BusinessDayDate><SequenceNumber>12</SequenceNumber><EndDateTime>2026-03-02T12:00:00</EndDateTime><CurrencyCode>CNY</CurrencyCode><RetailTransaction TransactionStatus="Totaled"><LineItem><Sale TaxIncludedInPriceFlag="true"><POSIdentity POSIDType="EAN"><POSItemID>${MILK}</POSItemID></POSIdentity><RegularSalesUnitPrice>12.50</RegularSalesUnitPrice><ExtendedAmount>22.50</ExtendedAmount><Quantity>2</Quantity><RetailPriceModifier><Amount Action="Subtract">2.50</Amount></RetailPriceModifier><Tax><Amount>2.00</Amount></Tax></Sale></LineItem><LineItem><Return><ItemID>4002</ItemID><ExtendedAmount>3.00</ExtendedAmount></Return></LineItem></RetailTransaction></Transaction></POSLog>`;

export const EXAMPLES: Readonly<Record<string, readonly Example[]>> = {
  'any|aisle': [
    json('cam-1', native('cam-1', 'state'), { state: 'online', model: 'M', firmware: '1.2', battery: 80, ts: TS }),
    json('cam-1', native('cam-1', 'state'), { state: 'offline' }),
  ],
  'camera|aisle': [
    json('cam-1', native('cam-1', 'camera/positions'), {
      ts: TS,
      people: [
        { id: '17', x: 3.2, y: 4.1 },
        { id: 'b', x: 9, y: -1 },
      ],
    }),
    json('cam-1', native('cam-1', 'camera/detections'), {
      ts: TS,
      width: 640,
      height: 360,
      boxes: [{ x: 10, y: 20.5, w: 40, h: 90, score: 0.9, foot: [30, 110] }],
    }),
    json('cam-1', native('cam-1', 'camera/crossings'), { ts: TS, entrance: 'main', direction: 'in', count: 2 }),
  ],
  'camera|onvif': [
    onvif('LineDetector/Crossed', 'Door', { ObjectId: '3', ClassTypes: 'Human' }),
    onvif('CountAggregation/Counter', 'Count', { Count: '42' }),
    onvif('CountAggregation/OccupancyCounter', 'Queue', { Count: 4 }),
    onvif('FieldDetector/ObjectsInside', 'Milk', {
      IsInside: 'true',
      Object: { Appearance: { Class: { Type: [{ '#text': 'Human', Likelihood: 0.9 }] } } },
    }),
    onvif('LoiteringDetector/ObjectIsLoitering', 'Loiter', { State: true, Since: ISO }),
  ],
  'camera|frigate': [
    frigate({}),
    frigate({ box: [0.1, 0.2, 0.3, 0.9] }),
    json('frigate-1', 'frigate/stats', {
      cameras: { front: { camera_fps: 5.1 } },
      service: { last_updated: TS / 1000, uptime: 12 },
    }),
    text('frigate-1', 'frigate/available', 'online'),
  ],
  'shelf|aisle': [json('shelf-1', native('shelf-1', 'shelf/weight'), { ts: TS, slot: 'fx-1-a', grams: 8240.5 })],
  'shelf|esphome': [
    text('esp-1', 'esp-1/sensor/load_a/state', '512.35'),
    text('esp-1', 'esp-1/sensor/battery_level/state', '88'),
    text('esp-1', 'esp-1/status', 'online'),
  ],
  'shelf|bthome': [],
  'rfid|aisle': [
    json('rfid-1', native('rfid-1', 'rfid/reads'), {
      ts: TS,
      reads: [{ epc: '3034257BF7194E4000001A85', antenna: 1, rssiDbm: -56 }, { epc: 'E28011606000020A6681F23F' }],
    }),
  ],
  'rfid|impinj': [
    json('impinj-1', 'impinj/impinj-1/events', [
      {
        timestamp: ISO,
        eventType: 'tagInventory',
        tagInventoryEvent: {
          epc: '4oARYGAAAgpmgfI_',
          epcHex: 'E28011606000020A6681F23F',
          antennaPort: 1,
          peakRssiCdbm: -5600,
          lastSeenTime: ISO,
        },
      },
      { timestamp: ISO, eventType: 'tagInventory', tagInventoryEvent: { epc: 'MDQle_cZTkAAABqF', antennaPort: 2 } },
    ]),
  ],
  'rfid|zebra': [
    json('zebra-1', 'zebra/zebra-1/tags', [
      {
        data: { format: 'epc', idHex: 'E28011700001', peakRssi: -56, antenna: 2, channel: 4, phase: 180 },
        timestamp: TS,
        type: 'SimpleTagEvent',
      },
    ]),
    json('zebra-1', 'zebra/zebra-1/tags', {
      data: { eventNum: 4, format: 'epc', idHex: '3034257bf7194e4000001a85', userDefined: '' },
      timestamp: ISO,
      type: 'CUSTOM',
    }),
  ],
  'ble|aisle': [
    json('ble-1', native('ble-1', 'ble/adverts'), {
      ts: TS,
      adverts: [
        { address: 'A4:C1:38:8D:18:B2', rssiDbm: -70, serviceData: { fcd2: '400001015d0610270610' } },
        { address: '54:48:E6:8F:80:A5', rssiDbm: -60, serviceData: { fcd2: '41e445f3c962332211006c7c4519' } },
        {
          address: 'AA:BB:CC:00:00:01',
          serviceData: {},
          manufacturerData: { '004c': '0215e2c56db5dffb48d2b060d0f5a71096e000010203c5' },
        },
        { address: 'AA:BB:CC:00:00:02', serviceData: { feaa: '00ee0102030405060708090a0b0c0d0e0f100000' } },
      ],
    }),
  ],
  'ble|theengs': [
    json('omg-1', 'home/omg-1/BTtoMQTT/A4C1388D18B2', {
      id: 'A4:C1:38:8D:18:B2',
      rssi: -79,
      servicedatauuid: 'fcd2',
      servicedata: '400001015d0610270610',
    }),
    json('omg-1', 'home/omg-1/BTtoMQTT', {
      id: 'AA:BB:CC:00:00:01',
      manufacturerdata: '4c000215e2c56db5dffb48d2b060d0f5a71096e000010203c5',
      tempc: 21.5,
      batt: 88,
    }),
    text('omg-1', 'home/omg-1/LWT', 'online'),
    json('omg-1', 'home/omg-1/SYStoMQTT', { uptime: 12, version: 'v1.7', env: 'esp32' }),
  ],
  'ble|bluez': [],
  'till|aisle': [
    json('till-1', native('till-1', 'till/sale'), {
      ts: TS,
      receipt: '4711',
      lines: [
        { gtin: MILK, quantity: 2, net: 25, gross: 30, discount: 1, tax: 2.5 },
        { gtin: '4002', quantity: -1, net: -3.2 },
      ],
      member: 'm-1',
    }),
  ],
  'till|csv': [text('till-csv', native('till-csv', 'till/csv'), CSV)],
  'till|poslog': [text('till-pos', native('till-pos', 'till/poslog'), POSLOG)],
  'screen|aisle': [
    json('screen-1', native('screen-1', 'screen/play'), {
      ts: TS,
      decisionId: 'd-1',
      contentId: 'c-1',
      startedTs: TS - 8000,
      endedTs: TS,
      completed: true,
    }),
  ],
};

/** Advertisements as the agent's own radio hears them: address and service data of BTHome (0xFCD2), in hex. */
export const HEARD: readonly (readonly [address: string, serviceData: string])[] = [
  ['A4:C1:38:8D:18:B2', '400001015d0610270610'],
  ['54:48:E6:8F:80:A5', '41e445f3c962332211006c7c4519'],
  ['AA:BB:CC:00:00:03', '4002ca0903bf13'],
];

const devices: Device[] = [
  { id: 'cam-1', family: 'camera', dialect: 'aisle' },
  {
    id: 'onvif-1',
    family: 'camera',
    dialect: 'onvif',
    rules: [
      { rule: 'Door', kind: 'line', entrance: 'main', direction: 'in' },
      { rule: 'Count', kind: 'counter', entrance: 'main', direction: 'out', resetAt: '03:00' },
      { rule: 'Queue', kind: 'occupancy', zone: 'wine' },
      { rule: 'Milk', kind: 'field', zone: 'dairy' },
      { rule: 'Loiter', kind: 'loitering', zone: 'dairy' },
    ],
  },
  { id: 'frigate-1', family: 'camera', dialect: 'frigate', nvrCamera: 'front' },
  { id: 'shelf-1', family: 'shelf', dialect: 'aisle', fixture: 'fx-1' },
  {
    id: 'esp-1',
    family: 'shelf',
    dialect: 'esphome',
    fixture: 'fx-1',
    sensors: [{ sensor: 'load_a', slot: 'fx-1-a', unit: 'kg' }],
  },
  { id: 'bthome-1', family: 'shelf', dialect: 'bthome', address: 'A4:C1:38:8D:18:B2', sensors: [{ slot: 'fx-1-a' }] },
  {
    id: 'bthome-2',
    family: 'shelf',
    dialect: 'bthome',
    address: '54:48:E6:8F:80:A5',
    key: '231d39c1d7cc1ab1aee224cd096db932',
    sensors: [{ slot: 'fx-1-b' }],
  },
  { id: 'rfid-1', family: 'rfid', dialect: 'aisle', fixture: 'fx-1' },
  { id: 'impinj-1', family: 'rfid', dialect: 'impinj' },
  { id: 'zebra-1', family: 'rfid', dialect: 'zebra' },
  { id: 'ble-1', family: 'ble', dialect: 'aisle' },
  { id: 'omg-1', family: 'ble', dialect: 'theengs' },
  { id: 'radio', family: 'ble', dialect: 'bluez' },
  { id: 'till-1', family: 'till', dialect: 'aisle' },
  {
    id: 'till-csv',
    family: 'till',
    dialect: 'csv',
    csv: { columns: { receipt: 'Receipt', date: 'Date', gtin: 'GTIN', quantity: 'Quantity', net: 'Net' } },
  },
  { id: 'till-pos', family: 'till', dialect: 'poslog', receiptScope: 'day' },
  { id: 'screen-1', family: 'screen', dialect: 'aisle' },
];

/** A shop with a device of every dialect. */
export const SHOP: StoreFile = {
  store: { id: 'fuzz', name: 'Fuzz', timezone: 'Asia/Shanghai', currency: 'CNY' },
  floor: { width: 20, depth: 10 },
  entrances: [
    {
      id: 'main',
      line: [
        [8, 10],
        [12, 10],
      ],
      inward: [0, -1],
    },
  ],
  zones: [
    {
      id: 'dairy',
      kind: 'aisle',
      polygon: [
        [0, 0],
        [5, 0],
        [5, 5],
      ],
    },
    {
      id: 'wine',
      kind: 'aisle',
      polygon: [
        [15, 0],
        [20, 0],
        [20, 5],
      ],
    },
  ],
  products: [{ gtin: MILK, unitGrams: 1030 }],
  fixtures: [
    {
      id: 'fx-1',
      zone: 'dairy',
      slots: [
        { id: 'fx-1-a', gtin: MILK },
        { id: 'fx-1-b', gtin: MILK },
      ],
    },
  ],
  devices,
  staff: { badges: [{ id: 'ann', ibeacon: { uuid: 'e2c56db5-dffb-48d2-b060-d0f5a71096e0' } }] },
  members: { eddystone: { namespace: '0102030405060708090a' } },
};
