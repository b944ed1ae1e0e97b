import { describe, expect, it } from 'vitest';
import { StoreFileError, parseProductsCsv, parseStoreFile } from '../src/index.js';

const base = `
store: {id: demo, name: {en: Demo shop, zh: 示范店}, timezone: Asia/Shanghai, currency: CNY}
floor: {width: 30, depth: 20}
entrances: [{id: main, line: [[12, 20], [16, 20]], inward: [0, -1]}]
zones:
  - {id: dairy, kind: aisle, category: dairy, polygon: [[1, 1], [8, 1], [8, 6], [1, 6]], engagedAfterSeconds: 5}
  - {id: bread, kind: aisle, polygon: [[8, 1], [12, 1], [12, 6], [8, 6]]}
  - {id: near-screen, kind: screen, polygon: [[6, 2], [10, 2], [10, 5]]}
products: [{gtin: "06901234567892", name: Milk, category: dairy, price: 12.5, unitGrams: 1030}]
fixtures:
  - {id: fx-1, zone: dairy, at: [2, 1], size: [3, 0.6], facingDegrees: 180, slots: [{id: fx-1-a, gtin: "06901234567892", facings: 3, capacity: 24, level: 2}]}
devices:
  - {id: shelf-1, family: shelf, dialect: aisle, fixture: fx-1}
  - {id: cam-1, family: camera, dialect: aisle}
`;

const problemsOf = (text: string): string => {
  try {
    parseStoreFile(text, 'shop.yaml');
  } catch (error) {
    expect(error).toBeInstanceOf(StoreFileError);
    return (error as Error).message;
  }
  return '';
};

describe('a store file', () => {
  it('is read whole', () => {
    expect(parseStoreFile(base, 'shop.yaml').zones).toHaveLength(3);
  });

  it.each([
    [
      'an unknown key, with its path',
      base.replace('facings: 3', 'faces: 3'),
      'fixtures[0].slots[0].faces is not a known key',
    ],
    ['an unknown key at the top', `${base}\nzonez: []`, 'zonez is not a known key'],
    [
      'a polygon that crosses itself',
      base.replace('[[8, 1], [12, 1], [12, 6], [8, 6]]', '[[8, 1], [12, 6], [12, 1], [8, 6]]'),
      'zones[1].polygon of "bread" crosses itself',
    ],
    [
      'a polygon without area',
      base.replace('[[8, 1], [12, 1], [12, 6], [8, 6]]', '[[8, 1], [12, 1], [10, 1]]'),
      'zones[1].polygon of "bread" crosses itself',
    ],
    [
      'zones that overlap',
      base.replace('[[8, 1], [12, 1]', '[[7, 1], [12, 1]'),
      'zones[1].polygon of "bread" overlaps "dairy"',
    ],
    [
      'a zone inside another',
      base.replace('[[8, 1], [12, 1], [12, 6], [8, 6]]', '[[2, 2], [3, 2], [3, 3], [2, 3]]'),
      'overlaps "dairy"',
    ],
    ['the same zone twice', base.replace('id: bread', 'id: dairy'), 'zones[1] repeats "dairy"'],
    [
      'a fixture in no zone',
      base.replace('fx-1, zone: dairy', 'fx-1, zone: diary'),
      'fixtures[0].zone names no zone: "diary"',
    ],
    [
      'a slot with no product',
      base.replace('{id: fx-1-a, gtin: "06901234567892"', '{id: fx-1-a, gtin: "1"'),
      'names no product: "1"',
    ],
    [
      'an inward along the line',
      base.replace('inward: [0, -1]', 'inward: [1, 0]'),
      'entrances[0].inward points along the line',
    ],
    [
      'a time zone that is none',
      base.replace('Asia/Shanghai', 'Asia/Shangri-La'),
      'store.timezone expected an IANA time zone',
    ],
    ['a wrong type', base.replace('width: 30', 'width: wide'), 'floor.width expected metres, more than 0, got "wide"'],
    ['a missing part', base.replace('floor: {width: 30, depth: 20}', ''), 'floor is missing'],
    ['what is not YAML', 'store: [', 'is not YAML'],
    ['what is no mapping', 'hello', 'expected'],
  ])('with %s is refused', (_, text, message) => {
    expect(problemsOf(text)).toContain(message);
  });

  it('names every problem, not only the first', () => {
    const message = problemsOf(
      base.replace('width: 30', 'width: 0').replace('kind: aisle, category', 'kind: isle, category'),
    );
    expect(message).toContain('floor.width');
    expect(message).toContain('zones[0].kind');
  });

  it('takes its products from a CSV file beside it', () => {
    const csv = 'gtin,name_en,name_zh,category,price,unitGrams\n06901234567892,"Milk, 1 l",牛奶1升,dairy,12.50,1030\n';
    const text = base.replace(/^products:.*$/m, 'productsFile: products.csv');
    const file = parseStoreFile(text, 'shop.yaml', () => csv);
    expect(file.products).toEqual([
      {
        gtin: '06901234567892',
        name: { en: 'Milk, 1 l', zh: '牛奶1升' },
        category: 'dairy',
        price: 12.5,
        unitGrams: 1030,
      },
    ]);
    const shown =
      'gtin,price,wasPrice,measure,picture\n40170725,2,2.50,500 ml,https://shop.test/q.png\n4011,1,,6 pcs,\n';
    expect(parseProductsCsv(shown, 'products.csv')).toEqual([
      {
        ...{ gtin: '40170725', price: 2, wasPrice: 2.5, picture: 'https://shop.test/q.png' },
        measure: { amount: 0.5, unit: 'l' },
      },
      { gtin: '4011', price: 1, measure: { amount: 6, unit: 'piece' } },
    ]);
    for (const wrong of ['a bottle', '500', '0 g', '5 oz'])
      expect(() => parseProductsCsv(`gtin,measure\n4011,${wrong}\n`, 'products.csv'), wrong).toThrow(
        'row 2, measure expected an amount with its unit',
      );
    expect(() => parseProductsCsv('gtin,prize\n1,2\n', 'products.csv')).toThrow('prize is not a known column');
  });
});
