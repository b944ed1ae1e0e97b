import type { PlayerCard } from '../screens/player-list.js';

/** Text only ever enters as text. */
export function tag(name: string, className = '', text = '', ...children: HTMLElement[]): HTMLElement {
  const element = document.createElement(name);
  if (className) element.className = className;
  element.textContent = text;
  element.append(...children);
  return element;
}

export const money = (amount: number, currency: string): string =>
  new Intl.NumberFormat('en', { style: 'currency', currency, currencyDisplay: 'narrowSymbol' }).format(amount);

export const isSame = ({ en, zh }: PlayerCard['name']): boolean => en === zh;

/** The shop's own card, or one for a category with its products. */
export function drawCard(card: PlayerCard): HTMLElement {
  const element = tag('article', `card h${card.hue}`);
  if (card.contentId === 'idle') {
    element.classList.add('idle');
    const name = tag('div', 'name', '', tag('h1', '', card.name.en));
    if (!isSame(card.name)) name.append(tag('h2', '', card.name.zh));
    element.append(name, tag('i', 'mark'));
    return element;
  }
  const header = tag('header', '', '', tag('span', '', card.shop.en));
  if (!isSame(card.shop)) header.append(tag('span', '', card.shop.zh));
  const name = tag('div', 'name', '', tag('h1', '', card.name.en));
  if (!isSame(card.name)) name.append(tag('h2', '', card.name.zh));
  const list = tag('ul');
  for (const product of card.products) {
    const item = tag('li', '', '', tag('b', '', product.name.en));
    if (!isSame(product.name)) item.append(tag('span', '', product.name.zh));
    if (product.price !== null) item.append(tag('strong', '', money(product.price, card.currency)));
    list.append(item);
  }
  element.append(header, name, list);
  return element;
}
