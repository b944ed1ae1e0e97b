import sharp from 'sharp';
import type { CDPSession, Page } from 'playwright-core';
import { TILES, type Content } from './contents.js';

/** What every frame is looked at in: a small picture, so that thousands can be. */
const WIDE = 32;
const HIGH = 18;
const CHANNELS = 3;
/** A frame is an item's when its cells differ from it by so little, of 255: what JPEG and video coding change. */
const MEAN_OFF = 7;
/** … and no part of it by more: half an item is none. */
const MOST_OFF = 70;
/** Tiles of a picture are their colours to this much, also in a video. */
const TILE_OFF = 26;

type Look = Uint8Array;
export interface Frame {
  look: Look;
  /** epoch ms, by the browser */
  ts: number;
}

/** The page's own frames as the browser composes them (CDP `Page.startScreencast`): each that it gives is taken. */
export class Watch {
  readonly #frames: Promise<Frame>[] = [];
  #session: CDPSession | undefined;
  #listener: ((frame: Frame) => void) | undefined;
  count = 0;

  async start(page: Page): Promise<void> {
    const session = await page.context().newCDPSession(page);
    this.#session = session;
    session.on('Page.screencastFrame', ({ data, metadata, sessionId }) => {
      void session.send('Page.screencastFrameAck', { sessionId }).catch(() => undefined);
      this.count += 1;
      const ts = (metadata.timestamp ?? 0) * 1000;
      const read = lookOf(Buffer.from(data, 'base64')).then((look) => ({ look, ts }));
      this.#frames.push(read);
      void read.then((frame) => this.#listener?.(frame));
    });
    await session.send('Page.startScreencast', { format: 'jpeg', quality: 85, maxWidth: 640, maxHeight: 360 });
  }
  /**
   * Frames since the last call, in the order in which they were shown: the browser compresses several at a time, and hands on first
   * what is ready first. The newest are kept for the next call, since one before them may still be on its way.
   * @param until epoch ms; left out: all of them
   */
  async take(until = Infinity): Promise<Frame[]> {
    const all = (await Promise.all(this.#frames.splice(0))).sort((a, b) => a.ts - b.ts);
    const later = all.filter(({ ts }) => ts > until);
    this.#frames.unshift(...later.map((frame) => Promise.resolve(frame)));
    return all.filter(({ ts }) => ts <= until);
  }
  async stop(): Promise<void> {
    await this.#session?.send('Page.stopScreencast');
  }
}

async function lookOf(jpeg: Buffer): Promise<Look> {
  return sharp(jpeg).resize(WIDE, HIGH, { fit: 'fill' }).removeAlpha().raw().toBuffer();
}

/** What one page's screenshot looks like. */
export const lookOfPage = async (page: Page): Promise<Look> => lookOf(await page.screenshot({ type: 'png' }));

const isSame = (one: Look, other: Look): boolean => {
  let sum = 0;
  for (let at = 0; at < one.length; at += CHANNELS) {
    let cell = 0;
    for (let channel = 0; channel < CHANNELS; channel += 1)
      cell = Math.max(cell, Math.abs((one[at + channel] ?? 0) - (other[at + channel] ?? 0)));
    if (cell > MOST_OFF) return false;
    sum += cell;
  }
  return sum / (WIDE * HIGH) <= MEAN_OFF;
};

/** What each content looks like when all of it is on the screen. */
export class Looks {
  readonly #looks: Look[] = [];

  /** @throws when it is not what was made, or cannot be told from another */
  learn(content: Content, look: Look): void {
    if (content.tiles)
      for (const [at, [red, green, blue]] of content.tiles.entries()) {
        const x = Math.floor((((at % TILES) + 0.5) * WIDE) / TILES);
        const y = Math.floor(((Math.floor(at / TILES) + 0.5) * HIGH) / TILES);
        const place = (y * WIDE + x) * CHANNELS;
        const off = Math.max(...[red, green, blue].map((value, n) => Math.abs(value - (look[place + n] ?? 0))));
        if (off > TILE_OFF) throw new Error(`${content.name}: tile ${at} is ${off} off its colour`);
      }
    const [first = 0] = look;
    if (look.every((value) => Math.abs(value - first) < 16)) throw new Error(`${content.name} looks like nothing`);
    const twin = this.#looks.findIndex((other) => isSame(look, other));
    if (twin >= 0) throw new Error(`${content.name} cannot be told from number ${twin}`);
    this.#looks.push(look);
  }

  /** Number of the content that a frame shows whole; −1: none of them */
  which(look: Look): number {
    return this.#looks.findIndex((known) => isSame(look, known));
  }
}

export interface Verdict {
  frames: number;
  /** of nothing that was made: empty, in part, or two things at once */
  blank: number;
  /** a whole item, but not one whose turn it is */
  wrong: number;
  /** where it went wrong, the first ones */
  said: string[];
}

/**
 * Follows a sequence of changes through the frames: each must show, whole, an item that had been asked for by then, and never go
 * back.
 */
export class Judge {
  readonly verdict: Verdict = { frames: 0, blank: 0, wrong: 0, said: [] };
  #at = 0;

  constructor(
    private readonly looks: Looks,
    /** number of the content, and when it was asked for, epoch ms */
    private readonly sequence: readonly { shown: number; askedMs: number }[],
  ) {}

  look(frames: readonly Frame[]): void {
    for (const { look, ts } of frames) {
      this.verdict.frames += 1;
      const most = this.sequence.findLastIndex(({ askedMs }) => askedMs <= ts);
      const shown = this.looks.which(look);
      const found = shown < 0 ? undefined : this.#next(shown, most);
      if (shown < 0) this.#note('blank', `change ${most}: a frame of nothing that was made`, look);
      else if (found === undefined) this.#note('wrong', `change ${most}: number ${shown} out of its turn`, look);
      else this.#at = found;
    }
  }

  #next(shown: number, most: number): number | undefined {
    for (let at = this.#at; at <= most; at += 1) if (this.sequence[at]?.shown === shown) return at;
    return undefined;
  }

  #note(kind: 'blank' | 'wrong', text: string, look: Look): void {
    this.verdict[kind] += 1;
    if (this.verdict.said.length < 20)
      this.verdict.said.push(`${text} (${[...look.slice(0, 3)].join(' ')} … ${[...look.slice(-3)].join(' ')})`);
  }
}
