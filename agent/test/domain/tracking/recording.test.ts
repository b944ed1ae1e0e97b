import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readMotDetections, writeMotTracks } from '../../../src/domain/tracking/mot.js';
import { followRecording } from '../../../src/domain/tracking/recording.js';
import type { TrackerDetection } from '../../../src/domain/tracking/types.js';
import { main } from '../../../src/track.js';
import { recordingsFolder } from './walks.js';

const folder = mkdtempSync(path.join(tmpdir(), 'aisle-track-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Somebody walking at 10 frames a second, hidden for a while. */
const walk = (hidden: (frame: number) => boolean): TrackerDetection[][] =>
  Array.from({ length: 60 }, (_, frame) =>
    hidden(frame) ? [] : [{ x: 100 + 6 * frame, y: 50, w: 40, h: 100, score: 0.9 }],
  );

describe('following a recording', () => {
  it('fills short gaps where the person must have been', () => {
    const boxes = followRecording(
      walk((frame) => frame >= 20 && frame < 26),
      { framesPerSecond: 10 },
    );
    expect(boxes.map((frame) => frame.map(({ id }) => id))).toEqual(boxes.map(() => [1]));
    expect(boxes[23]?.[0]?.x).toBeCloseTo(100 + 6 * 23, 0);
  });

  it('does not fill what is longer, nor anything when told not to', () => {
    const long = followRecording(
      walk((frame) => frame >= 20 && frame < 34),
      { framesPerSecond: 10 },
    );
    expect(long[27]).toEqual([]);
    const none = followRecording(
      walk((frame) => frame === 20),
      { framesPerSecond: 10, fillSeconds: 0 },
    );
    expect(none[20]).toEqual([]);
  });

  it('joins pieces of one way that are too far apart for the live tracker', () => {
    const boxes = followRecording(
      walk((frame) => frame >= 20 && frame < 28),
      { framesPerSecond: 10, tracker: { maxLostSeconds: 0.5 } },
    );
    expect(new Set(boxes.flat().map(({ id }) => id))).toEqual(new Set([1]));
  });

  it('leaves out what shows for a moment only', () => {
    expect(
      followRecording(
        walk((frame) => frame > 2),
        { framesPerSecond: 10 },
      ).flat(),
    ).toEqual([]);
  });

  it('leaves out tracks much fainter than the others', () => {
    const bright = walk(() => false);
    const frames = bright.map((seen, frame) => [
      ...seen,
      { x: 50 + 5 * frame, y: 300, w: 40, h: 100, score: 0.95 },
      { x: 600, y: 200, w: 40, h: 100, score: frame % 10 === 0 ? 0.92 : 0.5 },
    ]);
    const ids = new Set(
      followRecording(frames, { framesPerSecond: 10 })
        .flat()
        .map(({ id }) => id),
    );
    expect(ids.size).toBe(2);
    expect(
      new Set(
        followRecording(frames, { framesPerSecond: 10, leastScoreShare: 0 })
          .flat()
          .map(({ id }) => id),
      ).size,
    ).toBe(3);
  });

  it('gives empty frames for an empty recording', () => {
    expect(followRecording([[], [], []])).toEqual([[], [], []]);
    expect(followRecording([])).toEqual([]);
  });
});

describe('rows of the MOT challenge', () => {
  it('are read with commas or blanks, from any first frame, with empty frames between', () => {
    const { firstFrame, frames, bad } = readMotDetections('5,-1,1,2,3,4,0.5,-1,-1,-1\r\n\n8 -1 10 20 30 40 0.9\n');
    expect({ firstFrame, bad }).toEqual({ firstFrame: 5, bad: [] });
    expect(frames).toEqual([
      [{ x: 1, y: 2, w: 3, h: 4, score: 0.5 }],
      [],
      [],
      [{ x: 10, y: 20, w: 30, h: 40, score: 0.9 }],
    ]);
  });

  it.each([
    ['margins become ranks from 0.5 to 1', [-3, 40, 150], [0.5, 0.75, 1]],
    ['one and the same score means sure', [-1, -1, -1], [1, 1, 1]],
    ['shares stay as they are', [0.2, 0.5, 1], [0.2, 0.5, 1]],
  ])('%s', (_, scores, expected) => {
    const text = scores.map((score, index) => `${index + 1},-1,1,2,3,4,${score}`).join('\n');
    expect(readMotDetections(text).frames.map((frame) => frame[0]?.score)).toEqual(expected);
  });

  it('that are no rows are named by their lines', () => {
    const { bad, read } = readMotDetections(
      '1,-1,1,2,3,4,0.5\nframe,id\n2.5,-1,1,2,3,4,1\n1,-1,1,2,0,4,1\n1,-1,nan,2,3,4,1',
    );
    expect({ bad, read }).toEqual({ bad: [2, 3, 4, 5], read: 1 });
  });

  it('are written with ids from 1 in the order of appearance', () => {
    const box = { x: 1.234, y: 2, w: 3, h: 4, score: 0.5 };
    expect(
      writeMotTracks(5, [
        [{ ...box, id: 9 }],
        [],
        [
          { ...box, id: 4 },
          { ...box, id: 9 },
        ],
      ]),
    ).toBe(
      '5,1,1.23,2.00,3.00,4.00,0.5000,-1,-1,-1\n7,2,1.23,2.00,3.00,4.00,0.5000,-1,-1,-1\n7,1,1.23,2.00,3.00,4.00,0.5000,-1,-1,-1\n',
    );
  });
});

describe('the command', () => {
  const run = (...args: string[]) => {
    const [said, printed]: string[][] = [[], []];
    const code = main(
      args,
      (text) => said?.push(text),
      (text) => printed?.push(text),
    );
    return { code, said: said?.join('\n'), printed: printed?.join('\n') };
  };
  const input = path.join(folder, 'in.txt');
  const output = path.join(folder, 'out.txt');

  it('writes one track for somebody who walks by', () => {
    const rows = walk(() => false).flatMap((seen, frame) =>
      seen.map((box) => `${frame + 1},-1,${box.x},${box.y},${box.w},${box.h},${box.score},-1,-1,-1`),
    );
    writeFileSync(input, rows.join('\n'));
    expect(run('--detections', input, '--out', output)).toMatchObject({ code: 0, said: '' });
    const lines = readFileSync(output, 'utf8').trim().split('\n');
    expect(lines.length).toBe(60);
    expect(lines.every((line, index) => line.startsWith(`${index + 1},1,`) && line.endsWith(',-1,-1,-1'))).toBe(true);
  });

  it('prints the frame rate: estimated, or as it was told', () => {
    expect(run('--detections', input, '--out', output).printed).toMatch(/^\d+(\.\d)? frames a second \(estimated\)$/);
    const told = run('--detections', input, '--out', output, '--fps', '12.5');
    expect(told.printed).toBe('12.5 frames a second (as told)');
  });

  it('--live answers each frame from what came before it and within the delay', () => {
    // Somebody walks by, is hidden for 0.6 s on the way, and a second person comes late.
    const hidden = (frame: number) => frame >= 20 && frame < 26;
    const rows = walk(hidden).flatMap((seen, frame) =>
      seen.map((box) => `${frame + 1},-1,${box.x},${box.y},${box.w},${box.h},${box.score},-1,-1,-1`),
    );
    const answers = (upTo: number, delay: string) => {
      writeFileSync(input, rows.filter((row) => Number(row.split(',')[0]) <= upTo).join('\n'));
      expect(run('--detections', input, '--out', output, '--live', '--fps', '10', '--delay', delay).code).toBe(0);
      return readFileSync(output, 'utf8').trim().split('\n');
    };
    const whole = answers(60, '1');
    expect(new Set(whole.map((row) => row.split(',')[1]))).toEqual(new Set(['1']));
    expect(whole).toHaveLength(60);
    // What was answered up to a frame does not change with what comes more than a second later.
    const early = answers(40, '1');
    expect(early.slice(0, 30)).toEqual(whole.slice(0, 30));
    // With no delay nobody knows yet that who is hidden comes back.
    const frames = answers(60, '0').map((row) => Number(row.split(',')[0]));
    expect(frames.filter((frame) => hidden(frame - 1))).toEqual([]);
  });

  it.each([
    [['--detections', input, '--out', output, '--delay', '1'], '--delay: goes with --live only'],
    [['--out', output], '--detections missing'],
    [['--detections', input], '--out missing'],
    [['--detections', input, '--out', output, '--fps', 'x'], '--fps: expected a number from 0.1 to 1000, got "x"'],
    [['--detections', path.join(folder, 'none.txt'), '--out', output], 'none.txt'],
    [['--detections', input, '--out', output, '--what'], '--what'],
  ])('refuses %j with the reason', (args, reason) => {
    const { code, said } = run(...args);
    expect(code).toBe(2);
    expect(said).toContain(reason);
  });

  it('says which lines of a file it cannot read', () => {
    writeFileSync(input, 'not a row\n');
    const { code, said } = run('--detections', input, '--out', output);
    expect(code).toBe(2);
    expect(said).toContain('in.txt:1: expected frame, -1, left, top, width, height, score');
  });

  const recordings = recordingsFolder();
  it.skipIf(recordings === undefined).each(['PETS09-S2L1', 'ETH-Bahnhof', 'ADL-Rundle-6'])(
    'follows real detections of %s with few long tracks (needs AISLE_RECORDINGS)',
    (name) => {
      const file = path.join(recordings ?? '', 'detections', `${name}.txt`);
      expect(run('--detections', file, '--out', output)).toMatchObject({ code: 0, said: '' });
      const rows = readFileSync(output, 'utf8').trim().split('\n');
      const detections = readFileSync(file, 'utf8').trim().split('\n');
      const ids = new Set(rows.map((row) => row.split(',')[1]));
      expect(rows.length).toBeGreaterThan(0.9 * detections.length);
      expect(rows.length).toBeLessThan(1.3 * detections.length);
      expect(rows.length / ids.size).toBeGreaterThan(50);
      expect(rows.every((row) => row.split(',').length === 10 && !row.includes('NaN'))).toBe(true);
    },
  );
});
