/**
 * `npm run watch -- --video FILE --model MANIFEST --zones FILE --json OUT`: lists the visits to zones of a recording, with
 * the agent's own detector, tracker and rules of visits. Nothing of the recording is kept.
 */
import { existsSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { pathToFileURL } from 'node:url';
import { Type, type Static } from '@sinclair/typebox';
import { AisleError, compile } from '@aisle/contracts';
import { readFootage, type FootageFrame } from './adapters/footage/footage.js';
import { FootageError } from './adapters/footage/footage-error.js';
import { InlineDetector } from './adapters/vision/inline-detector.js';
import { modelFolders } from './config/model-manifest.js';
import { PictureVisits, type PictureZone, type SecondSeen } from './domain/people/picture-visits.js';
import { PictureError } from './ports/detector.js';
import { ModelError } from './ports/model-error.js';

const USAGE =
  'usage: npm run watch -- --video FILE --model MANIFEST --zones FILE --json OUT [--frames-per-second N (of a folder)]';
const DEFAULT_FRAMES_PER_SECOND = 5;
/** Frames that could not be looked at are counted, and so many are shown. */
const SHOWN_PROBLEMS = 5;

const Pixel = Type.Number({ minimum: -100_000, maximum: 100_000, description: 'a number of pixels' });
const ZonesFile = Type.Object(
  {
    zones: Type.Array(
      Type.Object(
        {
          id: Type.String({ minLength: 1, maxLength: 128, description: 'a text of 1 to 128 characters' }),
          polygon: Type.Array(Type.Tuple([Pixel, Pixel], { description: 'a point [x, y] in pixels' }), {
            minItems: 3,
            maxItems: 200,
            description: 'a list of 3 to 200 points [x, y]',
          }),
        },
        { additionalProperties: false },
      ),
      { minItems: 1, maxItems: 1000, description: 'a list of 1 to 1000 zones' },
    ),
  },
  { additionalProperties: false },
);
const zonesFile = compile(ZonesFile);

export interface Watched {
  visits: { zoneId: string; enterSeconds: number; leaveSeconds: number }[];
}

/** An option of the command is wrong: the message names it. */
class OptionError extends AisleError {
  readonly code = 'usage';
}

function readZones(file: string): PictureZone[] {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    const reason =
      error instanceof SyntaxError
        ? `is not JSON (${error.message})`
        : `cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`;
    throw new OptionError(`--zones: ${file} ${reason}`);
  }
  const [problem] = zonesFile.problems(value, 1);
  if (problem) throw new OptionError(`--zones: ${file}: ${`${problem.field} ${problem.message}`.trim()}`);
  const { zones } = value as Static<typeof ZonesFile>;
  const seen = new Set<string>();
  for (const [index, { id }] of zones.entries()) {
    if (seen.has(id)) throw new OptionError(`--zones: ${file}: zones[${index}].id is taken twice ("${id}")`);
    seen.add(id);
  }
  return zones;
}

/** Looks at every frame. `second` hears how many people each second showed, `problem` of each frame that was refused. */
export async function watchFootage(
  frames: AsyncIterable<FootageFrame>,
  detector: InlineDetector,
  zones: readonly PictureZone[],
  report: { second(seen: SecondSeen): void; problem(ts: number, reason: string): void },
): Promise<Watched & { frames: number; refused: number }> {
  const { scoreThreshold, lowScoreThreshold } = detector.found.manifest;
  const visits = new PictureVisits(zones, { scoreThreshold, lowScoreThreshold }, report.second);
  let firstTs: number | undefined;
  let count = 0;
  let refused = 0;
  for await (const { ts, picture } of frames) {
    firstTs ??= ts;
    try {
      const found = await detector.detect(picture);
      visits.frame(ts - firstTs, found.width, found.height, found.boxes);
      count += 1;
    } catch (error) {
      if (!(error instanceof PictureError)) throw error;
      refused += 1;
      report.problem(ts - firstTs, error.message);
    }
  }
  const seconds = (ms: number) => ms / 1000;
  return {
    frames: count,
    refused,
    visits: visits.end().map(({ zoneId, enterTs, leaveTs }) => ({
      zoneId,
      enterSeconds: seconds(enterTs),
      leaveSeconds: seconds(leaveTs),
    })),
  };
}

/** The command. @returns its exit code: 0, or 1 when it could not do its work */
export async function main(
  args: readonly string[],
  say: (text: string) => void,
  print: (text: string) => void,
): Promise<number> {
  let detector: InlineDetector | undefined;
  try {
    const options = parse(args);
    const zones = readZones(options.zones);
    detector = await InlineDetector.open({
      manifest: options.model,
      folders: modelFolders(process.env.AISLE_MODELS),
    });
    const frames = readFootage(options.video, { framesPerSecond: options.framesPerSecond });
    let shown = 0;
    const { visits, ...counts } = await watchFootage(frames, detector, zones, {
      second: ({ second, people }) => print(`second ${second}: ${people === 1 ? '1 person' : `${people} people`}`),
      problem: (ts, reason) => {
        shown += 1;
        if (shown <= SHOWN_PROBLEMS) say(`--video: the frame at ${ts / 1000} s ${reason}`);
      },
    });
    if (counts.refused > 0)
      say(`--video: ${counts.refused} of ${counts.refused + counts.frames} frames count for nothing`);
    if (counts.frames === 0) throw new OptionError(`--video: ${options.video} holds no frame that can be looked at`);
    try {
      writeFileSync(options.json, `${JSON.stringify({ visits })}\n`);
    } catch (error) {
      throw new OptionError(`--json: ${options.json} cannot be written (${(error as NodeJS.ErrnoException).code})`);
    }
    print(`${counts.frames} frames, ${visits.length} visits: ${options.json}`);
    return 0;
  } catch (error) {
    if (error instanceof OptionError) say(error.message);
    else if (error instanceof ModelError) say(`--model: ${error.message}`);
    else if (error instanceof FootageError) say(`--video: ${error.message}`);
    else say((error as Error).message);
    return 1;
  } finally {
    await detector?.close();
  }
}

function parse(args: readonly string[]): {
  video: string;
  model: string;
  zones: string;
  json: string;
  framesPerSecond: number;
} {
  const string = { type: 'string' } as const;
  const options = { video: string, model: string, zones: string, json: string, 'frames-per-second': string };
  let values: { [name in keyof typeof options]?: string | undefined };
  try {
    values = parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new OptionError(`${(error as Error).message}\n${USAGE}`);
  }
  const { video, model, zones, json } = values;
  if (video === undefined || model === undefined || zones === undefined || json === undefined) {
    const missing = (['video', 'model', 'zones', 'json'] as const).filter((name) => values[name] === undefined);
    throw new OptionError(`${missing.map((name) => `--${name}`).join(', ')} missing\n${USAGE}`);
  }
  const rate = values['frames-per-second'];
  const framesPerSecond = rate === undefined ? DEFAULT_FRAMES_PER_SECOND : Number(rate);
  if (!(framesPerSecond > 0 && framesPerSecond <= 1000))
    throw new OptionError(`--frames-per-second: expected a number more than 0 up to 1000, found "${rate}"`);
  return { video, model, zones, json, framesPerSecond };
}

const entry = process.argv[1];
if (entry !== undefined && existsSync(entry) && import.meta.url === pathToFileURL(realpathSync(entry)).href) {
  process.exitCode = await main(
    process.argv.slice(2),
    (text) => process.stderr.write(`${text}\n`),
    (text) => process.stdout.write(`${text}\n`),
  );
}
