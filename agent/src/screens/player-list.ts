import {
  ProductBook,
  webAddress,
  type AgentItem,
  type MediaFile,
  type Product,
  type ShownProduct,
  type ShownTemplate,
  type StoreFile,
} from '@aisle/contracts';
import { cardData, cardsOf, categoryName, IDLE_CONTENT, namesOf, type CardData } from './content.js';
import type { ScreenItem } from './media/screen-items.js';

/** What the player needs to show a content: a drawn card, a page or file by its address, a file of a campaign, or a template. */
export interface PlayerCard extends CardData {
  file?: MediaFile;
  template?: ShownTemplate;
}
/** An entry of the list that a player goes on with by itself while the agent is away. */
export interface OwnItem {
  contentId: string;
  weight: number;
  minPlaySeconds: number;
  /** epoch ms; null: no bound */
  fromTs: number | null;
  toTs: number | null;
  days: string[] | null;
  hours: [string, string][] | null;
}
export interface PlayerList {
  timezone: string;
  /** where pictures and pages come from, beside the agent */
  origins: string[];
  cards: PlayerCard[];
  items: OwnItem[];
}

const MOST_PRODUCTS = 6;

/** One content of this screen; undefined when neither the store file nor a campaign knows it. */
export function playerCard(store: StoreFile, contentId: string, item: AgentItem | undefined): PlayerCard | undefined {
  const own = cardData(store, contentId);
  if (own || !item) return own;
  const idle = cardData(store, IDLE_CONTENT) as CardData;
  const { category } = item;
  const base = { ...idle, contentId, category, name: category === null ? idle.shop : categoryName(store, category) };
  if (item.file) return { ...base, file: item.file };
  const template = filledTemplate(store, item);
  if (template) return { ...base, template };
  return { ...base, url: (item.url === undefined ? undefined : webAddress(item.url))?.href ?? null };
}

/** A template with what the product list says of its products now; undefined where the item is none. */
export function filledTemplate(
  store: StoreFile,
  { template, gtins, category }: Pick<AgentItem, 'template' | 'gtins' | 'category'>,
  link: string | null = null,
): ShownTemplate | undefined {
  if (template === undefined) return undefined;
  return {
    template,
    category: category === null ? null : categoryName(store, category),
    products: productsOf(store, gtins).slice(0, template === 'several' ? MOST_PRODUCTS : 1),
    link,
  };
}

/** All that may come on a screen, so that a decision is shown without another question, and without the agent. */
export function playerList(store: StoreFile, items: readonly ScreenItem[]): PlayerList {
  const cards = new Map<string, PlayerCard>();
  const add = (card: PlayerCard | undefined) => card && cards.set(card.contentId, card);
  for (const { contentId } of [{ contentId: IDLE_CONTENT }, ...cardsOf(store)])
    add(playerCard(store, contentId, undefined));
  for (const { item } of items) add(playerCard(store, item.contentId, item));
  const own = items.flatMap(({ item, campaign }) =>
    campaign
      ? [
          {
            contentId: item.contentId,
            weight: item.weight * campaign.weight,
            minPlaySeconds: campaign.minPlaySeconds,
            fromTs: campaign.fromTs,
            toTs: campaign.toTs,
            days: campaign.days,
            hours: campaign.hours as OwnItem['hours'],
          },
        ]
      : [],
  );
  return { timezone: store.store.timezone, origins: originsOf(store, items), cards: [...cards.values()], items: own };
}

/** Places of pages, of pictures and of products' pictures that this screen may show. */
export function originsOf(store: StoreFile | undefined, items: readonly ScreenItem[]): string[] {
  const addresses = [
    ...(store?.content ?? []).map(({ url }) => url),
    ...items.map(({ item }) => item.url),
    ...(store?.products ?? []).map(({ picture }) => picture),
  ];
  const found = addresses.map((address) => (address === undefined ? undefined : webAddress(address)?.origin));
  return [...new Set(found)].filter((origin) => origin !== undefined);
}

/** A store file does not change: its products are looked up at every play. */
const books = new WeakMap<StoreFile, ProductBook<Product>>();
function bookOf(store: StoreFile): ProductBook<Product> {
  const known = books.get(store) ?? new ProductBook(store.products ?? []);
  books.set(store, known);
  return known;
}

function productsOf(store: StoreFile, gtins: readonly string[]): ShownProduct[] {
  const book = bookOf(store);
  return gtins.flatMap((gtin) => {
    const product = book.find(gtin);
    return product ? [shownProduct(product)] : [];
  });
}

function shownProduct({ gtin, name, price: now, wasPrice, measure, soldBy, picture }: Product): ShownProduct {
  const price = now ?? null;
  const address = picture === undefined ? undefined : webAddress(picture);
  const per = soldBy === 'weight' ? { amount: 1, unit: 'kg' as const } : measure;
  return {
    gtin,
    name: namesOf(name, gtin),
    price,
    was: price !== null && wasPrice !== undefined && wasPrice > price ? wasPrice : null,
    unit: price === null || per === undefined ? null : { price: price / per.amount, per: per.unit },
    picture: address?.href ?? null,
  };
}
