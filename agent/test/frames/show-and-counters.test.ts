import { describe, expect, it } from 'vitest';
import { FrameCounters } from '../../src/vision/frame-counters.js';
import { FrameShow, WATCH_LEASE_MS } from '../../src/vision/frame-show.js';
import { TestClock, settled } from './support.js';

const PICTURE = Uint8Array.from([0xff, 0xd8]);

describe('what is shown', () => {
  it('is held only while somebody has asked within ten seconds', async () => {
    const clock = new TestClock();
    const show = new FrameShow<string>(clock);
    show.put('cam-1', PICTURE, 'nobody looks');
    expect(show.held).toBe(0);
    void show.next('cam-1', 0, 5000);
    show.put('cam-1', PICTURE, 'somebody looks');
    show.put('cam-2', PICTURE, 'not at this one');
    expect(show.held).toBe(1);
    await clock.pass(WATCH_LEASE_MS - 1000);
    expect(show.held).toBe(1);
    await clock.pass(2000);
    expect([show.held, show.isWatched('cam-1')]).toEqual([0, false]);
  });

  it('answers at once when there is a newer one, else when it comes, else with nothing', async () => {
    const clock = new TestClock();
    const show = new FrameShow<string>(clock);
    const first = show.next('cam-1', 0, 5000);
    show.put('cam-1', PICTURE, 'one');
    expect((await first)?.about).toBe('one');
    const seq = (await first)?.seq as number;
    expect((await show.next('cam-1', 0, 5000))?.about).toBe('one');
    let second: string | undefined = 'waits';
    void show.next('cam-1', seq, 5000).then((shown) => (second = shown?.about));
    await clock.pass(4999);
    expect(second).toBe('waits');
    await clock.pass(1);
    expect(second).toBeUndefined();
    // A page that was open while the agent began anew has seen more than there has been.
    expect((await show.next('cam-1', 999, 5000))?.about).toBe('one');
  });

  it('lets those who wait go when it ends', async () => {
    const show = new FrameShow<string>(new TestClock());
    let answered = false;
    void show.next('cam-1', 0, 5000).then(() => (answered = true));
    show.stop();
    await settled();
    expect(answered).toBe(true);
  });
});

describe('the figures of a camera', () => {
  it('have rate and latency of the last minute, and counts since the start', async () => {
    const clock = new TestClock();
    const counters = new FrameCounters(clock);
    expect(counters.view('mqtt', 'm')).toMatchObject({ framesPerSecond: 0, latencyMs: null });
    for (let i = 0; i < 600; i += 1) {
      counters.add('received');
      counters.processed(i % 10 === 0 ? 80 : 20);
      await clock.pass(200);
    }
    expect(counters.view('mqtt', 'm')).toMatchObject({
      processed: 600,
      received: 600,
      latencyMs: { p50: 20, p95: 80 },
    });
    expect(counters.view('mqtt', 'm').framesPerSecond).toBeCloseTo(5, 0);
    await clock.pass(60_000);
    expect(counters.view('mqtt', 'm')).toMatchObject({ processed: 600, framesPerSecond: 0, latencyMs: null });
  });

  it('count the first seconds as long as they are', async () => {
    const clock = new TestClock();
    const counters = new FrameCounters(clock);
    for (let i = 0; i < 20; i += 1) {
      counters.processed(10);
      await clock.pass(200);
    }
    expect(counters.view('mqtt', 'm').framesPerSecond).toBeCloseTo(5, 0);
  });

  it('fill the histogram up to their bounds', () => {
    const counters = new FrameCounters(new TestClock());
    for (const ms of [5, 10, 30, 400, 60_000]) counters.processed(ms);
    expect(counters.histogram).toEqual({ buckets: [2, 2, 3, 3, 3, 3, 4, 4, 4, 4], count: 5, sumSeconds: 60.445 });
  });
});
