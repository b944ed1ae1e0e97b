/**
 * The look of a screen for other pages: what the player draws, by the player's own code, at the size of a real screen and made small.
 * Built as a file of its own (`signage.js`), which the dashboard loads beside its own parts.
 */
import type { AgentItem, StoreFile } from '@aisle/contracts';
import { PLAYER_STYLE } from '../http/player-style.js';
import { playerCard, type PlayerCard } from '../screens/player-list.js';
import { drawCard } from './draw.js';
import { drawTemplate, withoutPicture } from './templates.js';

/** The screens that pages are shown on. */
const SIZES = { landscape: [1920, 1080], portrait: [1080, 1920] } as const;
let style: CSSStyleSheet | undefined;

export interface PreviewAsked {
  storeFile: StoreFile;
  item: Pick<AgentItem, 'contentId' | 'template' | 'gtins' | 'category'>;
  turn: keyof typeof SIZES;
  /** drawn as the code of the play; null: none */
  link: string | null;
}

/** Draws into an element, which keeps the shape of the screen; what was drawn there before goes. */
export function preview(host: HTMLElement, { storeFile, item, turn, link }: PreviewAsked): void {
  const [width, height] = SIZES[turn];
  const root = host.shadowRoot ?? host.attachShadow({ mode: 'open' });
  if (!style) {
    style = new CSSStyleSheet();
    style.replaceSync(PLAYER_STYLE);
  }
  root.adoptedStyleSheets = [style];
  const frame = document.createElement('div');
  Object.assign(frame.style, { position: 'absolute', left: '0', top: '0', transformOrigin: '0 0' });
  Object.assign(frame.style, { width: `${width}px`, height: `${height}px`, overflow: 'hidden' });
  const stage = document.createElement('main');
  stage.id = 'stage';
  stage.append(drawn(playerCard(storeFile, item.contentId, { weight: 1, ...item }), link));
  frame.append(stage);
  root.replaceChildren(frame);
  fit(host, frame, width);
  for (const image of stage.querySelectorAll('img')) image.addEventListener('error', () => withoutPicture(image));
}

function drawn(card: PlayerCard | undefined, link: string | null): HTMLElement {
  if (!card) return document.createElement('div');
  return card.template ? drawTemplate(card, { ...card.template, link }) : drawCard(card);
}

const watched = new WeakMap<HTMLElement, ResizeObserver>();
function fit(host: HTMLElement, frame: HTMLElement, width: number): void {
  watched.get(host)?.disconnect();
  const scale = () => (frame.style.transform = `scale(${host.clientWidth / width})`);
  const observer = new ResizeObserver(scale);
  observer.observe(host);
  watched.set(host, observer);
  scale();
}
