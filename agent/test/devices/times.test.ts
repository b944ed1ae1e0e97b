import { describe, expect, it } from 'vitest';
import { instantToWall, parseInstant, parseInZone, wallToInstant } from '../../src/devices/wire/time.js';

describe('times of vendors', () => {
  it.each([
    ['2021-02-02T22:18:35.658476625Z', Date.UTC(2021, 1, 2, 22, 18, 35, 658)],
    ['2021-02-02T22:18:35,6Z', Date.UTC(2021, 1, 2, 22, 18, 35, 600)],
    ['2021-02-02 22:18+0530', Date.UTC(2021, 1, 2, 16, 48)],
    ['2021-02-02T22:18:35-08', Date.UTC(2021, 1, 3, 6, 18, 35)],
    ['2024-02-29T24:00:00Z', Date.UTC(2024, 2, 1)],
    ['2016-12-31T23:59:60Z', Date.UTC(2016, 11, 31, 23, 59, 59, 999)],
    ['2021-02-02T22:18:35', undefined],
    ['2021-02-29T00:00:00Z', undefined],
    ['2021-13-01T00:00:00Z', undefined],
    ['2021-02-02T24:01:00Z', undefined],
    ['2021-02-02T22:60:00Z', undefined],
    ['2021-02-02T22:18:35+14:00', Date.UTC(2021, 1, 2, 8, 18, 35)],
    ['2021-02-02T22:18:35+14:30', undefined],
    ['2021-02-02T22:18:35-1401', undefined],
    ['2021-02-02T22:18:35+15:00', undefined],
    ['1970-01-01T00:00:00+14:00', undefined],
    ['1600000000000', undefined],
    ['2021-02-02T22:18:35Z '.repeat(50), undefined],
  ])('reads %s', (text, expected) => expect(parseInstant(text)).toBe(expected));

  it('finds the way back from every hour of a year in zones with and without summer time', () => {
    for (const zone of [
      'Asia/Shanghai',
      'Europe/Berlin',
      'America/New_York',
      'Australia/Lord_Howe',
      'Asia/Kathmandu',
    ]) {
      for (let ts = Date.UTC(2026, 0, 1); ts < Date.UTC(2027, 0, 1); ts += 5 * 3_600_000) {
        const wall = instantToWall(ts, zone) ?? Number.NaN;
        const back = wallToInstant(wall, zone) ?? Number.NaN;
        // Only the hour that a zone shows twice may come back as the earlier of the two.
        expect(instantToWall(back, zone)).toBe(wall);
        expect(ts - back === 0 || (ts - back > 0 && ts - back <= 3_600_000)).toBe(true);
      }
    }
  });

  it('answers nothing for a zone that does not exist', () => {
    expect(parseInZone('2026-03-01T12:00:00', 'Mars/Olympus')).toBeUndefined();
    expect(parseInZone('2026-03-01T12:00:00Z', 'Mars/Olympus')).toBe(Date.UTC(2026, 2, 1, 12));
  });
});
