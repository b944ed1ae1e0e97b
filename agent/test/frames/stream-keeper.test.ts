import { describe, expect, it } from 'vitest';
import type { FrameRun, FrameRunEvents, FrameSource, StreamAddress } from '../../src/ports/frame-source.js';
import { StreamKeeper, type StreamOptions } from '../../src/vision/stream-keeper.js';
import { TestClock, settled } from './support.js';
import { quiet } from '../runtime/harness.js';

class FakeSource implements FrameSource {
  readonly runs: (FrameRunEvents & { stopped: boolean })[] = [];
  open(_stream: StreamAddress, events: FrameRunEvents): FrameRun {
    const run = { ...events, stopped: false };
    this.runs.push(run);
    return {
      stop: async () => {
        run.stopped = true;
      },
    };
  }
  get last() {
    return this.runs.at(-1) as FrameRunEvents & { stopped: boolean };
  }
}

function setUp(url = 'rtsp://u:p@cam/1', random = () => 1, options: StreamOptions = {}) {
  const clock = new TestClock();
  const source = new FakeSource();
  const states: string[] = [];
  const frames: number[] = [];
  const keeper = new StreamKeeper(
    { url, framesPerSecond: 5 },
    source,
    { frame: (_picture, ts) => frames.push(ts - clock.startTs), changed: (state) => states.push(state) },
    clock,
    { next: random, id: () => '' },
    quiet,
    options,
  );
  keeper.start();
  return { clock, source, states, frames, keeper };
}
const JPEG = Uint8Array.from([0xff, 0xd8]);
const LOST = { finished: false, reason: 'lost' };

describe('a stream that is kept going', () => {
  it('is tried again after pauses that grow from a second to a minute', async () => {
    const { clock, source, states } = setUp();
    const pauses: number[] = [];
    for (let i = 0; i < 9; i += 1) {
      source.last.ended(LOST);
      const [before, from] = [source.runs.length, clock.ms];
      while (source.runs.length === before) await clock.pass(250);
      pauses.push(clock.ms - from);
    }
    expect(pauses).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000]);
    expect(states.slice(0, 3)).toEqual(['connecting', 'waiting', 'connecting']);
  });

  it('waits between half of the pause and all of it', async () => {
    const { clock, source } = setUp('rtsp://cam/1', () => 0);
    source.last.ended(LOST);
    await clock.pass(499);
    expect(source.runs.length).toBe(1);
    await clock.pass(1);
    expect(source.runs.length).toBe(2);
  });

  it('begins with the first pause again once it has run well', async () => {
    const { clock, source } = setUp();
    for (const pause of [1000, 2000, 4000]) {
      source.last.ended(LOST);
      await clock.pass(pause);
    }
    for (let i = 0; i < 40; i += 1) {
      source.last.frame(JPEG, null);
      await clock.pass(1000);
    }
    source.last.ended(LOST);
    await clock.pass(1000);
    expect(source.runs.length).toBe(5);
  });

  it('keeps growing pauses for one that gives a picture and falls again', async () => {
    const { clock, source } = setUp();
    source.last.ended(LOST);
    await clock.pass(1000);
    source.last.frame(JPEG, null);
    source.last.ended(LOST);
    await clock.pass(1999);
    expect(source.runs.length).toBe(2);
    await clock.pass(1);
    expect(source.runs.length).toBe(3);
  });

  it('is cut when no picture comes for ten seconds, and what the cut run still says is not heard', async () => {
    const { clock, source, states, frames } = setUp();
    source.last.frame(JPEG, null);
    await clock.pass(9000);
    source.last.frame(JPEG, null);
    await clock.pass(9000);
    expect(states).toEqual(['connecting', 'running']);
    const first = source.last;
    await clock.pass(4000);
    expect(first.stopped).toBe(true);
    expect(states.slice(0, 3)).toEqual(['connecting', 'running', 'waiting']);
    first.frame(JPEG, null);
    first.ended(LOST);
    expect(frames.length).toBe(2);
  });

  it('dates live pictures by the clock and recorded ones by start and position', async () => {
    const live = setUp();
    await live.clock.pass(700);
    live.source.last.frame(JPEG, null);
    expect(live.frames).toEqual([700]);
    const recorded = setUp('/film.mp4');
    await recorded.clock.pass(700);
    recorded.source.last.frame(JPEG, 0);
    await recorded.clock.pass(230);
    recorded.source.last.frame(JPEG, 200);
    await recorded.clock.pass(100);
    recorded.source.last.frame(JPEG, 400);
    expect(recorded.frames).toEqual([700, 900, 1100]);
  });

  it.each([
    ['/film.mp4', 1],
    ['/film.mp4?loop', 2],
  ])('plays %s so often before it ends: %i', async (url, times) => {
    const { clock, source, keeper } = setUp(url);
    source.last.frame(JPEG, 0);
    await clock.pass(2000);
    source.last.ended({ finished: true, reason: '' });
    await clock.pass(0);
    expect(source.runs.length).toBe(times);
    if (times === 1) expect([keeper.state, keeper.reason]).toEqual(['waiting', 'the recording has ended']);
  });

  it('does not take an address of another kind', () => {
    const source: FrameSource = {
      open: () => {
        throw new Error('not reached');
      },
    };
    const clock = new TestClock();
    const keeper = new StreamKeeper(
      { url: 'concat:a|b', framesPerSecond: 5 },
      source,
      { frame: () => undefined, changed: () => undefined },
      clock,
      { next: () => 0, id: () => '' },
      quiet,
    );
    keeper.start();
    expect(keeper.reason).toMatch(/concat: is not taken/);
  });

  it('begins nothing any more once it is stopped', async () => {
    const { clock, source, keeper } = setUp();
    source.last.ended(LOST);
    await keeper.stop();
    await clock.pass(120_000);
    expect(source.runs.length).toBe(1);
    const running = setUp();
    await running.keeper.stop();
    await settled();
    expect(running.source.last.stopped).toBe(true);
  });
});
