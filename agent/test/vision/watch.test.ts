import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { modelFolders } from '../../src/config/model-manifest.js';
import { main, type Watched } from '../../src/watch.js';
import { manifestOf, plainPicture, tiny, writeModel } from './models.js';

const folder = mkdtempSync(path.join(tmpdir(), 'aisle-watch-'));
const recordings = process.env.AISLE_RECORDINGS;
const yolox = path.resolve(import.meta.dirname, '../../../models/yolox-nano/manifest.json');
const ffmpeg = spawnSync('ffmpeg', ['-version']).status === 0;
const models = modelFolders(process.env.AISLE_MODELS).length > 0 && recordings !== undefined;
const clip = path.join(recordings ?? '', 'videos/store-aisle-detection.gif');

let files = 0;
const fileOf = (text: string) => {
  const file = path.join(folder, `${(files += 1)}.json`);
  writeFileSync(file, text);
  return file;
};
type Zones = { id: string; polygon: [number, number][] }[];
const rectangle = (left: number, top: number, right: number, bottom: number): [number, number][] => [
  [left, top],
  [right, top],
  [right, bottom],
  [left, bottom],
];
const everything: Zones = [{ id: 'all', polygon: rectangle(0, 0, 64, 32) }];

async function watch(video: string, zones: Zones | string, model: string, more: string[] = []) {
  const json = path.join(folder, `${(files += 1)}-out.json`);
  const zonesFile = typeof zones === 'string' ? zones : fileOf(JSON.stringify({ zones }));
  const [errors, lines]: [string[], string[]] = [[], []];
  const args = ['--video', video, '--model', model, '--zones', zonesFile, '--json', json, ...more];
  const code = await main(
    args,
    (text) => errors.push(text),
    (text) => lines.push(text),
  );
  const visits = existsSync(json) ? (JSON.parse(readFileSync(json, 'utf8')) as Watched).visits : undefined;
  return { code, errors, lines, visits };
}
/** A folder of pictures by name, in which the tiny model sees its one person all the time. */
async function pictures(names: string[]): Promise<string> {
  const place = path.join(folder, `pictures-${(files += 1)}`);
  mkdirSync(place);
  for (const name of names) writeFileSync(path.join(place, name), await plainPicture(64, 32));
  return place;
}
const someone = writeModel(tiny(), manifestOf());
const numbered = (count: number) => Array.from({ length: count }, (_, i) => `frame-${i}.jpg`);

describe('npm run watch', () => {
  it('lists visits in seconds from the first frame, with the bottom centre of a person', async () => {
    const zones: Zones = [
      // The person's box is 20…30 × 8…28.
      { id: 'below', polygon: rectangle(20, 28, 30, 32) },
      { id: 'beside', polygon: rectangle(25.5, 0, 64, 32) },
      { id: 'foot', polygon: rectangle(24, 27, 26, 29) },
      ...everything,
    ];
    const { code, visits, lines } = await watch(await pictures(numbered(16)), zones, someone);
    expect(code).toBe(0);
    const stay = { enterSeconds: 0, leaveSeconds: 3 };
    expect(visits).toEqual([
      { zoneId: 'all', ...stay },
      { zoneId: 'below', ...stay },
      { zoneId: 'foot', ...stay },
    ]);
    expect(lines.slice(0, 4)).toEqual([
      'second 0: 1 person',
      'second 1: 1 person',
      'second 2: 1 person',
      'second 3: 1 person',
    ]);
  });

  it('takes times from names of epoch milliseconds, else from --frames-per-second', async () => {
    const start = 1_790_000_000_000;
    const timed = await pictures([0, 400, 900, 1000, 1700].map((ms) => `${start + ms}.jpg`));
    expect((await watch(timed, everything, someone)).visits).toEqual([
      { zoneId: 'all', enterSeconds: 0, leaveSeconds: 1.7 },
    ]);
    const ten = await watch(await pictures(numbered(12)), everything, someone, ['--frames-per-second', '10']);
    expect(ten.visits).toEqual([{ zoneId: 'all', enterSeconds: 0, leaveSeconds: 1.1 }]);
  });

  it('says which frames it could not look at, and goes on', async () => {
    const place = await pictures(numbered(10));
    writeFileSync(path.join(place, 'frame-3.jpg'), 'broken');
    const { code, errors, visits } = await watch(place, everything, someone);
    expect(code).toBe(0);
    expect(errors).toEqual([
      '--video: the frame at 0.6 s is no picture that is taken; expected a JPEG, PNG, WebP or GIF',
      '--video: 1 of 10 frames count for nothing',
    ]);
    expect(visits).toEqual([{ zoneId: 'all', enterSeconds: 0, leaveSeconds: 1.8 }]);
  });

  const zonesCases: [string, string, RegExp][] = [
    ['that are not JSON', '{', /^--zones: .*\.json is not JSON/],
    ['without zones', '{}', /^--zones: .*\.json: zones is missing$/],
    ['with no zone', '{"zones":[]}', /: zones expected a list of 1 to 1000 zones/],
    [
      'of two points',
      '{"zones":[{"id":"a","polygon":[[0,0],[1,1]]}]}',
      /: zones\[0\]\.polygon expected a list of 3 to/,
    ],
    [
      'with an unknown key',
      '{"zones":[{"id":"a","polygon":[[0,0],[1,1],[0,1]],"kind":"x"}]}',
      /: zones\[0\]\.kind is not a known key$/,
    ],
    [
      'of the same name',
      '{"zones":[{"id":"a","polygon":[[0,0],[1,1],[0,1]]},{"id":"a","polygon":[[0,0],[1,1],[0,1]]}]}',
      /: zones\[1\]\.id is taken twice/,
    ],
  ];
  it.each(zonesCases)('refuses zones %s', async (_, text, message) => {
    const { code, errors, visits } = await watch(clip, fileOf(text), someone);
    expect([code, visits]).toEqual([1, undefined]);
    expect(errors).toEqual([expect.stringMatching(message)]);
  });

  it('refuses files that are not there, models that do not fit, and missing options, by name', async () => {
    const missing = path.join(folder, 'missing');
    const place = await pictures(numbered(2));
    const empty = path.join(folder, 'empty');
    mkdirSync(empty);
    expect(await watch(missing, everything, someone)).toMatchObject({
      code: 1,
      errors: [`--video: ${missing} cannot be read (ENOENT)`],
    });
    expect(await watch(empty, everything, someone)).toMatchObject({
      code: 1,
      errors: [`--video: ${empty} holds no pictures (.jpg, .png, .webp)`],
    });
    expect(await watch(place, missing, someone)).toMatchObject({
      code: 1,
      errors: [`--zones: ${missing} cannot be read (ENOENT)`],
    });
    expect(await watch(place, everything, missing)).toMatchObject({
      code: 1,
      errors: [`--model: ${missing}: cannot be read (ENOENT)`],
    });
    const other = writeModel(tiny(), manifestOf(), 'a'.repeat(64));
    const refused = await watch(place, everything, other);
    expect(refused.code).toBe(1);
    expect(refused.errors[0]).toMatch(/^--model: .*manifest\.json: sha256: expected a{64}, found/);
    const errors: string[] = [];
    expect(
      await main(
        ['--video', place],
        (text) => errors.push(text),
        () => undefined,
      ),
    ).toBe(1);
    expect(errors[0]).toMatch(/^--model, --zones, --json missing\nusage: npm run watch/);
  });

  it('refuses a broken animation and a text called video', async () => {
    const gif = path.join(folder, 'broken.gif');
    writeFileSync(gif, 'GIF89a and nothing more');
    const broken = await watch(gif, everything, someone);
    expect([broken.code, broken.visits]).toEqual([1, undefined]);
    expect(broken.errors[0]).toMatch(/^--video: .*broken\.gif cannot be decoded/);
    const text = path.join(folder, 'text.mp4');
    writeFileSync(text, 'no video');
    const { code, errors } = await watch(text, everything, someone);
    expect(code).toBe(1);
    expect(errors[0]).toMatch(/^--video: .*text\.mp4 cannot be read \(.+\)$/);
  });

  it('reads an animated GIF with the times in it', async () => {
    const gif = path.join(folder, 'animated.gif');
    // Frames that are alike would become one.
    const frames = await Promise.all(
      [50, 90, 130, 170, 210].map((r) =>
        sharp({ create: { width: 64, height: 32, channels: 3, background: { r, g: 90, b: 60 } } })
          .png()
          .toBuffer(),
      ),
    );
    await sharp(frames, { join: { animated: true } })
      .gif({ delay: [300, 500, 200, 400, 100] })
      .toFile(gif);
    const { visits, lines } = await watch(gif, everything, someone);
    // The last frame begins after the first four.
    expect(visits).toEqual([{ zoneId: 'all', enterSeconds: 0, leaveSeconds: 1.4 }]);
    expect(lines.at(-1)).toMatch(/^5 frames, 1 visits: /);
  });

  it.skipIf(!ffmpeg)('reads a video by ffmpeg, with the times in it', async () => {
    const place = await pictures(numbered(8));
    const video = path.join(folder, 'video.mkv');
    // Every third frame is left out: times are uneven.
    const args = ['-loglevel', 'error', '-framerate', '4', '-i', path.join(place, 'frame-%d.jpg')];
    const made = spawnSync('ffmpeg', [
      ...args,
      '-vf',
      'select=not(eq(mod(n\\,3)\\,1))',
      '-fps_mode',
      'passthrough',
      '-y',
      video,
    ]);
    expect(made.status, made.stderr.toString()).toBe(0);
    const { visits, lines } = await watch(video, everything, someone);
    // Frames 0, 2, 3, 5, 6: the last at 6 ÷ 4 seconds.
    expect(visits).toEqual([{ zoneId: 'all', enterSeconds: 0, leaveSeconds: 1.5 }]);
    expect(lines.at(-1)).toMatch(/^5 frames/);
  });
});

describe.skipIf(!models)('npm run watch with YOLOX-Nano on a shop’s aisle', () => {
  it('reports two people throughout', async () => {
    // The man stays left of x = 310, the woman right of it.
    const zones: Zones = [
      { id: 'all', polygon: rectangle(0, 0, 480, 270) },
      { id: 'left', polygon: rectangle(0, 0, 310, 270) },
      { id: 'right', polygon: rectangle(310, 0, 480, 270) },
    ];
    const { code, errors, lines, visits } = await watch(clip, zones, yolox);
    expect([code, errors]).toEqual([0, []]);
    const seconds = lines.filter((line) => line.startsWith('second '));
    expect(seconds).toHaveLength(5);
    for (const line of seconds) expect(Number(/: (\d+)/.exec(line)?.[1])).toBeGreaterThanOrEqual(2);
    // The clip lasts 4.47 s, its last frame begins at 4.4 s. A third shopper walks in after a second and a half.
    const whole = visits?.filter(({ enterSeconds, leaveSeconds }) => enterSeconds <= 0.1 && leaveSeconds >= 4.3) ?? [];
    expect(whole.map(({ zoneId }) => zoneId).sort()).toEqual(['all', 'all', 'left', 'right']);
    const others = visits?.filter((visit) => !whole.includes(visit) && visit.zoneId === 'all') ?? [];
    expect(others).toHaveLength(1);
    expect(others[0]?.enterSeconds).toBeGreaterThan(1.2);
  });

  it.skipIf(!ffmpeg)('says the same of the clip as a video', async () => {
    const video = path.join(folder, 'aisle.mp4');
    const made = spawnSync('ffmpeg', [
      '-loglevel',
      'error',
      '-i',
      clip,
      '-fps_mode',
      'passthrough',
      '-crf',
      '18',
      '-y',
      video,
    ]);
    expect(made.status, made.stderr.toString()).toBe(0);
    const zones: Zones = [{ id: 'all', polygon: rectangle(0, 0, 480, 270) }];
    const { visits } = await watch(video, zones, yolox);
    const whole = visits?.filter(({ enterSeconds, leaveSeconds }) => enterSeconds <= 0.1 && leaveSeconds >= 4.3);
    expect(whole).toHaveLength(2);
    expect(visits).toHaveLength(3);
  });

  it('says the same of the clip as a folder of pictures', async () => {
    const place = path.join(folder, 'aisle');
    mkdirSync(place);
    const { pages = 0, delay = [] } = await sharp(clip, { animated: true }).metadata();
    let ts = 1_790_000_000_000;
    for (let page = 0; page < pages; page += 1) {
      await sharp(clip, { page })
        .removeAlpha()
        .jpeg({ quality: 90 })
        .toFile(path.join(place, `${ts}.jpg`));
      ts += delay[page] ?? 0;
    }
    cpSync(clip, path.join(place, 'left-alone.gif'));
    const zones: Zones = [{ id: 'all', polygon: rectangle(0, 0, 480, 270) }];
    const { visits } = await watch(place, zones, yolox);
    const whole = visits?.filter(({ enterSeconds, leaveSeconds }) => enterSeconds <= 0.1 && leaveSeconds >= 4.3);
    expect(whole).toHaveLength(2);
  });
});
