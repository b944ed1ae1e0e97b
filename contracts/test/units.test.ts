import { describe, expect, it } from 'vitest';
import { TillSale, compile, fromMinor, minorDigits, parseDeviceTopic, ratio, toMinor } from '../src/index.js';

describe('money', () => {
  it.each([
    [12.345, 2, 1235],
    [-12.345, 2, -1235],
    [1.005, 2, 101],
    [0.1 + 0.2, 2, 30],
    [19.99, 2, 1999],
    [1e-7, 2, 0],
    [100, 0, 100],
    [1.2345, 3, 1235],
  ])('%d with %d decimals is %d minor units', (amount, digits, minor) => {
    expect(toMinor(amount, digits)).toBe(minor);
  });

  it.each([
    [0, 'JPY KRW CLP ISK VND XAF XOF XPF UGX BIF DJF GNF KMF PYG RWF VUV UYI'],
    [2, 'CNY EUR USD HUF IDR COP LBP MMK IRR RSD AFN LAK MGA MRU SYP UZS ISO'],
    [3, 'KWD BHD JOD OMR TND IQD LYD'],
    [4, 'CLF UYW'],
  ])("gives a currency's minor unit %i decimals, by ISO 4217's own table: %s", (digits, currencies) => {
    for (const currency of currencies.split(' ')) expect([currency, minorDigits(currency)]).toEqual([currency, digits]);
  });

  it.each([
    [9_999_999_999_999.99, 2, 999_999_999_999_999],
    [1e15, 0, 1e15],
    [-999_999_999_999.999, 3, -999_999_999_999_999],
  ])('keeps %d with %d decimals exact', (amount, digits, minor) => {
    expect(toMinor(amount, digits)).toBe(minor);
    expect(fromMinor(minor, digits)).toBe(amount);
  });

  it('comes back exact', () => {
    for (let minor = -1000; minor < 1000; minor += 1) expect(toMinor(fromMinor(minor, 2), 2)).toBe(minor);
  });
});

describe('ratio', () => {
  it('is null without a denominator and has six decimals', () => {
    expect(ratio(1, 0)).toBeNull();
    expect(ratio(1, 3)).toBe(0.333333);
    expect(Object.is(ratio(-0, 5), 0)).toBe(true);
  });
});

describe('a refused message', () => {
  const sale = compile(TillSale);
  it.each([
    [
      { ts: 1, receipt: 'r', lines: [{ gtin: '1', quantity: 1, net: 'free' }] },
      'lines[0].net',
      'expected a decimal number in the currency of the store, got "free"',
    ],
    [{ ts: 1, receipt: 'r', lines: [{ gtin: '1', quantity: 1 }] }, 'lines[0].net', 'is missing'],
    [
      { ts: 1.5, receipt: 'r', lines: [{ gtin: '1', quantity: 1, net: 1 }] },
      'ts',
      'expected an integer, epoch milliseconds UTC, got 1.5',
    ],
    [{ ts: 1, receipt: 'r', lines: [] }, 'lines', 'expected a list of 1 to 1000 sale lines, got []'],
    [[], '', 'expected an object, got []'],
  ])('%j names the field and what was expected', (value, field, message) => {
    const result = sale.check(value);
    expect(result.ok).toBe(false);
    if (!result.ok) expect(result.problem).toMatchObject({ field, message });
  });
});

describe('a device topic', () => {
  it.each([
    ['aisle/v1/devices/cam-1/camera/positions', { deviceId: 'cam-1', channel: 'camera/positions' }],
    ['aisle/v1/devices/cam-1/', undefined],
    ['aisle/v1/devices//state', undefined],
    ['aisle/v1/devices/cam-1', undefined],
    ['aisle/v1/stores/demo/up/hello', undefined],
  ])('%s', (topic, expected) => {
    expect(parseDeviceTopic(topic)).toEqual(expected);
  });
});
