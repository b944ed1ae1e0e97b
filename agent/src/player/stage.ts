/** Draws cards, pictures and pages, one over the other with a cross-fade. Text only ever enters as text. */
export interface Names {
  en: string;
  zh: string;
}
export interface CardData {
  contentId: string;
  category: string | null;
  hue: number;
  name: Names;
  shop: Names;
  url: string | null;
  /** of a file of a campaign: its media type; it is fetched with the screen's key */
  media?: string;
  currency: string;
  products: { name: Names; price: number | null }[];
}

const FADE_MS = 500;
const PICTURE = /\.(avif|gif|jpe?g|png|svg|webp)(\?|$)/i;

/** A page that has not loaded by then is taken away again. */
const LOAD_MS = 15_000;

export class Stage {
  #turn = 0;

  /** @param isThere whether the page behind a card's address can be shown: a frame fires `load` for its error page, too */
  constructor(
    private readonly root: HTMLElement,
    private readonly isThere: (card: CardData, url: string) => Promise<boolean>,
    /** an address in memory of a campaign's file; undefined while it cannot be had */
    private readonly fileOf: (url: string) => Promise<string | undefined>,
  ) {}

  /** Shows a card; true once it is painted, false when its picture or page does not load: then what was shown stays. */
  async show(card: CardData): Promise<boolean> {
    const turn = (this.#turn += 1);
    const next = await this.#element(card);
    if (!next || turn !== this.#turn) return false;
    next.dataset['content'] = card.contentId;
    if (next instanceof HTMLImageElement && !(await loaded(next))) return false;
    if (next instanceof HTMLVideoElement && !(await playing(next))) return false;
    if (next instanceof HTMLIFrameElement && !(await this.isThere(card, card.url as string))) return false;
    if (turn !== this.#turn) return false;
    const before = [...this.root.children];
    const arrived = next instanceof HTMLIFrameElement ? pageLoaded(next) : Promise.resolve(true);
    this.root.append(next);
    if (!(await arrived) || turn !== this.#turn) {
      next.remove();
      return false;
    }
    await painted();
    next.classList.add('on');
    this.root.dataset['content'] = card.contentId;
    setTimeout(() => before.forEach((element) => element.remove()), FADE_MS);
    await painted();
    return true;
  }

  async #element(card: CardData): Promise<HTMLElement | undefined> {
    if (card.url === null) return drawCard(card);
    if (card.media === undefined) return media(card.url);
    const address = await this.fileOf(card.url);
    if (address === undefined) return undefined;
    const element = document.createElement(card.media.startsWith('video/') ? 'video' : 'img');
    element.className = 'media';
    element.src = address;
    // no sound was asked for, and none may begin by itself
    if (element instanceof HTMLVideoElement) Object.assign(element, { muted: true, loop: true, playsInline: true });
    return element;
  }
}

/** A video's first picture is there and moves on. */
const playing = (video: HTMLVideoElement) =>
  video.play().then(
    () => true,
    () => false,
  );
const painted = () => new Promise<void>((resolve) => requestAnimationFrame(() => resolve()));
const loaded = (image: HTMLImageElement) =>
  image.decode().then(
    () => true,
    () => false,
  );

const pageLoaded = (frame: HTMLIFrameElement) =>
  new Promise<boolean>((resolve) => {
    const timer = setTimeout(() => resolve(false), LOAD_MS);
    frame.addEventListener('load', () => {
      clearTimeout(timer);
      resolve(true);
    });
  });

function media(url: string): HTMLElement {
  const element = PICTURE.test(url) ? document.createElement('img') : document.createElement('iframe');
  element.className = 'media';
  element.src = url;
  if (element instanceof HTMLIFrameElement) element.setAttribute('sandbox', 'allow-scripts');
  return element;
}

function drawCard(card: CardData): HTMLElement {
  const element = tag('article', `card h${card.hue}`);
  if (card.contentId === 'idle') {
    element.classList.add('idle');
    const name = tag('div', 'name');
    name.append(tag('h1', '', card.name.en), tag('h2', '', card.name.zh === card.name.en ? '' : card.name.zh));
    element.append(name);
    return element;
  }
  const header = tag('header');
  header.append(tag('span', '', card.shop.en), tag('span', '', card.shop.zh === card.shop.en ? '' : card.shop.zh));
  const name = tag('div', 'name');
  name.append(tag('h1', '', card.name.en));
  if (card.name.zh !== card.name.en) name.append(tag('h2', '', card.name.zh));
  const list = tag('ul');
  for (const product of card.products) {
    const item = tag('li');
    item.append(tag('b', '', product.name.en));
    if (product.name.zh !== product.name.en) item.append(tag('span', '', product.name.zh));
    if (product.price !== null) item.append(tag('strong', '', price(product.price, card.currency)));
    list.append(item);
  }
  element.append(header, name, list);
  return element;
}

function tag(name: string, className = '', text = ''): HTMLElement {
  const element = document.createElement(name);
  if (className) element.className = className;
  element.textContent = text;
  return element;
}

const price = (amount: number, currency: string): string =>
  new Intl.NumberFormat('en', { style: 'currency', currency, currencyDisplay: 'narrowSymbol' }).format(amount);
