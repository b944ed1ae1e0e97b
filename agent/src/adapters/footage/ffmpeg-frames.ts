import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { FootageFrame } from './footage.js';
import { FootageError } from './footage-error.js';

/** What ffmpeg's filter "showinfo" says of each frame before it writes it. */
const FRAME = /\bn:\s*\d+\b.*\bpts_time:\s*(\S+).*\bs:(\d+)x(\d+)/;
const BYTES_PER_PIXEL = 3;
/** So many last lines of ffmpeg are searched for what went wrong. */
const KEPT_LINES = 20;

/**
 * The frames of a video as ffmpeg decodes them, each at its own time in the file, however uneven.
 * @throws FootageError when ffmpeg is not installed or cannot read the file
 */
export async function* ffmpegFrames(file: string, program = 'ffmpeg'): AsyncGenerator<FootageFrame> {
  const args = ['-nostdin', '-hide_banner', '-loglevel', 'info', '-nostats', '-i', `file:${file}`];
  const output = [
    '-map',
    '0:v:0',
    '-vf',
    'showinfo',
    '-fps_mode',
    'passthrough',
    '-pix_fmt',
    'rgb24',
    '-f',
    'rawvideo',
  ];
  const child = spawn(program, [...args, ...output, 'pipe:1'], { stdio: ['ignore', 'pipe', 'pipe'] });
  const frames: { seconds: number; width: number; height: number }[] = [];
  const words: string[] = [];
  let wake: (() => void) | undefined;
  createInterface({ input: child.stderr }).on('line', (line) => {
    const match = FRAME.exec(line);
    if (match) {
      frames.push({ seconds: Number(match[1]), width: Number(match[2]), height: Number(match[3]) });
      wake?.();
    } else if (!line.includes('showinfo')) {
      words.push(line);
      if (words.length > KEPT_LINES) words.shift();
    }
  });
  let failure: string | undefined;
  const ended = new Promise<void>((resolve) => {
    child.once('error', (error: NodeJS.ErrnoException) => {
      failure = error.code === 'ENOENT' ? 'ffmpeg is not installed' : `ffmpeg: ${error.message}`;
      resolve();
    });
    child.once('close', (code) => {
      if (code !== 0) failure ??= reasonIn(words) ?? `ffmpeg ended with ${code}`;
      resolve();
      wake?.();
    });
  });
  try {
    let first: number | undefined;
    let pending: Buffer[] = [];
    let have = 0;
    for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
      pending.push(chunk);
      have += chunk.length;
      for (;;) {
        const frame = frames[0];
        if (!frame) {
          // Pixels without their line yet: it is on its way, or ffmpeg has ended.
          if (child.exitCode !== null || failure !== undefined) break;
          await new Promise<void>((resolve) => {
            wake = resolve;
            if (frames.length > 0) resolve();
          });
          if (frames.length === 0) break;
          continue;
        }
        const bytes = frame.width * frame.height * BYTES_PER_PIXEL;
        if (have < bytes) break;
        const all = pending.length === 1 ? (pending[0] as Buffer) : Buffer.concat(pending);
        const rest = all.subarray(bytes);
        pending = rest.length > 0 ? [rest] : [];
        have = rest.length;
        frames.shift();
        if (!Number.isFinite(frame.seconds)) throw new FootageError(`${file}: a frame has no time`);
        first ??= frame.seconds;
        const ts = Math.round((frame.seconds - first) * 1000);
        yield { ts, picture: { data: all.subarray(0, bytes), width: frame.width, height: frame.height } };
      }
    }
    await ended;
    if (failure !== undefined) throw new FootageError(`${file} cannot be read (${failure})`);
    if (first === undefined) throw new FootageError(`${file} holds no frames`);
  } finally {
    // Whoever stops listening early stops ffmpeg as well.
    child.kill('SIGKILL');
  }
}

const reasonIn = (words: readonly string[]): string | undefined =>
  words
    .findLast((line) => /invalid|error|no such|not found|could not|does not contain|matches no streams/i.test(line))
    ?.trim();
