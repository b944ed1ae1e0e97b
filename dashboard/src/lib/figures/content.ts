import type { StoreFile } from '@aisle/contracts';
import { nameOf, type Locale } from '../i18n/translate.js';

/** A content item as the reader knows it. */
export interface ContentView {
  contentId: string;
  name: string;
  category: string | null;
  categoryName: string | null;
  /** 0 to 359: the ground on which the shop's player draws the card */
  hue: number;
  products: { name: string; price: number | null }[];
}

/** Content without an entry of its own is a card that the shop draws for a category (`card-…`). */
export function contentView(file: StoreFile, contentId: string, locale: Locale): ContentView {
  const entry = (file.content ?? []).find((content) => content.id === contentId);
  const drawn = contentId.startsWith('card-') ? contentId.slice('card-'.length) : null;
  const category = entry?.category ?? (entry ? null : drawn);
  const label = category === null ? null : categoryLabel(file, category, locale);
  const shop = nameOf(file.store.name, locale, file.store.id);
  return {
    contentId,
    name: entry ? nameOf(entry.name, locale, contentId) : (label ?? (contentId === 'idle' ? shop : contentId)),
    category,
    categoryName: label,
    hue: contentId === 'idle' ? 210 : hueOf(category ?? contentId),
    products: (file.products ?? [])
      .filter((product) => category !== null && product.category === category)
      .slice(0, 3)
      .map((product) => ({ name: nameOf(product.name, locale, product.gtin), price: product.price ?? null })),
  };
}

export function categoryLabel(file: StoreFile, category: string, locale: Locale): string {
  const own = (file.categories ?? []).find((entry) => entry.id === category)?.name;
  const zone = (file.zones ?? []).find((entry) => entry.category === category)?.name;
  return nameOf(own ?? zone, locale, category);
}

/** The same twelve hues as the player's, by the same sum over the id. */
function hueOf(text: string): number {
  let hash = 0;
  for (const letter of text) hash = (hash * 31 + (letter.codePointAt(0) ?? 0)) % 3600;
  return (hash % 12) * 30;
}
