import { AisleError } from '@aisle/contracts';
import type { PlayerCard } from '../screens/player-list.js';
import { drawCard, tag } from './draw.js';
import { qr } from './qr.js';
import { drawTemplate, withoutPicture } from './templates.js';

/** A page or file that has not loaded by then is not shown. */
const LOAD_MS = 15_000;
/** Pictures within a template are fetched beforehand: what is not here by then does not come with it. */
const PICTURE_MS = 1_500;
const PICTURE = /\.(avif|gif|jpe?g|png|svg|webp)(\?|$)/i;

export type Trouble = 'notReachable' | 'notDecodable' | 'notCached' | 'replaced';
export class StageError extends AisleError<Trouble> {
  override readonly name = 'StageError';
  constructor(readonly code: Trouble) {
    super(code);
  }
}

export interface StageParts {
  /** whether the page behind a card's address can be shown: a frame fires `load` for its error page, too */
  isThere(card: PlayerCard, url: string): Promise<boolean>;
  /** @throws when the file is neither held nor to be had */
  fileOf(card: PlayerCard): Promise<Blob>;
}

interface Made {
  element: HTMLElement;
  /** comes back once its first frame can be painted */
  ready: Promise<void>;
  /** frames that it must have been in the page for, beneath what is shown; 0: it becomes ready without */
  beneath: number;
  /** how long it takes by itself, where it moves */
  seconds?: () => number;
  release?: () => void;
}

/**
 * Shows one thing after the other, never nothing in between: what comes next is made ready out of sight, opaque and whole, and laid
 * over what is shown from one frame to the next; only behind that frame does what lies beneath it go. A video or a page of somebody
 * else's lies beneath first, as a browser decodes and paints only what is in the page.
 */
export class Stage {
  #turn = 0;
  #top: Made | undefined;
  /** seconds of the video on the screen; undefined: it stands still */
  seconds: number | undefined;

  constructor(
    private readonly root: HTMLElement,
    private readonly parts: StageParts,
  ) {}

  /** Comes back once it is painted. @throws StageError: then what was shown stays; `replaced`: something else was asked for meanwhile */
  async show(card: PlayerCard, link?: string): Promise<void> {
    const turn = (this.#turn += 1);
    const stillWanted = (): void => {
      if (turn !== this.#turn) throw new StageError('replaced');
    };
    const made = await this.#make(card);
    if (link !== undefined) withCode(made, link);
    try {
      stillWanted();
      made.element.dataset['content'] = card.contentId;
      if (made.beneath > 0) {
        this.root.prepend(made.element);
        await withinTime(made.ready);
        for (let frames = made.beneath; frames > 0; frames -= 1) await frame();
      } else {
        await withinTime(made.ready);
      }
      stillWanted();
    } catch (error) {
      made.element.remove();
      made.release?.();
      throw error;
    }
    const before = this.#top;
    this.#top = made;
    this.seconds = made.seconds?.();
    // the page's own comes with it, before anything was shown
    const leave = () =>
      [before?.element, this.root.querySelector(':scope > [data-first]')].forEach((one) => one?.remove());
    if (made.beneath > 0) leave();
    else this.root.append(made.element);
    this.root.dataset['content'] = card.contentId;
    await painted();
    this.root.dataset['paintedAt'] = String(Date.now());
    leave();
    before?.release?.();
  }

  async #make(card: PlayerCard): Promise<Made> {
    if (card.file) return this.#file(card, card.file.type);
    if (card.template) {
      const element = drawTemplate(card, card.template);
      return { element, ready: pictures(element), beneath: 0 };
    }
    if (card.url === null) return { element: drawCard(card), ready: Promise.resolve(), beneath: 0 };
    if (PICTURE.test(card.url)) return picture(card.url);
    if (!(await this.parts.isThere(card, card.url))) throw new StageError('notReachable');
    return page(card.url);
  }

  async #file(card: PlayerCard, type: string): Promise<Made> {
    const blob = await this.parts.fileOf(card).catch(() => {
      throw new StageError('notCached');
    });
    const url = URL.createObjectURL(blob);
    const made = type.startsWith('video/') ? video(url) : picture(url, 'notDecodable');
    const release = (): void => {
      made.release?.();
      URL.revokeObjectURL(url);
    };
    return { ...made, release };
  }
}

/** A code in the corner of a file of somebody's own design. */
function withCode(made: Made, link: string): void {
  const { element } = made;
  made.element = tag('div', 'coded', '', element, qr(link));
}

const frame = () => new Promise<void>((resolve) => requestAnimationFrame(() => resolve()));
/** The frame in which it is shown has been made: a task behind that frame's own callbacks. */
const painted = async (): Promise<void> => {
  await frame();
  await new Promise<void>((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => resolve();
    port2.postMessage(null);
  });
};

function withinTime(ready: Promise<void>): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new StageError('notReachable')), LOAD_MS);
    ready.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

function picture(url: string, trouble: Trouble = 'notReachable'): Made {
  const element = document.createElement('img');
  element.className = 'media';
  // never painted in part, and never a frame later than what is around it
  element.decoding = 'sync';
  element.src = url;
  const ready = element.decode().catch(() => {
    throw new StageError(trouble);
  });
  return { element, ready, beneath: 0 };
}

/** Pictures of products come with what they are part of, or not at all: one that does not load leaves its place to the words. */
async function pictures(element: HTMLElement): Promise<void> {
  const all = [...element.querySelectorAll('img')];
  const left = new Promise((resolve) => setTimeout(resolve, PICTURE_MS));
  const here = new Set<HTMLImageElement>();
  const each = all.map((one) => one.decode().then(() => here.add(one), ignore));
  // A face that is not loaded yet would change the words in front of everybody.
  await Promise.race([Promise.all([...each, document.fonts.ready]), left]);
  for (const one of all) if (!here.has(one)) withoutPicture(one);
}
const ignore = (): void => undefined;

/**
 * A compositor may come to a video's frame later than to the page that it is in. So its first frame is drawn beneath it as well, as part
 * of the page: what is uncovered is that, whether or not the video itself is there already, and also when it begins anew.
 */
function video(url: string): Made {
  const element = document.createElement('div');
  const canvas = document.createElement('canvas');
  const moving = document.createElement('video');
  element.className = 'media film';
  element.append(canvas, moving);
  Object.assign(moving, { muted: true, loop: true, playsInline: true, preload: 'auto', src: url });
  const ready = new Promise<void>((resolve, reject) => {
    const fail = () => reject(new StageError('notDecodable'));
    moving.onerror = fail;
    moving.requestVideoFrameCallback((_now, { width, height }) => {
      Object.assign(canvas, { width, height });
      canvas.getContext('2d')?.drawImage(moving, 0, 0, width, height);
      resolve();
    });
    moving.play().catch(fail);
  });
  return { element, ready, beneath: 1, seconds: () => moving.duration, release: () => moving.pause() };
}

/** It paints in a process of its own, which says nothing of when: it is given some frames for it. */
function page(url: string): Made {
  const element = document.createElement('iframe');
  element.className = 'media';
  element.src = url;
  element.setAttribute('sandbox', 'allow-scripts');
  const ready = new Promise<void>((resolve) => element.addEventListener('load', () => resolve()));
  return { element, ready, beneath: 10 };
}
