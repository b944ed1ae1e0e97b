import { webAddress, type AgentItem, type Content, type Product, type StoreFile } from '@aisle/contracts';

/** Something that a screen can show. */
export interface Card {
  contentId: string;
  category: string | null;
  /** of the store file; undefined: the player draws a card from name and products */
  url: string | undefined;
}
type Names = { en: string; zh: string };

export const IDLE_CONTENT = 'idle';

/** What screens may show: the store file's content, and a drawn card for each category of products without any. */
export function cardsOf(store: StoreFile): Card[] {
  const cards: Card[] = (store.content ?? []).map((content) => ({
    contentId: content.id,
    category: content.category ?? null,
    url: urlOf(content),
  }));
  const covered = new Set(cards.map((card) => card.category));
  for (const category of new Set((store.products ?? []).flatMap((product) => product.category ?? []))) {
    if (!covered.has(category)) cards.push({ contentId: `card-${category}`, category, url: undefined });
  }
  return cards;
}

/** Of versions from before addresses were looked at: what is none is drawn as a card. */
export const urlOf = ({ url }: Content): string | undefined => (url !== undefined && webAddress(url) ? url : undefined);

/** Where a player gets an item of a campaign, or one that is pinned; what is in the store file keeps its own place. */
export function whereOf(screenId: string, { contentId, file, template, url }: AgentItem): string {
  if (file) return `/player/${screenId}/file/${file.sha256}`;
  if (template !== undefined) return `/player/${screenId}/template/${contentId}`;
  return url !== undefined && webAddress(url) ? url : `/player/${screenId}/content/${contentId}.json`;
}

/** A category's name in both languages; its id where the store file has none. */
export function categoryName(store: StoreFile, category: string): Names {
  const own = store.categories?.find((candidate) => candidate.id === category)?.name;
  const zone = store.zones?.find((candidate) => candidate.category === category)?.name;
  return namesOf(own ?? zone, category.charAt(0).toUpperCase() + category.slice(1));
}

export function namesOf(name: Content['name'] | undefined, fallback: string): Names {
  if (name === undefined) return { en: fallback, zh: fallback };
  return typeof name === 'string' ? { en: name, zh: name } : { en: name.en, zh: name.zh ?? name.en };
}

/** What the player page needs to draw a card. */
export interface CardData {
  contentId: string;
  category: string | null;
  /** 0 to 359, the same for a category wherever it is shown */
  hue: number;
  name: Names;
  shop: Names;
  url: string | null;
  currency: string;
  products: { name: Names; price: number | null }[];
}

/** Card data of one content, or of the idle card; undefined for a content that the store file does not have. */
export function cardData(store: StoreFile, contentId: string): CardData | undefined {
  const shop = namesOf(store.store.name, store.store.id);
  const base = { contentId, shop, currency: store.store.currency };
  if (contentId === IDLE_CONTENT) return { ...base, category: null, hue: 210, name: shop, url: null, products: [] };
  const card = cardsOf(store).find((candidate) => candidate.contentId === contentId);
  if (!card) return undefined;
  const content = store.content?.find((candidate) => candidate.id === contentId);
  const products = (store.products ?? []).filter((product) => product.category === card.category);
  return {
    ...base,
    category: card.category,
    hue: hueOf(card.category ?? contentId),
    name:
      content?.name !== undefined
        ? namesOf(content.name, contentId)
        : card.category === null
          ? shop
          : categoryName(store, card.category),
    url: card.url ?? null,
    products: featured(products).map((product) => ({
      name: namesOf(product.name, product.gtin),
      price: product.price ?? null,
    })),
  };
}

/** Six products of a category, spread over its prices. */
function featured(products: readonly Product[]): Product[] {
  const sorted = [...products].sort((a, b) => (b.price ?? 0) - (a.price ?? 0));
  if (sorted.length <= 6) return sorted;
  return Array.from({ length: 6 }, (_, index) => sorted[Math.floor((index * sorted.length) / 6)] as Product);
}

function hueOf(text: string): number {
  let hash = 0;
  for (const letter of text) hash = (hash * 31 + (letter.codePointAt(0) ?? 0)) % 3600;
  // Multiples of 30 degrees: categories that differ look different.
  return (hash % 12) * 30;
}
