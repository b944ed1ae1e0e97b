/**
 * `npm run track -- --detections FILE --out FILE`: follows people through a recording of detections with the agent's own
 * tracker. Both files have the MOT challenge's rows, so that any of its evaluation tools can score the result.
 */
import { existsSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { pathToFileURL } from 'node:url';
import { readMotDetections, writeMotTracks } from './domain/tracking/mot.js';
import { DEFAULT_LIVE, followLive, type LiveSettings } from './domain/tracking/live-recording.js';
import { estimateRate } from './domain/tracking/rate.js';
import { followRecording } from './domain/tracking/recording.js';

const USAGE = `usage: npm run track -- --detections FILE --out FILE [OPTIONS]
  --fps N          frames per second (estimated from how fast people move)
  --min-score S    leave out detections below S, on the file's own scale (none)
  --fill SECONDS   fill gaps in a track up to so long (1; 0: write only what was detected)
  --live           as in a shop: the answer to a frame rests on what came before it and shortly after
  --delay SECONDS  with --live: how shortly (${DEFAULT_LIVE.delaySeconds}; 0: on nothing after it)`;
/** Lines that could not be read are counted, and so many are shown. */
const SHOWN_PROBLEMS = 20;

const OPTIONS = {
  detections: { type: 'string' },
  out: { type: 'string' },
  fps: { type: 'string' },
  'min-score': { type: 'string' },
  fill: { type: 'string' },
  live: { type: 'boolean' },
  delay: { type: 'string' },
} as const;

/** @throws RangeError naming the option */
function numberOf(name: string, text: string | undefined, least: number, most: number): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() === '' || !(value >= least && value <= most))
    throw new RangeError(`--${name}: expected a number from ${least} to ${most}, got "${text}"`);
  return value;
}

/** The command. @param say what is wrong @param print what it found. @returns its exit code: 0, or 2 when it could not do its work */
export function main(args: readonly string[], say: (text: string) => void, print = say): number {
  let detections: string;
  let out: string;
  let minScore: number | undefined;
  let isLive = false;
  const settings: Partial<LiveSettings> = {};
  try {
    const { values } = parseArgs({ args: [...args], options: OPTIONS });
    if (values.detections === undefined || values.out === undefined) {
      const missing = [values.detections === undefined && '--detections', values.out === undefined && '--out'];
      throw new RangeError(`${missing.filter(Boolean).join(', ')} missing`);
    }
    ({ detections, out } = { detections: values.detections, out: values.out });
    settings.framesPerSecond = numberOf('fps', values.fps, 0.1, 1000);
    minScore = numberOf('min-score', values['min-score'], -1e9, 1e9);
    const fill = numberOf('fill', values.fill, 0, 60);
    if (fill !== undefined) settings.fillSeconds = fill;
    isLive = values.live ?? false;
    const delay = numberOf('delay', values.delay, 0, 10);
    if (delay !== undefined && !isLive) throw new RangeError('--delay: goes with --live only');
    if (delay !== undefined) settings.delaySeconds = delay;
  } catch (error) {
    say(`${(error as Error).message}\n${USAGE}`);
    return 2;
  }
  try {
    const file = readMotDetections(readFileSync(detections, 'utf8'), minScore);
    for (const line of file.bad.slice(0, SHOWN_PROBLEMS))
      say(`${detections}:${line}: expected frame, -1, left, top, width, height, score`);
    if (file.bad.length > 0) say(`${detections}: ${file.bad.length} lines count for nothing`);
    if (file.read === 0 && file.bad.length > 0) {
      say(`${detections}: holds no detections that can be read`);
      return 2;
    }
    const told = settings.framesPerSecond;
    const framesPerSecond = told ?? estimateRate(file.frames);
    print(`${Number(framesPerSecond.toFixed(1))} frames a second (${told === undefined ? 'estimated' : 'as told'})`);
    const follow = isLive ? followLive : followRecording;
    writeFileSync(out, writeMotTracks(file.firstFrame, follow(file.frames, { ...settings, framesPerSecond })));
    return 0;
  } catch (error) {
    say((error as Error).message);
    return 2;
  }
}

const entry = process.argv[1];
if (entry !== undefined && existsSync(entry) && import.meta.url === pathToFileURL(realpathSync(entry)).href)
  process.exitCode = main(
    process.argv.slice(2),
    (text) => process.stderr.write(`${text}\n`),
    (text) => process.stdout.write(`${text}\n`),
  );
