import { describe, expect, it } from 'vitest';
import { beat, doubtAfterMs, newRhythm, silentAfterMs, type RhythmState } from '../../src/fleet/rhythm.js';
import { DeviceBook } from '../../src/fleet/device-book.js';
import type { JournalEntry } from '../../src/journal/record.js';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const START = 1_772_416_800_000;

function after(gaps: readonly number[], rhythm: RhythmState = newRhythm()): RhythmState {
  let ts = rhythm.lastTs === 0 ? START : rhythm.lastTs;
  beat(rhythm, ts);
  for (const gap of gaps) beat(rhythm, (ts += gap));
  return rhythm;
}
const times = (count: number, gap: number | ((index: number) => number)) =>
  Array.from({ length: count }, (_, index) => (typeof gap === 'number' ? gap : gap(index)));

describe('what a device senses is doubted', () => {
  it.each<[string, number[], number | undefined, number | undefined]>([
    ['only once there is a rhythm', times(19, SECOND), undefined, undefined],
    ['three seconds after the last picture of a camera', times(200, 200), 3 * SECOND, 3 * SECOND],
    ['after three usual gaps of one that speaks every ten seconds', times(200, 10 * SECOND), 30 * SECOND, 45 * SECOND],
    ['after three gaps of a shaky rhythm', times(200, (i) => 700 + (i % 7) * 100), 3 * SECOND, 6 * SECOND],
    [
      'never of one that speaks when something happens: it may have nothing to say',
      times(200, (i) => [0.2, 0.3, 8, 0.4, 95][i % 5]! * SECOND),
      undefined,
      undefined,
    ],
  ])('%s', (_what, gaps, least, most) => {
    const ms = doubtAfterMs(after(gaps));
    if (least === undefined) expect(ms).toBeUndefined();
    else {
      expect(ms).toBeGreaterThanOrEqual(least);
      expect(ms).toBeLessThanOrEqual(most!);
    }
  });
});

describe('the rhythm of a device', () => {
  it.each<[string, number[], number | undefined, number | undefined]>([
    ['is unknown before twenty gaps', times(19, SECOND), undefined, undefined],
    ['is never shorter than 30 s', times(200, 100), 30 * SECOND, 30 * SECOND],
    ['of one message a minute allows two or three minutes', times(40, MINUTE), 2 * MINUTE, 3 * MINUTE],
    [
      'of a till that sells about twice an hour allows more than its longest quiet stretch',
      times(60, (index) => [5, 12, 28, 44, 61][index % 5]! * MINUTE),
      61 * MINUTE,
      4 * 61 * MINUTE,
    ],
    [
      'does not learn from nights and outages',
      times(100, (index) => (index % 25 === 24 ? 12 * 60 * MINUTE : MINUTE)),
      2 * MINUTE,
      3 * MINUTE,
    ],
    ['is not spoilt by one outage of two hours', [...times(60, 5 * SECOND), 120 * MINUTE], 30 * SECOND, 2 * MINUTE],
    ['adapts when a device speaks less often', [...times(300, SECOND), ...times(600, MINUTE)], 2 * MINUTE, 6 * MINUTE],
  ])('%s', (_what, gaps, least, most) => {
    const patience = silentAfterMs(after(gaps));
    if (least === undefined || most === undefined) return expect(patience).toBeUndefined();
    expect(patience).toBeGreaterThanOrEqual(least);
    expect(patience).toBeLessThanOrEqual(most);
  });

  it('takes the same room however long it goes on, and ignores what arrives at the same time', () => {
    const rhythm = after(times(50_000, (index) => ((index * 7919) % 5000) + 1));
    expect(rhythm.gaps.length).toBeLessThanOrEqual(40);
    expect(rhythm.gaps.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(401);
    const before = JSON.stringify(rhythm);
    beat(rhythm, rhythm.lastTs);
    expect(JSON.stringify(rhythm)).toBe(before);
  });
});

describe('the book of devices', () => {
  let seq = 0;
  const state = (receivedTs: number, more: object = {}): JournalEntry => ({
    seq: ++seq,
    inboxSeq: 0,
    event: {
      kind: 'deviceState',
      deviceId: 'till-1',
      ts: receivedTs,
      receivedTs,
      digest: String(seq),
      state: 'online',
      ...more,
    },
  });
  const credential = (sha256: string | null, replaced?: true): JournalEntry => ({
    seq: ++seq,
    inboxSeq: 0,
    event: { kind: 'credential', ts: START, deviceId: 'till-1', sha256, ...(replaced && { replaced }) },
  });
  const filled = (gap: number) => {
    const book = new DeviceBook();
    for (let index = 0; index < 30; index += 1)
      book.apply(state(START + index * gap, { battery: 80, firmware: '1.2' }));
    return { book, last: START + 29 * gap };
  };
  const store = { devices: new Map([['till-1', { id: 'till-1', family: 'till', dialect: 'aisle' }]]) } as never;
  const line = (book: DeviceBook, now: number) => book.list(store, new Map(), now, new Map())[0];

  it('calls a device silent by its own rhythm, also after a restart', () => {
    const { book, last } = filled(MINUTE);
    const again = new DeviceBook();
    again.restore(JSON.parse(JSON.stringify(book.save())));
    for (const each of [book, again]) {
      expect(each.stateOf('till-1', last + 100 * SECOND)).toBe('online');
      expect(each.stateOf('till-1', last + 4 * MINUTE)).toBe('silent');
      expect(line(each, last)).toMatchObject({ battery: 80, firmware: '1.2', dialect: 'aisle' });
      expect(line(each, last)?.silentAfterMs).toBeGreaterThan(2 * MINUTE - 1);
    }
  });

  it('calls one without a rhythm silent after 30 s, and gives no time after which it would be missed', () => {
    const book = new DeviceBook();
    book.apply(state(START));
    expect([29, 31].map((seconds) => book.stateOf('till-1', START + seconds * SECOND))).toEqual(['online', 'silent']);
    expect(line(book, START)).not.toHaveProperty('silentAfterMs');
  });

  it('shows one that was shut out as gone and revoked, until it has a password again', () => {
    const { book, last } = filled(SECOND);
    book.apply(credential(null));
    expect(line(book, last)).toMatchObject({ state: 'offline', revoked: true, firmware: '1.2' });
    book.apply(credential('aa'));
    expect(line(book, last)).not.toHaveProperty('revoked');
  });

  it('forgets what it knew of hardware that was replaced, but when it was last seen', () => {
    const { book, last } = filled(SECOND);
    book.apply(credential('aa', true));
    const replaced = line(book, last);
    expect(replaced).toMatchObject({ state: 'offline', lastSeenTs: last });
    for (const key of ['battery', 'firmware', 'silentAfterMs']) expect(replaced).not.toHaveProperty(key);
  });

  describe('of a shelf with several load cells', () => {
    const shop = {
      devices: new Map([['shelf-1', { id: 'shelf-1', family: 'shelf', dialect: 'aisle' }]]),
      fixtureOfSlot: new Map(['a', 'b', 'c'].map((slot) => [slot, 'fx'])),
    } as never;
    const weight = (slotId: string, receivedTs: number): JournalEntry => ({
      seq: ++seq,
      inboxSeq: 0,
      event: { kind: 'weight', deviceId: 'shelf-1', slotId, ts: 7, receivedTs, digest: String(seq), decigrams: 1 },
    });
    /** Seconds, every five, in which the slots are told. */
    const told = (book: DeviceBook, slots: string, from: number, to: number): void => {
      for (let at = from; at <= to; at += 5) for (const slot of slots) book.apply(weight(slot, START + at * SECOND));
    };
    const problems = (book: DeviceBook, seconds: number, store = shop) =>
      book.list(store, new Map(), START + seconds * SECOND, new Map())[0]?.problems;

    it('names the slot of one that has fallen silent, until it speaks again', () => {
      const book = new DeviceBook();
      told(book, 'abc', 0, 200);
      told(book, 'ac', 205, 225);
      expect(problems(book, 226)).toBeUndefined();
      told(book, 'ac', 230, 300);
      const again = new DeviceBook();
      again.restore(JSON.parse(JSON.stringify(book.save())));
      for (const each of [book, again])
        expect(problems(each, 301)).toEqual([
          { code: 'cellSilent', values: { slot: 'b' }, sinceTs: START + 200 * SECOND, lastTs: START + 300 * SECOND },
        ]);
      told(book, 'abc', 305, 305);
      expect(problems(book, 306)).toBeUndefined();
    });

    it('says nothing of cells when the whole shelf is silent, nor of a slot that is gone', () => {
      const book = new DeviceBook();
      told(book, 'abc', 0, 200);
      expect([229, 235, 500].map((at) => problems(book, at))).toEqual([undefined, undefined, undefined]);
      told(book, 'ab', 205, 300);
      const smaller = { ...(shop as object), fixtureOfSlot: new Map([['a', 'fx']]) } as never;
      expect(problems(book, 301, smaller)).toBeUndefined();
    });
  });
});
