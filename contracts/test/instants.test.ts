import { describe, expect, it } from 'vitest';
import { instantOf, offsetMinutes } from '../src/index.js';

describe('an offset from UTC', () => {
  it.each([
    ['Z', 0],
    ['z', 0],
    ['-00:00', 0],
    ['+08:00', 480],
    ['+0545', 345],
    ['-08', -480],
    ['+14:00', 840],
    ['-14:00', -840],
    // no clock on earth shows these
    ['+14:01', undefined],
    ['-14:30', undefined],
    ['+23:59', undefined],
    ['+08:60', undefined],
    ['08:00', undefined],
    ['+8', undefined],
    ['', undefined],
  ])('%s is %s minutes', (zone, minutes) => expect(offsetMinutes(zone)).toBe(minutes));
});

describe('an instant', () => {
  it.each([
    ['2026-11-22T10:00:00+08:00', Date.UTC(2026, 10, 22, 2)],
    ['2026-11-22 10:00+0800', Date.UTC(2026, 10, 22, 2)],
    ['2026-11-22T02:00:00.1239Z', Date.UTC(2026, 10, 22, 2, 0, 0, 123)],
    ['2024-02-29T23:59:59-03:30', Date.UTC(2024, 2, 1, 3, 29, 59)],
    ['2026-02-29T10:00:00Z', 'noSuchTime'],
    ['2026-13-01T10:00:00Z', 'noSuchTime'],
    ['2026-11-22T24:00:00Z', 'noSuchTime'],
    ['2026-11-22T10:00:00+14:30', 'offset'],
    ['2026-11-22T10:00:00-15:00', 'offset'],
    ['2026-11-22T10:00:00', 'form'],
    ['22.11.2026 10:00 +08:00', 'form'],
    ['tomorrow', 'form'],
  ])('%s is %s', (text, expected) => expect(instantOf(text)).toBe(expected));
});
