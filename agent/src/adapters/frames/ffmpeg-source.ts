import { spawn, type ChildProcess } from 'node:child_process';
import { statSync } from 'node:fs';
import { HIDDEN } from '@aisle/contracts';
import { readAddress, shownAddress } from '../../ports/frame-source.js';
import type { FrameRun, FrameRunEvents, FrameSource, StreamAddress } from '../../ports/frame-source.js';
import { ffmpegArguments } from './ffmpeg-arguments.js';
import { JpegSplitter } from './jpeg-splitter.js';
import { PictureFolderRun } from './picture-folder.js';

/** How long ffmpeg may take to end when it is asked to, ms. */
const GRACE_MS = 1500;
/** Of what it says, as much is kept for people. */
const SAID_CHARACTERS = 2000;

/** Streams and video files through ffmpeg, folders of pictures directly. */
export class FfmpegFrameSource implements FrameSource {
  constructor(
    private readonly program = 'ffmpeg',
    private readonly stallMs = 10_000,
  ) {}

  open(stream: StreamAddress, events: FrameRunEvents): FrameRun {
    const { kind, url } = readAddress(stream.url);
    if (kind === 'file' && statSync(url, { throwIfNoEntry: false })?.isDirectory())
      return new PictureFolderRun(url, stream.framesPerSecond, events);
    return new FfmpegRun(this.program, stream, this.stallMs, events);
  }
}

class FfmpegRun implements FrameRun {
  readonly #child: ChildProcess;
  readonly #gone: Promise<void>;
  #said = '';
  #frames = 0;
  #stopped = false;

  constructor(program: string, stream: StreamAddress, stallMs: number, events: FrameRunEvents) {
    const isFile = readAddress(stream.url).kind === 'file';
    const splitter = new JpegSplitter((jpeg) => {
      const positionMs = isFile ? (this.#frames * 1000) / stream.framesPerSecond : null;
      this.#frames += 1;
      if (!this.#stopped) events.frame(jpeg, positionMs);
    });
    const child = spawn(program, ffmpegArguments(stream, stallMs), { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    child.stdout?.on('data', (chunk: Buffer) => splitter.push(chunk));
    child.stderr?.on('data', (chunk: Buffer) => {
      if (this.#said.length < SAID_CHARACTERS) this.#said += chunk.toString('utf8');
    });
    this.#gone = new Promise((resolve) => {
      const ended = (finished: boolean, reason: string) => {
        resolve();
        if (this.#stopped) return;
        this.#stopped = true;
        events.ended({ finished, reason });
      };
      child.on('error', (error: NodeJS.ErrnoException) =>
        ended(false, error.code === 'ENOENT' ? MISSING : `ffmpeg cannot be started (${error.code ?? error.message})`),
      );
      child.on('close', (code, signal) => {
        const finished = isFile && code === 0;
        ended(finished, finished ? 'the recording has ended' : reasonOf(this.#said, stream.url, code, signal));
      });
    });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#child.exitCode === null && this.#child.signalCode === null && this.#child.pid !== undefined) {
      this.#child.stdout?.resume();
      this.#child.kill('SIGTERM');
      const timer = setTimeout(() => this.#child.kill('SIGKILL'), GRACE_MS);
      await this.#gone;
      clearTimeout(timer);
    }
    await this.#gone;
  }
}

const MISSING = 'ffmpeg is not installed: streams and video files need it (Debian: apt install ffmpeg)';

/** What ffmpeg said last, without addresses. */
export function reasonOf(said: string, url: string, code: number | null, signal: string | null): string {
  const line = said
    .split('\n')
    .map((text) => text.replace(/^\[[^\]]*\]\s*/, '').trim())
    .filter((text) => text !== '')
    .at(-1);
  if (line === undefined) return code === 0 ? 'the stream has ended' : `ffmpeg ended with ${signal ?? code}`;
  return hideAddresses(line, url).slice(0, 200);
}

/** Addresses hold passwords, in the user part or behind the question mark. */
export function hideAddresses(text: string, url: string): string {
  const shown = text
    .replaceAll(url, shownAddress(url))
    .replaceAll(/\b[a-z][a-z0-9+.-]*:\/\/\S+/gi, (found) => shownAddress(found));
  // what a program says of an address that it has taken apart: of a password with "/" it takes the rest for the path
  return secretPieces(url).reduce((left, piece) => left.replaceAll(piece, HIDDEN), shown);
}

/** Pieces of an address that may belong to a password: what stands before the last "@", and values behind the question mark. */
function secretPieces(url: string): string[] {
  const rest = /^[a-z][a-z0-9+.-]*:\/\/(.*)$/is.exec(url)?.[1];
  if (rest === undefined) return [];
  const userinfo = rest.slice(0, Math.max(0, rest.lastIndexOf('@')));
  const query = rest.slice(rest.indexOf('?') < 0 ? rest.length : rest.indexOf('?'));
  return [...userinfo.split(/[:/?#@]/), ...query.split(/[?&=]/)]
    .filter((piece) => piece.length >= LEAST_PIECE)
    .sort((a, b) => b.length - a.length);
}
/** shorter ones would be found in words that are none */
const LEAST_PIECE = 5;
