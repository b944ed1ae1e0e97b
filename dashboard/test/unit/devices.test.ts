import { describe, expect, it } from 'vitest';
import {
  DEVICE_FAMILIES,
  DIALECT_TRAITS,
  dialectsOf,
  hasAccount,
  problem,
  type DeviceRow,
  type KnockRow,
  type LiveAlert,
  type Problem,
  type StoreFile,
} from '@aisle/contracts';
import { DIALECTS } from '../../../agent/src/devices/registry.js';
import { goTo, routeFromHash, routeToHash } from '../../src/lib/figures/address.js';
import {
  FAMILIES,
  deviceOf,
  fieldFor,
  freeId,
  kindWords,
  newDraft,
  sensorsOf,
  wrongWords,
  type Draft,
} from '../../src/lib/figures/enrol.js';
import { shortages } from '../../src/lib/figures/goods.js';
import { byTrouble, troublesOf } from '../../src/lib/figures/health.js';
import { gramsOf, scaleOf } from '../../src/lib/figures/tare.js';
import { HINT_AFTER_MS, hasSpoken, hintsFor } from '../../src/lib/figures/waiting.js';
import {
  beginWalk,
  clockFace,
  comparison,
  readWalk,
  tally,
  tapWalk,
  undoTap,
  walkBody,
} from '../../src/lib/figures/walk-test.js';
import { DICTIONARIES, translate, type MessageKey, type Params } from '../../src/lib/i18n/translate.js';

const en = (key: MessageKey, params?: Params): string => translate('en', key, params);
const zh = (key: MessageKey, params?: Params): string => translate('zh', key, params);
const file = {
  zones: [{ id: 'dairy' }],
  fixtures: [
    {
      id: 'fx-1',
      zone: 'dairy',
      slots: [
        { id: 'fx-1-a', gtin: '069' },
        { id: 'fx-1-b', gtin: '070' },
      ],
    },
    { id: 'fx-2', slots: [{ id: 'fx-2-a', gtin: '069' }] },
  ],
  devices: [
    { id: 'shelf-01', family: 'shelf', dialect: 'aisle', fixture: 'fx-1' },
    { id: 'shelf-02', family: 'shelf', dialect: 'esphome', sensors: [{ sensor: 'w', slot: 'fx-2-a' }] },
    { id: 'cam-1', family: 'camera', dialect: 'aisle' },
  ],
} as unknown as StoreFile;
const row = (deviceId: string, more: Partial<DeviceRow> = {}): DeviceRow => ({
  deviceId,
  family: 'shelf',
  dialect: 'aisle',
  state: 'online',
  lastSeenTs: 1,
  credential: { state: 'given', issuedTs: null, revokedTs: null, pending: false },
  ...more,
});

describe('addresses of the pages below Devices', () => {
  it.each([
    '#/demo/devices/enrol',
    '#/demo/devices/enrol?device=shelf%2031',
    '#/demo/devices?device=cam-1',
    '#/demo/devices/walk',
  ])('%s says the same when it is read and written', (hash) => expect(routeToHash(routeFromHash(hash))).toBe(hash));
  it('parts belong to their view, and stay behind when another is gone to', () => {
    expect(routeFromHash('#/demo/goods/enrol?device=x')).not.toHaveProperty('part');
    expect(routeFromHash('#/demo/goods/enrol?device=x')).not.toHaveProperty('device');
    const enrol = routeFromHash('#/demo/devices/enrol?device=x');
    expect(routeToHash(goTo(enrol, { view: 'devices' }))).toBe('#/demo/devices');
    expect(routeToHash(goTo(enrol, { view: 'place' }))).toBe('#/demo/place');
    expect(routeToHash(goTo(enrol, { part: 'walk' }))).toBe('#/demo/devices/walk');
    const open = routeFromHash('#/demo/devices?device=x');
    expect(routeToHash(goTo(open, { device: undefined }))).toBe('#/demo/devices');
    expect(routeToHash(goTo(open, { part: 'enrol', device: 'y' }))).toBe('#/demo/devices/enrol?device=y');
  });
});

describe('enrolling', () => {
  const draft = (family: Draft['family'], more: Partial<Draft> = {}): Draft => ({ ...newDraft(file, family), ...more });

  it('offers every family and dialect that the agent reads, each in words of both languages', () => {
    expect([...FAMILIES].sort()).toEqual([...DEVICE_FAMILIES].sort());
    const offered = FAMILIES.flatMap((family) => dialectsOf(family).map((dialect) => `${family} ${dialect}`));
    const read = DIALECTS.flatMap(({ family, name }) => (family ? [`${family} ${name}`] : []));
    // what is only told has no decoder
    const told = DIALECT_TRAITS.filter(({ reached }) => reached).map(({ family, dialect }) => `${family} ${dialect}`);
    expect(offered.sort()).toEqual([...read, ...told].sort());
    for (const pair of offered) {
      const key = `dialect.${pair.replace(' ', '.')}`;
      expect(DICTIONARIES.en).toHaveProperty([key]);
      expect(DICTIONARIES.en).toHaveProperty([`${key}.help`]);
    }
  });

  it('proposes the next free id, written like the others', () => {
    expect(freeId(file, 'shelf')).toBe('shelf-03');
    expect(freeId(file, 'camera')).toBe('cam-2');
    expect(freeId(file, 'till')).toBe('till-1');
  });

  it.each<[string, Draft, object]>([
    [
      'a native shelf',
      draft('shelf', { fixture: 'fx-1', sensors: sensorsOf(file, 'fx-1'), name: ' Milk ' }),
      { id: 'shelf-03', name: 'Milk', family: 'shelf', dialect: 'aisle', fixture: 'fx-1' },
    ],
    [
      'an ESPHome shelf',
      draft('shelf', { dialect: 'esphome', fixture: 'fx-1', sensors: sensorsOf(file, 'fx-1') }),
      {
        id: 'shelf-03',
        family: 'shelf',
        dialect: 'esphome',
        fixture: 'fx-1',
        sensors: [
          { sensor: 'weight_1', slot: 'fx-1-a' },
          { sensor: 'weight_2', slot: 'fx-1-b' },
        ],
      },
    ],
    [
      'a BTHome shelf: an address, no names of sensors',
      draft('shelf', {
        dialect: 'bthome',
        fixture: 'fx-2',
        sensors: sensorsOf(file, 'fx-2'),
        address: 'A4:C1:38:56:53:84',
      }),
      {
        id: 'shelf-03',
        family: 'shelf',
        dialect: 'bthome',
        fixture: 'fx-2',
        address: 'A4:C1:38:56:53:84',
        sensors: [{ slot: 'fx-2-a' }],
      },
    ],
    [
      'a reader',
      draft('rfid', {
        dialect: 'impinj',
        antennas: [
          { antenna: '1', role: 'shelf', place: 'slot:fx-1-a' },
          { antenna: 'x', role: 'exit', place: '' },
        ],
      }),
      {
        id: 'reader-1',
        family: 'rfid',
        dialect: 'impinj',
        antennas: [
          { antenna: 1, slot: 'fx-1-a' },
          { antenna: 'x', role: 'exit' },
        ],
      },
    ],
    [
      'a camera with rules',
      draft('camera', {
        dialect: 'onvif',
        covers: ['dairy'],
        rules: [
          { rule: 'In', kind: 'line', entrance: 'main', direction: 'in', zone: 'dairy', resetAt: '00:00' },
          { rule: 'Full', kind: 'occupancy', entrance: 'main', direction: 'in', zone: 'dairy', resetAt: '' },
        ],
      }),
      {
        id: 'cam-2',
        family: 'camera',
        dialect: 'onvif',
        covers: ['dairy'],
        rules: [
          { rule: 'In', kind: 'line', entrance: 'main', direction: 'in' },
          { rule: 'Full', kind: 'occupancy', zone: 'dairy' },
        ],
      },
    ],
    [
      'a till with files; what another dialect asks is left out',
      draft('till', {
        dialect: 'csv',
        zone: 'dairy',
        address: 'left over',
        columns: {
          receipt: 'Bon',
          date: 'Datum',
          time: '',
          gtin: 'EAN',
          quantity: '',
          net: 'Netto',
          gross: '',
          discount: '',
        },
        decimal: 'comma',
        corrected: true,
      }),
      {
        id: 'till-1',
        family: 'till',
        dialect: 'csv',
        zone: 'dairy',
        csv: { columns: { receipt: 'Bon', date: 'Datum', gtin: 'EAN', net: 'Netto' }, decimal: 'comma' },
        clock: 'corrected',
      },
    ],
    [
      'a screen of another maker: where it is told, and no clock',
      draft('screen', {
        dialect: 'anthias',
        zone: 'dairy',
        targetUrl: ' http://192.168.1.40 ',
        targetUsername: 'shop',
        targetPassword: ' with blanks ',
        corrected: true,
      }),
      {
        id: 'screen-1',
        family: 'screen',
        dialect: 'anthias',
        zone: 'dairy',
        target: { url: 'http://192.168.1.40', username: 'shop', password: ' with blanks ' },
      },
    ],
    [
      'one without an address goes so that the server can name the field',
      draft('screen', { dialect: 'anthias' }),
      { id: 'screen-1', family: 'screen', dialect: 'anthias', target: {} },
    ],
  ])('%s is sent with its own fields only', (_what, given, expected) =>
    expect(deviceOf(given, 'en')).toEqual(expected),
  );

  it('two names are told by language, from whichever page they were typed on', () => {
    const named = draft('screen', { name: 'Door', otherName: '门口' });
    expect(deviceOf(named, 'en').name).toEqual({ en: 'Door', zh: '门口' });
    expect(deviceOf({ ...named, name: '门口', otherName: 'Door' }, 'zh').name).toEqual({ en: 'Door', zh: '门口' });
    expect(deviceOf({ ...named, name: '', otherName: '' }, 'en')).not.toHaveProperty('name');
  });

  it('knows who has an account', () => {
    expect(hasAccount({ family: 'shelf', dialect: 'aisle' })).toBe(true);
    expect(hasAccount({ family: 'shelf', dialect: 'bthome' })).toBe(false);
    expect(hasAccount({ family: 'ble', dialect: 'bluez' })).toBe(false);
    expect(hasAccount({ family: 'camera', dialect: 'frigate', gateway: 'cam-1' })).toBe(false);
  });

  it.each([
    ['id', 'id'],
    ['name.en', 'name'],
    ['antennas[1].slot', 'antennas[1].place'],
    ['antennas[1].antenna', 'antennas[1].antenna'],
    ['csv.columns.receipt', 'csv.columns.receipt'],
    ['rules[0].what', null],
    ['calibration.points', null],
    [undefined, null],
  ])('what is wrong with %s is shown at %s', (path, field) => {
    const fields = new Set(['id', 'name', 'antennas[1].antenna', 'antennas[1].place', 'csv.columns.receipt']);
    expect(fieldFor(path, fields)).toBe(field);
  });

  it.each<[Problem, string, string]>([
    [
      problem('id', 'deviceKnown', { id: 'x' }),
      'A device with this id is there already. Open it to replace it.',
      '该编号的设备已存在；如需更换，请打开它的详情。',
    ],
    [problem('address', 'addressMissing'), 'This is missing.', '此项必填。'],
    [
      problem('fixture', 'namesNo', { what: 'fixture', id: 'fx-9' }),
      'The shop has no such place.',
      '门店中没有这个位置。',
    ],
    [
      problem('key', 'expectedGot', { expected: 'hexDigits', digits: 32, got: '"12"' }),
      'Expected: 32 hex digits.',
      '格式不符，应为：32 位十六进制数。',
    ],
    [
      problem('polygon', 'crossesItself', { id: 'z' }),
      'Not accepted: of "z" crosses itself.',
      '未被接受：“z”的边界自相交叉。',
    ],
  ])('%o is told in both languages', (wrong, english, chinese) => {
    expect(wrongWords(en, 'en', wrong, wrong.message)).toBe(english);
    expect(wrongWords(zh, 'zh', wrong, wrong.message)).toBe(chinese);
  });

  it('a side that tells no code, or one that is not known here, is shown as it says', () => {
    expect(wrongWords(zh, 'zh', undefined, 'group is odd')).toBe('未被接受：group is odd。');
    expect(wrongWords(zh, 'zh', { code: 'fromLater', values: {} }, 'is odd')).toBe('未被接受：is odd。');
  });

  it('a dialect that is not known here is named, not hidden', () => {
    expect(kindWords(en, 'shelf', 'esphome')).toBe('Shelf · ESPHome');
    expect(kindWords(en, 'shelf', 'other')).toBe('Shelf · other');
    expect(kindWords(en, 'kettle', 'steam')).toBe('kettle · steam');
  });
});

describe('waiting for a first message', () => {
  const awaited = { deviceId: 'x', sinceMs: 1_000_000, seenTs: null };
  const knock = (name: string, lastTs: number): KnockRow => ({ name, count: 1, firstTs: 0, lastTs });

  it('any message after the password was made is one; an old one is not', () => {
    expect(hasSpoken(awaited, undefined)).toBe(false);
    expect(hasSpoken(awaited, { lastSeenTs: null })).toBe(false);
    expect(hasSpoken(awaited, { lastSeenTs: 5 })).toBe(true);
    expect(hasSpoken({ ...awaited, seenTs: 5 }, { lastSeenTs: 5 })).toBe(false);
    expect(hasSpoken({ ...awaited, seenTs: 5 }, { lastSeenTs: 6 })).toBe(true);
  });

  it('says nothing for a minute, then what may be wrong', () => {
    const refused = [{ reason: 'malformed', count: 1, lastTs: 1, sample: 'grams' }];
    const about = {
      agentOnline: true,
      row: row('x', { refused, credential: { state: 'given', issuedTs: 1, revokedTs: null, pending: true } }),
      knocks: [knock('y', awaited.sinceMs + 1)],
    };
    expect(hintsFor(awaited.sinceMs + HINT_AFTER_MS - 1, awaited, about)).toEqual([]);
    expect(hintsFor(awaited.sinceMs + HINT_AFTER_MS, awaited, about)).toEqual([
      'pending',
      'refused',
      'knocks',
      'check',
    ]);
    const plain = { agentOnline: true, row: row('x'), knocks: [knock('y', 5)] };
    expect(hintsFor(awaited.sinceMs + HINT_AFTER_MS, awaited, plain)).toEqual(['check']);
  });

  it('a shop out of touch is told at once', () =>
    expect(hintsFor(awaited.sinceMs, awaited, { agentOnline: false, row: undefined, knocks: [] })).toEqual([
      'agentOffline',
    ]));
});

describe('health', () => {
  const silent: LiveAlert = {
    alertId: 'a',
    kind: 'deviceSilent',
    subject: 'till-1',
    since: '2026-01-01T00:00:00Z',
    until: null,
  };

  it.each<[string, Partial<DeviceRow>, string[]]>([
    ['all is well', { battery: 80, clockSkewMs: 400 }, []],
    ['off', { state: 'offline' }, ['offline']],
    ['silent', { state: 'silent' }, ['silent']],
    ['a till may be silent', { state: 'silent', family: 'till' }, []],
    [
      'refusals, a clock that is off, a low battery',
      { refused: [{ reason: 'late', count: 1, lastTs: 0, sample: '' }], clockSkewMs: -48_000, battery: 12 },
      ['refused', 'skew', 'battery'],
    ],
    ['a clock that is off and corrected', { clockSkewMs: -48_000, clockCorrected: true }, []],
    ['no calibration', { calibrated: false }, ['uncalibrated']],
    ['cannot work', { trouble: 'no adapter' }, ['trouble']],
    [
      'shut out on purpose',
      { state: 'offline', credential: { state: 'revoked', issuedTs: 1, revokedTs: 2, pending: false } },
      [],
    ],
  ])('%s', (_what, more, expected) => expect(troublesOf(row('x', more))).toEqual(expected));

  it('problems come first, the gravest at the top, then by name', () => {
    const devices = [
      row('shelf-10'),
      row('shelf-9'),
      row('low', { battery: 3 }),
      row('till-1', { family: 'till', state: 'silent' }),
      row('dead', { state: 'offline' }),
    ];
    expect(byTrouble(devices, [silent], ({ deviceId }) => deviceId).map(({ deviceId }) => deviceId)).toEqual([
      'dead',
      'till-1',
      'low',
      'shelf-9',
      'shelf-10',
    ]);
  });
});

describe('taring', () => {
  it.each([
    ['0', 0],
    ['1250', 1250],
    ['1,250', 1250],
    ['1 250,5', 1250.5],
    ['1250.5', 1250.5],
    ['', null],
    ['-1', null],
    ['12 kg', null],
    ['1000001', null],
  ])('"%s" grams', (text, grams) => expect(gramsOf(text)).toBe(grams));

  it('finds the shelf that weighs a slot', () => {
    expect(scaleOf(file, 'fx-1-b')?.id).toBe('shelf-01');
    expect(scaleOf(file, 'fx-2-a')?.id).toBe('shelf-02');
    expect(scaleOf(file, 'nowhere')).toBeUndefined();
  });
});

describe('a walk test', () => {
  const walked = tapWalk(
    tapWalk(tapWalk(beginWalk('demo', 'entrance:main', ' Lin ', 1000), 'in', 2000), 'out', 3000),
    'in',
    4000,
  );

  it('counts taps, and takes the last one back', () => {
    expect(tally(walked.taps)).toEqual({ in: 2, out: 1 });
    expect(tally(undoTap(walked).taps)).toEqual({ in: 1, out: 1 });
    expect(undoTap(beginWalk('demo', 'zone:dairy', '', 0)).taps).toEqual([]);
  });

  it('is sent with its place, its times and who walked', () => {
    expect(walkBody(walked, 9000)).toEqual({
      entranceId: 'main',
      startedTs: 1000,
      endedTs: 9000,
      taps: walked.taps,
      by: 'Lin',
    });
    expect(walkBody({ ...walked, place: 'zone:dairy', by: '' }, 9000)).toEqual({
      zoneId: 'dairy',
      startedTs: 1000,
      endedTs: 9000,
      taps: walked.taps,
    });
  });

  it('a clock that is set back in between puts no tap outside the test', () => {
    const odd = tapWalk(walked, 'out', 500);
    expect(odd.taps.at(-1)?.ts).toBe(4000);
    expect(walkBody(odd, 600).endedTs).toBe(4000);
  });

  it('outlives a page that is loaded anew; another store’s and nonsense do not', () => {
    expect(readWalk(JSON.stringify(walked), 'demo')).toEqual(walked);
    expect(readWalk(JSON.stringify(walked), 'other')).toBeNull();
    for (const text of [null, 'no', 'null', '{}', '{"storeId":"demo","place":"x","by":"","startedTs":1,"taps":[{}]}'])
      expect(readWalk(text, 'demo')).toBeNull();
  });

  it('shows a clock, and compares of a zone only who came in', () => {
    expect([0, 65_400, 3_725_000, -5].map(clockFace)).toEqual(['00:00', '01:05', '1:02:05', '00:00']);
    const base = { tapped: { in: 2, out: 1 }, counted: { in: 2, out: null } } as Parameters<typeof comparison>[0];
    expect(comparison({ ...base, zoneId: 'dairy' })).toEqual([{ way: 'in', tapped: 2, counted: 2 }]);
    expect(comparison({ ...base, zoneId: null })).toHaveLength(2);
  });
});

describe('goods that run short', () => {
  const alert = (kind: string, subject: string, until: string | null = null): LiveAlert => ({
    alertId: `${kind}${subject}`,
    kind,
    subject,
    since: '2026-01-01T00:00:00Z',
    until,
  });
  it('are marked by product; empty goes before nearly empty, and what is over is not marked', () => {
    const found = shortages(file, [
      alert('lowStock', 'fx-1-a'),
      alert('outOfStock', 'fx-2-a'),
      alert('lowStock', 'fx-1-b'),
      alert('outOfStock', '071', '2026-01-02T00:00:00Z'),
      alert('tampering', 'fx-1'),
    ]);
    expect([...found]).toEqual([
      ['069', { kind: 'outOfStock', slots: 1 }],
      ['070', { kind: 'lowStock', slots: 1 }],
    ]);
  });
});
