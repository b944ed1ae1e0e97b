import { describe, expect, it } from 'vitest';
import { StoreFile, changesOf, type StoreFile as File } from '@aisle/contracts';
import { changeLines } from '../../src/lib/figures/changes.js';
import { basisOf, fieldInFile } from '../../src/lib/figures/upload.js';
import { authorWords, validityWords, whyWords } from '../../src/lib/figures/versions.js';
import { DICTIONARIES, translate, type Locale, type MessageKey, type Params } from '../../src/lib/i18n/translate.js';
import type { VersionRow } from '../../src/lib/api/generated/schema.js';

const say = (locale: Locale) => (key: MessageKey, params?: Params) => translate(locale, key, params);
const shop = (): File => ({
  store: { id: 'demo', name: { en: 'Demo', zh: '示范店' }, timezone: 'Asia/Shanghai', currency: 'CNY' },
  hours: [{ days: ['mon'], open: '09:00', close: '22:00' }],
  floor: { width: 30, depth: 20 },
  zones: [
    {
      id: 'dairy',
      kind: 'aisle',
      name: { en: 'Dairy', zh: '乳品' },
      polygon: [
        [1, 1],
        [8, 1],
        [8, 6],
        [1, 6],
      ],
    },
    {
      id: 'care',
      kind: 'aisle',
      polygon: [
        [20, 1],
        [25, 1],
        [25, 6],
      ],
    },
  ],
  products: [
    { gtin: '06901234567892', name: { en: 'Milk 1 l', zh: '牛奶1升' }, price: 1012.5 },
    { gtin: '400638133393', name: { en: 'Yoghurt', zh: '酸奶' } },
  ],
  fixtures: [{ id: 'fx-1', zone: 'dairy', slots: [{ id: 'fx-1-a', gtin: '06901234567892', facings: 3 }] }],
  devices: [{ id: 'cam-1', family: 'camera', dialect: 'aisle' }],
});

function lines(locale: Locale, change: (file: File) => void): string[] {
  const after = shop();
  change(after);
  const words = { t: say(locale), locale, currency: 'CNY', file: after };
  return changesOf(shop(), after).flatMap((one) => changeLines(words, one));
}

describe('what changed, in words', () => {
  it.each<[string, (file: File) => void, string[], string[]]>([
    [
      'a price, to the last cent',
      (file) => (file.products![0]!.price = 1011.9),
      ['Price of Milk 1 l: ¥1,012.50 → ¥1,011.90'],
      ['「牛奶1升」的价格：¥1,012.50 → ¥1,011.90'],
    ],
    [
      'a device that came',
      (file) => file.devices!.push({ id: 'cam-2', family: 'camera', dialect: 'aisle' }),
      ['Camera cam-2 added'],
      ['新增摄像头「cam-2」'],
    ],
    [
      'a device that has a name',
      (file) => file.devices!.push({ id: 's-1', name: { en: 'Door', zh: '门口' }, family: 'screen', dialect: 'aisle' }),
      ['Screen s-1 (Door) added'],
      ['新增屏幕 s-1（门口）'],
    ],
    [
      'a zone that was redrawn',
      (file) =>
        (file.zones![0]!.polygon = [
          [1, 1],
          [9.2, 1],
          [9.2, 6],
          [1, 6],
        ]),
      ['Zone Dairy redrawn: 35\u00a0m² → 41\u00a0m²'],
      ['区域「乳品」重新划定：35\u00a0㎡ → 41\u00a0㎡'],
    ],
    [
      'another product in a slot',
      (file) => (file.fixtures![0]!.slots![0]!.gtin = '400638133393'),
      ['Slot fx-1-a: Milk 1 l → Yoghurt'],
      ['货位「fx-1-a」：牛奶1升 → 酸奶'],
    ],
    [
      'facings and a threshold that was not set',
      (file) => {
        file.fixtures![0]!.slots![0]!.facings = 4;
        file.zones![0]!.engagedAfterSeconds = 30;
      },
      ['Zone Dairy, seconds until a visit is engaged: not set → 30', 'Slot fx-1-a, facings: 3 → 4'],
      ['区域「乳品」的驻足门槛（秒）：未设 → 30', '货位「fx-1-a」的排面数：3 → 4'],
    ],
    [
      'a new name',
      (file) => (file.zones![0]!.name = { en: 'Fresh', zh: '生鲜' }),
      ['Zone dairy renamed: Dairy → Fresh'],
      ['区域「dairy」改名：乳品 → 生鲜'],
    ],
    [
      'opening hours, and another order of zones',
      (file) => {
        file.hours![0]!.close = '21:00';
        file.zones!.reverse();
      },
      ['Order of the zones changed', 'Opening hours changed'],
      ['区域的顺序有改动', '营业时间有改动'],
    ],
    [
      'what went',
      (file) => (file.products = file.products!.slice(0, 1)),
      ['Product Yoghurt removed'],
      ['移除商品「酸奶」'],
    ],
  ])('%s', (_what, change, en, zh) => {
    expect(lines('en', change)).toEqual(en);
    expect(lines('zh', change)).toEqual(zh);
  });

  it('there are words for every field that a store file can have', () => {
    const known = new Set(Object.keys(DICTIONARIES.en).filter((key) => key.startsWith('field.')));
    const { properties } = StoreFile;
    const fieldsOf = (schema: unknown): string[] => {
      const { type, items, properties: inner, anyOf } = schema as Record<string, unknown>;
      if (type === 'array') return fieldsOf(items);
      if (Array.isArray(anyOf)) return [];
      return Object.keys((inner ?? {}) as object);
    };
    const lists = [
      'zones',
      'entrances',
      'passersBy',
      'fixtures',
      'categories',
      'products',
      'devices',
      'content',
    ] as const;
    const fields = [...lists, 'floor', 'store', 'staff', 'members', 'settings'].flatMap((name) =>
      fieldsOf((properties as Record<string, unknown>)[name]),
    );
    fields.push(
      ...fieldsOf(
        (properties.fixtures as unknown as { items: { properties: Record<string, unknown> } }).items.properties[
          'slots'
        ],
      ),
    );
    const wordless = fields.filter((field) => !known.has(`field.${field}`) && !['id', 'slots'].includes(field));
    expect(wordless).toEqual([]);
  });
});

describe('versions, in words', () => {
  const row = (
    version: number,
    state: VersionRow['state'],
    validFrom: string,
    more: Partial<VersionRow> = {},
  ): VersionRow => ({
    version,
    state,
    validFrom,
    madeAt: validFrom,
    author: null,
    note: null,
    reason: null,
    origin: 'dashboard',
    basedOn: null,
    sections: [],
    changes: [],
    changesLeftOut: 0,
    ...more,
  });
  const dateTime = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

  it('say from when on and until when each holds; one that was cancelled ends none', () => {
    const rows = [
      row(5, 'planned', '2026-06-20T00:00:00Z'),
      row(4, 'inForce', '2026-06-10T00:00:00Z'),
      row(3, 'cancelled', '2026-06-15T00:00:00Z'),
      row(2, 'past', '2026-06-05T00:00:00Z'),
      row(1, 'past', '2026-06-01T00:00:00Z'),
    ];
    expect(rows.map((one) => validityWords(say('en'), one, rows, dateTime))).toEqual([
      'from 2026-06-20',
      'since 2026-06-10',
      'planned for 2026-06-15, never in force',
      'from 2026-06-05 to 2026-06-10',
      'from 2026-06-01 to 2026-06-05',
    ]);
  });

  it('say who made them, and why', () => {
    const at = '2026-06-01T00:00:00Z';
    const words = (more: Partial<VersionRow>) => {
      const made = row(2, 'past', at, more);
      return [authorWords(say('en'), made), whyWords(say('en'), made)];
    };
    expect(words({ origin: 'import' })).toEqual(['from the file of the start', null]);
    expect(words({ author: 'token:erp' })).toEqual(['by API key erp', null]);
    expect(words({ author: 'a@b.example', reason: { code: 'deviceAdded', values: { device: 'cam-2' } } })).toEqual([
      'by a@b.example',
      'Enrolled: cam-2',
    ]);
  });
});

describe('a file on its way back', () => {
  it('says which version it was', () => {
    expect(basisOf('# aisle: store demo, version 7\nstore: {}')).toEqual({ store: 'demo', version: 7 });
    expect(basisOf('# mine\n# aisle: store demo, version 12\r\nstore: {}')).toEqual({ store: 'demo', version: 12 });
    expect(basisOf('store: {id: demo}')).toBeNull();
  });

  it('names what is wrong by the path in the file', () => {
    expect(fieldInFile('storeFileYaml.zones[2].polygon')).toBe('zones[2].polygon');
    expect(fieldInFile('storeFile.store.id')).toBe('store.id');
    expect(fieldInFile('storeFileYaml')).toBe('');
    expect(fieldInFile('validFrom')).toBe('validFrom');
  });
});
