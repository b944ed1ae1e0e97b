import { Kind, type TSchema } from '@sinclair/typebox';
import { describe, expect, it } from 'vitest';
import * as contracts from '../src/index.js';
import {
  SALES_FAULTS,
  StoreFile,
  compile,
  expectedOf,
  parseStoreFile,
  problem,
  withoutValue,
  wordsOf,
  type Told,
} from '../src/index.js';
import { PROBLEMS_EN } from '../src/words/problems-en.js';
import { PROBLEMS_ZH } from '../src/words/problems-zh.js';
import { TERMS_EN } from '../src/words/terms-en.js';
import { TERMS_ZH } from '../src/words/terms-zh.js';

const holes = (text: string): string[] => [...text.matchAll(/\{#?[a-zA-Z]\w*\}/g)].map(([hole]) => hole).sort();

describe.each([
  ['sentences of problems', PROBLEMS_EN, PROBLEMS_ZH],
  ['terms', TERMS_EN, TERMS_ZH],
] as const)('%s', (_what, en: Readonly<Record<string, string>>, zh: Readonly<Record<string, string>>) => {
  it('stand in both languages, with the same values', () => {
    expect(Object.keys(zh).sort()).toEqual(Object.keys(en).sort());
    for (const [code, text] of Object.entries(en)) {
      expect(text.trim(), code).not.toBe('');
      expect({ code, holes: holes(zh[code] as string) }).toEqual({ code, holes: holes(text) });
    }
  });

  it('are Chinese in Chinese, but for what is written so in every language', () => {
    const same = Object.entries(zh).filter(([code, text]) => text === en[code]);
    expect(same.map(([code]) => code).filter((code) => !['uuid', 'null', 'constant'].includes(code))).toEqual([]);
    for (const [code, text] of Object.entries(zh))
      if (!['uuid', 'null', 'constant', 'trueOrFalse', 'boolean'].includes(code))
        expect(text, code).toMatch(/\p{Script=Han}/u);
  });
});

describe('the words of a problem', () => {
  it('are made from its code and values, terms in the same language', () => {
    const told = problem('zones[1].polygon', 'namesNo', { what: 'zone', id: 'z-9' });
    expect(told.message).toBe('names no zone: "z-9"');
    expect(wordsOf('zh', told)).toBe('没有这个区域：“z-9”');
    const shape = problem('kind', 'expectedGot', { expected: 'oneOf', choices: 'a, b', got: '7' });
    expect(shape.message).toBe('expected one of a, b, got 7');
    expect(wordsOf('zh', shape)).toBe('应为以下之一：a, b，实际是 7');
  });

  it.each<[string, Told]>([
    ['a code of a newer release', { code: 'fromLater', values: {} }],
    ['a code with a value missing', { code: 'namesNo', values: { what: 'zone' } }],
    ['the name of something that every object has', { code: 'constructor', values: {} }],
  ])('are unknown for %s', (_what, told) => {
    expect(wordsOf('zh', told)).toBeUndefined();
  });

  it.each(SALES_FAULTS)('tell a fault of a till’s file: %s', (fault) => {
    const values = { bytes: 1, title: 't', expected: 'e', got: 'g', sample: 's', decimal: '.', most: 1, problem: 'p' };
    const ours = { dialect: 'csv', field: 'f' };
    const more = { line: 1, column: 2, lines: 3, total: 4, receipt: 'r', named: '', shops: 's' };
    for (const code of [`sales.${fault}`, `salesRow.${fault}`])
      expect(wordsOf('zh', { code, values: { ...values, ...more, ...ours } })).toMatch(/\p{Script=Han}/u);
  });

  it('never fill in again what a value says', () => {
    expect(wordsOf('en', { code: 'namesNo', values: { what: 'zone', id: '{what} {#what}' } })).toBe(
      'names no zone: "{what} {#what}"',
    );
  });

  it('can leave out the value that was found', () => {
    const secret = problem('key', 'expectedGot', { expected: 'hexDigits', digits: 32, got: '"abc"' });
    expect(withoutValue(secret)).toMatchObject({ field: 'key', message: 'expected 32 hex digits, got something else' });
    expect(JSON.stringify(withoutValue(secret))).not.toContain('abc');
    const missing = problem('key', 'missing');
    expect(withoutValue(missing)).toEqual(missing);
  });
});

/** Every schema that a schema is made of. */
function* parts(schema: TSchema, path = ''): Generator<[path: string, schema: TSchema]> {
  yield [path, schema];
  for (const [key, value] of Object.entries(schema)) {
    const inner = ['anyOf', 'allOf', 'items'].includes(key) && Array.isArray(value) ? value : [value];
    if (key === 'properties' || key === 'patternProperties') {
      for (const [name, part] of Object.entries(value as Record<string, TSchema>))
        yield* parts(part, `${path}.${name}`);
    } else if (['anyOf', 'allOf', 'items', 'additionalProperties'].includes(key))
      for (const [index, part] of inner.entries())
        if (typeof part === 'object' && part !== null) yield* parts(part as TSchema, `${path}/${key}${index}`);
  }
}

describe('what a schema expects', () => {
  const bodies = Object.entries(contracts).filter(
    (entry): entry is [string, TSchema] =>
      (entry[1] as { [Kind]?: string } | null)?.[Kind] !== undefined &&
      (/Body$|^(New|Till|Device|Weight|Rfid|Camera|Screen|Ble|Play|Crossing|Positions|Detections|Tare|Credentials)/.test(
        entry[0],
      ) ||
        entry[1] === StoreFile) &&
      !/View|Row|Answer|Token$|Value$|Fact$|^PlayLog|^DeviceProblem$/.test(entry[0]),
  );

  it('is said as a term wherever it is said, in all that people and devices send', () => {
    expect(bodies.map(([name]) => name)).toEqual(expect.arrayContaining(['StoreFile', 'WalkTestBody', 'TillSale']));
    const inEnglishOnly = bodies.flatMap(([name, schema]) =>
      [...parts(schema, name)]
        .filter(([, { description }]) => description !== undefined)
        .filter(([, part]) => expectedOf(part) === undefined)
        .map(([path, { description }]) => `${path}: ${String(description)}`),
    );
    expect(inEnglishOnly).toEqual([]);
  });

  it.each([['a text', contracts.LocalName, 5, '应为允许的取值之一，实际是 5']])(
    'is told by its kind where nothing is said: %s',
    (_what, schema, value, words) => {
      const checked = compile(schema as TSchema).check(value);
      expect(checked.ok ? '' : wordsOf('zh', checked.problem)).toBe(words);
    },
  );
});

describe('a store file that cannot be used', () => {
  const problemsOf = (text: string) => {
    try {
      parseStoreFile(text, 'shop.yaml');
      return [];
    } catch (error) {
      return (error as contracts.StoreFileError).problems.map((found) => `${found.field}|${wordsOf('zh', found)}`);
    }
  };
  const head = 'store: {id: demo, name: Demo, timezone: Asia/Shanghai, currency: CNY}\nfloor: {width: 10, depth: 10}\n';

  it.each([
    ['a bracket that is not closed', 'store: [', '|不是有效的 YAML（第 1 行第 9 列：缩进不对）'],
    ['a key twice', 'store: 1\nstore: 2\n', '|不是有效的 YAML（第 2 行第 1 列：键重复）'],
    ['a tab', 'store:\n\tid: x\n', '|不是有效的 YAML（第 2 行第 1 列：应使用空格，而不是制表符）'],
    ['an unknown key', `${head}pets: 1\n`, 'pets|不是可用的键'],
    ['a missing key', 'floor: {width: 10, depth: 10}\n', 'store|未填写'],
    ['a number too large', head.replace('10,', '1e9,'), 'floor.width|应为大于 0 的米数，实际是 1000000000'],
    [
      'a zone that is not there',
      `${head}fixtures: [{id: f, zone: nowhere}]\n`,
      'fixtures[0].zone|没有这个区域：“nowhere”',
    ],
    [
      'a shelf’s key at a camera',
      `${head}devices: [{id: c, family: camera, dialect: aisle, maxGrams: 5}]\n`,
      'devices[0].maxGrams|只用于智能货架；“c”是摄像头',
    ],
    [
      'a rule without its entrance',
      `${head}devices: [{id: c, family: camera, dialect: onvif, rules: [{rule: r, kind: line, direction: in}]}]\n`,
      'devices[0].rules[0].entrance|未填写：line 规则需指定出入口',
    ],
    [
      'a wrong check digit',
      `${head}products: [{gtin: "6901234567893"}]\n`,
      'products[0].gtin|“6901234567893”的校验位不对；应为 6901234567892',
    ],
  ])('is told in Chinese: %s', (_what, text, words) => {
    expect(problemsOf(text)).toContain(words);
  });
});
