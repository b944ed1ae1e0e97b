import type { ShownProduct, ShownTemplate } from '@aisle/contracts';
import type { PlayerCard } from '../screens/player-list.js';
import { isSame, money, tag } from './draw.js';
import { qr } from './qr.js';

const PER = { kg: '/kg', l: '/L', m: '/m', piece: '/pc 件' } as const;

/**
 * Layouts that are filled from the product list. product: one, quietly · offer: one with its price as the hero, and what it was ·
 * several: up to six on one shelf. Each turns itself for landscape and portrait; a product without a picture is carried by its name.
 */
export function drawTemplate(card: PlayerCard, data: ShownTemplate): HTMLElement {
  const element = tag('article', `sheet ${data.template}`, '', head(card, data));
  element.lang = 'zh';
  const [first] = data.products;
  if (data.template === 'several') {
    const shelf = tag('div', `shelf n${data.products.length}`);
    for (const product of data.products) shelf.append(tile(product, card.currency));
    element.append(shelf);
  } else if (first) element.append(hero(first, card.currency, data.template === 'offer'));
  element.append(foot(card, data));
  return element;
}

function head(card: PlayerCard, { category }: ShownTemplate): HTMLElement {
  const header = tag('header', '', '', tag('b', '', card.shop.zh));
  if (!isSame(card.shop)) header.append(tag('span', '', card.shop.en));
  if (category) {
    const words = isSame(category) ? category.zh : `${category.zh} ${category.en}`;
    header.append(tag('em', '', words));
  }
  return header;
}

function hero(product: ShownProduct, currency: string, isOffer: boolean): HTMLElement {
  const words = tag('div', 'words', '', tag('h1', sized(product.name.zh), product.name.zh));
  if (!isSame(product.name)) words.append(tag('h2', '', product.name.en));
  words.append(priceOf(product, currency));
  const saved =
    product.price !== null && product.was !== null ? Math.round((1 - product.price / product.was) * 100) : 0;
  if (isOffer && saved > 0) words.prepend(tag('p', 'saved', `立省 ${saved}%  ·  Save ${saved}%`));
  const body = tag('div', 'hero', '', words);
  const shown = image(product);
  if (shown) body.append(shown);
  else body.classList.add('bare');
  return body;
}

function tile(product: ShownProduct, currency: string): HTMLElement {
  const item = tag('section', 'tile');
  const shown = image(product);
  if (shown) item.append(shown);
  item.append(tag('h3', '', product.name.zh));
  if (!isSame(product.name)) item.append(tag('p', '', product.name.en));
  item.append(priceOf(product, currency));
  return item;
}

function priceOf({ price, was, unit }: ShownProduct, currency: string): HTMLElement {
  const element = tag('div', 'price');
  if (price === null) return element;
  const told = money(price, currency);
  const [, sign = '', whole = told, rest = ''] = /^(\D*)([\d,]+)(\D.*)?$/.exec(told) ?? [];
  element.append(tag('strong', '', '', tag('small', '', sign), tag('span', '', whole), tag('small', '', rest)));
  if (was !== null) element.append(tag('s', '', money(was, currency)));
  if (unit) element.append(tag('span', 'unit', `${money(unit.price, currency)} ${PER[unit.per]}`));
  return element;
}

/** A picture that does not come leaves its place to the words. */
export function withoutPicture(image: HTMLImageElement): void {
  const frame = image.closest('figure');
  frame?.closest('.hero')?.classList.add('bare');
  frame?.remove();
}

function image({ picture }: ShownProduct): HTMLElement | undefined {
  if (picture === null) return undefined;
  const frame = document.createElement('figure');
  const element = document.createElement('img');
  element.src = picture;
  element.alt = '';
  element.decoding = 'sync';
  frame.append(element);
  return frame;
}

function foot({ shop }: PlayerCard, { link }: ShownTemplate): HTMLElement {
  const footer = tag('footer');
  if (link === null) return footer;
  footer.append(qr(link));
  const words = tag('p', '', '', tag('b', '', '扫码了解'), tag('span', '', 'Scan to see more'));
  words.title = shop.en;
  footer.append(words);
  return footer;
}

const sized = (text: string): string => (text.length > 14 ? 'long' : text.length > 8 ? 'middle' : '');
