import { compile, ScreenPlay } from '@aisle/contracts';
import { describe, expect, it } from 'vitest';
import { familiesOf } from '../src/commands/run.js';
import { pairOption, silenceOption, speedOption, timeOption } from '../src/commands/options.js';
import { Screen } from '../src/devices/screen.js';
import { receiptPrefix } from '../src/devices/till.js';
import { Random } from '../src/random.js';

describe('a screen', () => {
  it('sends the receipt of a play when the next one replaces it', () => {
    const screen = new Screen('screen-1');
    expect(screen.show({ decisionId: 'd1', contentId: 'a' }, 1000)).toBeUndefined();
    expect(screen.show({ decisionId: 'd1', contentId: 'a' }, 2000)).toBeUndefined();
    const receipt = screen.show({ decisionId: 'd2', contentId: 'b' }, 9000);
    const play = JSON.parse(receipt?.payload ?? '') as unknown;
    expect(play).toEqual({
      ts: 9000,
      decisionId: 'd1',
      contentId: 'a',
      startedTs: 1000,
      endedTs: 9000,
      completed: true,
    });
    expect(compile(ScreenPlay).check(play)).toMatchObject({ ok: true });
    expect(receipt?.topic).toBe('aisle/v1/devices/screen-1/screen/play');
    expect(JSON.parse(screen.stop(9500)?.payload ?? '')).toMatchObject({ decisionId: 'd2', endedTs: 9500 });
    expect(screen.stop(9600)).toBeUndefined();
  });

  it.each([[null], ['text'], [{ decisionId: 1 }], [{ decisionId: 'd' }]])('leaves %j aside', (order) => {
    expect(new Screen('screen-1').show(order, 0)).toBeUndefined();
  });
});

describe('chance', () => {
  it('gives each name a stream of its own, the same every time', () => {
    const draw = (seed: number, name: string) =>
      Array.from(
        { length: 5 },
        (
          (random) => () =>
            random.next()
        )(Random.stream(seed, name)),
      );
    expect(draw(1, 'a')).toEqual(draw(1, 'a'));
    expect(draw(1, 'a')).not.toEqual(draw(1, 'b'));
    expect(draw(1, 'a')).not.toEqual(draw(2, 'a'));
  });

  it('is uniform, normal, log-normal and exponential as asked', () => {
    const random = Random.stream(1, 'test');
    const mean = (draw: () => number) =>
      Array.from({ length: 50_000 }, draw).reduce((sum, value) => sum + value, 0) / 50_000;
    expect(mean(() => random.next())).toBeCloseTo(0.5, 2);
    expect(Math.abs(mean(() => random.normal()))).toBeLessThan(0.02);
    expect(mean(() => random.normal() ** 2)).toBeCloseTo(1, 1);
    expect(mean(() => random.logNormal(9, 0.6)) / 9).toBeCloseTo(1, 1);
    expect(mean(() => random.exponential(4)) / 4).toBeCloseTo(1, 1);
    expect(mean(() => Number(random.pick(['a', 'b'], (item) => (item === 'a' ? 1 : 3)) === 'b'))).toBeCloseTo(0.75, 1);
  });
});

describe('options', () => {
  it('are read', () => {
    expect(timeOption('start', '2026-03-02T09:00:00+08:00', 0)).toBe(Date.parse('2026-03-02T01:00:00Z'));
    expect(timeOption('start', '1700000000000', 0)).toBe(1_700_000_000_000);
    expect(timeOption('start', undefined, 42)).toBe(42);
    expect(speedOption('max')).toBe(Infinity);
    expect(pairOption('offset', '-3,4.5')).toEqual([-3, 4.5]);
    expect(silenceOption('cam-1:10-50')).toEqual({ deviceId: 'cam-1', fromMinute: 10, toMinute: 50 });
    expect([...familiesOf('camera, till', false)]).toEqual(['camera', 'till']);
    expect(familiesOf(undefined, true).has('screen')).toBe(false);
  });

  it.each<[string, () => unknown, string]>([
    ['a time', () => timeOption('start', 'yesterday', 0), '--start: expected a time'],
    ['a speed', () => speedOption('fast'), '--speed: expected a number'],
    ['an offset', () => pairOption('offset', '1'), '--offset: expected two numbers'],
    ['a silence', () => silenceOption('cam-1'), '--silence: expected DEVICE:FROM-TO'],
    [
      'a family',
      () => familiesOf('lidar', false),
      '--devices: expected camera, shelf, rfid, ble, till, screen, got "lidar"',
    ],
  ])('that are wrong name themselves: %s', (_, read, message) => {
    expect(read).toThrow(message);
  });

  it('receipts of runs a millisecond or a seed apart never share a prefix', () => {
    expect(new Set([receiptPrefix(1, 1000), receiptPrefix(1, 1001), receiptPrefix(2, 1000)]).size).toBe(3);
  });
});
