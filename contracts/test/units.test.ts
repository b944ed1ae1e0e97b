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

  it('knows the decimals of a currency', () => {
    expect([minorDigits('CNY'), minorDigits('JPY'), minorDigits('KWD')]).toEqual([2, 0, 3]);
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
    [[], '', 'expected object, got []'],
  ])('%j names the field and what was expected', (value, field, message) => {
    const result = sale.check(value);
    expect(result.ok).toBe(false);
    if (!result.ok) expect(result.problem).toEqual({ field, message });
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
