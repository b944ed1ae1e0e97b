import { describe, expect, it } from 'vitest';
import { QueryError, bucketOf, checkRows, engagedAfterOf, periodOf } from '../../src/insight/query.js';

const good = { from: '2026-11-22T10:00:00+08:00', to: '2026-11-22T11:00:00+08:00' };
const fieldOf = (task: () => unknown): string => {
  try {
    task();
  } catch (error) {
    if (error instanceof QueryError && error.status === 400) return error.field;
    throw error;
  }
  return 'nothing was refused';
};

describe('a period', () => {
  it.each([
    ['2026-11-22T02:00:00Z', 1_795_312_800_000],
    ['2026-11-22T10:00:00+08:00', 1_795_312_800_000],
    ['2026-11-22T10:00+08:00', 1_795_312_800_000],
    ['2026-11-22T10:00:00.000+0800', 1_795_312_800_000],
    // a "+" that was not escaped arrives as a space
    ['2026-11-22T10:00:00 08:00', 1_795_312_800_000],
    ['2026-11-21T22:30:00-03:30', 1_795_312_800_000],
    ['1970-01-01T00:00:00Z', 0],
  ])('understands %s', (from, ts) => {
    expect(periodOf({ from, to: '2200-01-01T00:00:00Z' }).from).toBe(ts);
  });

  it.each([
    [{ to: good.to }, 'from'],
    [{ ...good, from: '' }, 'from'],
    [{ ...good, from: '2026-11-22T10:00:30+08:00' }, 'from'],
    [{ ...good, from: '2026-11-22T10:00:00.001+08:00' }, 'from'],
    [{ ...good, from: '2026-11-22T10:00:00' }, 'from'],
    [{ ...good, from: '2026-11-22' }, 'from'],
    [{ ...good, from: '2026-02-30T10:00:00Z' }, 'from'],
    [{ ...good, from: '2026-13-01T10:00:00Z' }, 'from'],
    [{ ...good, from: '2026-11-22T24:00:00Z' }, 'from'],
    [{ ...good, from: '2026-11-22T10:00:00+14:30' }, 'from'],
    [{ ...good, from: '2026-11-22T10:00:00 15:00' }, 'from'],
    [{ ...good, from: '1969-12-31T23:59:00Z' }, 'from'],
    [{ ...good, from: 1_795_312_800_000 }, 'from'],
    [{ ...good, from: [good.from, good.from] }, 'from'],
    [{ from: good.from }, 'to'],
    [{ ...good, to: 'tomorrow' }, 'to'],
    [{ ...good, to: '9999-01-01T00:00:00Z' }, 'to'],
    [{ from: good.to, to: good.from }, 'to'],
    [{ from: good.to, to: good.to }, 'to'],
  ])('that is %j is refused, naming %s', (query, field) => {
    expect(fieldOf(() => periodOf(query))).toBe(field);
  });
});

describe('bucket and engagedAfter', () => {
  it.each([['week'], ['HOUR'], [''], [3], [['day', 'day']]])('bucket %j is refused', (bucket) => {
    expect(fieldOf(() => bucketOf({ bucket }, 'hour'))).toBe('bucket');
  });
  it.each([['1.5'], ['-1'], ['x'], [''], ['1e3'], ['999999'], [['5', '6']], [null]])(
    'engagedAfter %j is refused',
    (engagedAfter) => {
      expect(fieldOf(() => engagedAfterOf({ engagedAfter }))).toBe('engagedAfter');
    },
  );
  it('take what is allowed', () => {
    expect(bucketOf({}, 'hour')).toBe('hour');
    expect(bucketOf({ bucket: 'day' }, 'hour')).toBe('day');
    expect([engagedAfterOf({}), engagedAfterOf({ engagedAfter: '30' }), engagedAfterOf({ engagedAfter: 0 })]).toEqual([
      undefined,
      30,
      0,
    ]);
  });
});

it('an answer has 100,000 rows at most', () => {
  expect(fieldOf(() => checkRows(100_000))).toBe('nothing was refused');
  expect(fieldOf(() => checkRows(100_001))).toBe('bucket');
});
