import { describe, expect, it } from 'vitest';
import { StoreTime, type Interval } from '../../src/insight/buckets.js';
import { OpeningHours } from '../../src/insight/opening-hours.js';

const at = (iso: string): number => {
  const ts = Date.parse(iso);
  if (Number.isNaN(ts)) throw new Error(iso);
  return ts;
};
const hoursOf = ({ from, to }: Interval): number => (to - from) / 3_600_000;

describe('a store day', () => {
  it.each([
    ['Europe/Berlin', '2026-03-29T12:00:00Z', '2026-03-29T00:00:00+01:00', 23],
    ['Europe/Berlin', '2026-10-25T12:00:00Z', '2026-10-25T00:00:00+02:00', 25],
    ['Europe/Berlin', '2026-06-01T21:59:59Z', '2026-06-01T00:00:00+02:00', 24],
    ['Europe/Berlin', '2026-06-01T22:00:00Z', '2026-06-02T00:00:00+02:00', 24],
    ['America/New_York', '2026-03-08T12:00:00Z', '2026-03-08T00:00:00-05:00', 23],
    ['America/New_York', '2026-11-01T12:00:00Z', '2026-11-01T00:00:00-04:00', 25],
    ['Asia/Shanghai', '2026-11-21T16:00:00Z', '2026-11-22T00:00:00+08:00', 24],
    ['Asia/Shanghai', '2026-11-21T15:59:59Z', '2026-11-21T00:00:00+08:00', 24],
    ['Australia/Lord_Howe', '2026-04-05T05:00:00Z', '2026-04-05T00:00:00+11:00', 24.5],
    ['Australia/Lord_Howe', '2026-10-04T05:00:00Z', '2026-10-04T00:00:00+10:30', 23.5],
    ['Asia/Kolkata', '2026-01-01T18:30:00Z', '2026-01-02T00:00:00+05:30', 24],
    ['Asia/Kathmandu', '2026-01-01T18:15:00Z', '2026-01-02T00:00:00+05:45', 24],
    ['Pacific/Kiritimati', '2026-01-01T10:00:00Z', '2026-01-02T00:00:00+14:00', 24],
    ['Pacific/Niue', '2026-01-01T10:59:59Z', '2025-12-31T00:00:00-11:00', 24],
    // midnight does not exist on the day that clocks go forward at midnight
    ['Africa/Cairo', '2024-04-26T12:00:00Z', '2024-04-26T01:00:00+03:00', 23],
    // … and comes twice where they go back at one
    ['America/Havana', '2026-11-01T12:00:00Z', '2026-11-01T00:00:00-04:00', 25],
    // clocks went back from 00:01 to 23:01: the day had begun already
    ['America/St_Johns', '2010-11-07T02:31:00Z', '2010-11-07T00:00:00-02:30', 25],
    ['UTC', '1970-01-01T00:00:00Z', '1970-01-01T00:00:00+00:00', 24],
  ])('of %s at %s begins %s and has %d hours', (zone, moment, from, hours) => {
    const time = new StoreTime(zone);
    const day = time.bucket(at(moment), 'day');
    expect(time.iso(day.from)).toBe(from);
    expect(hoursOf(day)).toBe(hours);
  });
});

describe('a store hour', () => {
  it.each([
    ['Asia/Shanghai', '2026-11-22T02:20:00Z', '2026-11-22T10:00:00+08:00', 1],
    ['Asia/Kolkata', '2026-01-01T18:29:00Z', '2026-01-01T23:00:00+05:30', 1],
    // the hour that comes twice stays two hours
    ['Europe/Berlin', '2026-10-25T00:30:00Z', '2026-10-25T02:00:00+02:00', 1],
    ['Europe/Berlin', '2026-10-25T01:30:00Z', '2026-10-25T02:00:00+01:00', 1],
    ['America/New_York', '2026-11-01T05:59:00Z', '2026-11-01T01:00:00-04:00', 1],
    ['America/New_York', '2026-11-01T06:00:00Z', '2026-11-01T01:00:00-05:00', 1],
    // the hour after one that was skipped
    ['Europe/Berlin', '2026-03-29T01:00:00Z', '2026-03-29T03:00:00+02:00', 1],
    // half an hour back, half an hour forward
    ['Australia/Lord_Howe', '2026-04-04T14:59:00Z', '2026-04-05T01:00:00+11:00', 1],
    ['Australia/Lord_Howe', '2026-04-04T15:10:00Z', '2026-04-05T01:30:00+10:30', 0.5],
    ['Australia/Lord_Howe', '2026-10-03T15:40:00Z', '2026-10-04T02:30:00+11:00', 0.5],
    ['Australia/Lord_Howe', '2026-10-03T15:20:00Z', '2026-10-04T01:00:00+10:30', 1],
  ])('of %s at %s begins %s and lasts %d h', (zone, moment, from, hours) => {
    const time = new StoreTime(zone);
    const hour = time.bucket(at(moment), 'hour');
    expect(time.iso(hour.from)).toBe(from);
    expect(hoursOf(hour)).toBe(hours);
  });
});

describe('hours and days', () => {
  it.each([
    'Europe/Berlin',
    'America/New_York',
    'Asia/Shanghai',
    'Australia/Lord_Howe',
    'America/St_Johns',
    'Africa/Cairo',
    'Africa/Casablanca',
  ])('of %s follow each other without gap or overlap through a year, every moment in its own', (zone) => {
    const time = new StoreTime(zone);
    for (const bucket of ['hour', 'day'] as const) {
      let next = time.bucket(at('2010-01-01T12:00:00Z'), bucket);
      const end = at('2011-01-02T00:00:00Z');
      while (next.to < end) {
        const following = time.bucket(next.to, bucket);
        expect(following.from).toBe(next.to);
        const last = time.bucket(following.to - 1, bucket);
        expect([last.from, last.to]).toEqual([following.from, following.to]);
        next = following;
      }
    }
  });
});

describe('opening hours', () => {
  const everyDay = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
  const open = (
    zone: string,
    hours: { days: readonly (typeof everyDay)[number][]; open: string; close: string }[] | undefined,
  ) =>
    new OpeningHours(
      new StoreTime(zone),
      hours?.map((opening) => ({ ...opening, days: [...opening.days] })),
    );
  const openHours = (hours: OpeningHours, from: string, to: string): number =>
    hours.openMs(at(from), at(to)) / 3_600_000;

  it('are always, where the store file gives none', () => {
    expect(openHours(open('Asia/Shanghai', undefined), '2026-11-22T00:00:00+08:00', '2026-11-23T00:00:00+08:00')).toBe(
      24,
    );
  });

  it('count only what lies in the period', () => {
    const hours = open('Asia/Shanghai', [{ days: everyDay, open: '09:00', close: '22:00' }]);
    expect(openHours(hours, '2026-11-22T00:00:00+08:00', '2026-11-24T00:00:00+08:00')).toBe(26);
    expect(openHours(hours, '2026-11-22T08:30:00+08:00', '2026-11-22T09:15:00+08:00')).toBe(0.25);
    expect(openHours(hours, '2026-11-22T22:00:00+08:00', '2026-11-23T09:00:00+08:00')).toBe(0);
    expect(hours.isOpen(at('2026-11-22T09:00:00+08:00'))).toBe(true);
    expect(hours.isOpen(at('2026-11-22T22:00:00+08:00'))).toBe(false);
  });

  it('know the day of the week, in store time', () => {
    const hours = open('America/New_York', [{ days: ['sun'], open: '00:00', close: '24:00' }]);
    expect(openHours(hours, '2026-11-01T00:00:00-04:00', '2026-11-08T00:00:00-05:00')).toBe(25);
    expect(openHours(hours, '2026-11-02T00:00:00-05:00', '2026-11-08T00:00:00-05:00')).toBe(0);
  });

  it('may run past midnight', () => {
    const hours = open('Europe/Berlin', [{ days: ['sat'], open: '20:00', close: '04:00' }]);
    expect(openHours(hours, '2026-10-24T00:00:00+02:00', '2026-10-27T00:00:00+01:00')).toBe(9); // the night that is an hour longer
    expect(openHours(hours, '2026-10-25T00:00:00+02:00', '2026-10-25T02:00:00+02:00')).toBe(2);
  });

  it('that overlap count once', () => {
    const hours = open('UTC', [
      { days: everyDay, open: '12:00', close: '18:00' },
      { days: everyDay, open: '09:00', close: '13:00' },
      { days: ['mon'], open: '10:00', close: '11:00' },
    ]);
    expect(openHours(hours, '2026-11-23T00:00:00Z', '2026-11-24T00:00:00Z')).toBe(9);
  });

  it('agree with a look at every minute', () => {
    const hours = open('Australia/Lord_Howe', [
      { days: ['fri', 'sat', 'sun'], open: '22:30', close: '03:15' },
      { days: everyDay, open: '01:00', close: '02:10' },
    ]);
    const from = at('2026-10-02T00:00:00Z');
    const to = at('2026-10-06T00:00:00Z');
    let minutes = 0;
    for (let ts = from; ts < to; ts += 60_000) if (hours.isOpen(ts)) minutes++;
    expect(hours.openMs(from, to)).toBe(minutes * 60_000);
    expect(minutes).toBeGreaterThan(300);
  });
});
