import { createHash } from 'node:crypto';
import type { Product, StoreFile } from '@aisle/contracts';

/** Pages that shoppers see on their phones: no script, no account, nothing of anybody else's but a product's picture. */
export type ShopperLanguage = 'en' | 'zh';

const WORDS = {
  en: {
    unknown: 'This code is not one of ours, or it was not read whole.',
    expired: 'This code has run out. The screen shows a new one.',
    thanks: 'Thank you for having a look.',
    was: 'was',
    per: { kg: 'per kg', l: 'per litre', m: 'per metre', piece: 'each' },
  },
  zh: {
    unknown: '二维码无效，或没有扫完整。',
    expired: '二维码已过期，请扫屏幕上的新码。',
    thanks: '感谢您的关注。',
    was: '原价',
    per: { kg: '/千克', l: '/升', m: '/米', piece: '/件' },
  },
} as const;

const STYLE = `:root{color-scheme:light dark}*{box-sizing:border-box;margin:0}
body{font:17px/1.5 system-ui,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif;max-width:34rem;margin:0 auto;padding:2rem 1.25rem 4rem}
header{opacity:.7;font-size:.9rem;margin-bottom:1.5rem}h1{font-size:1.9rem;line-height:1.2;text-wrap:balance}h2{font-weight:450;font-size:1.15rem;opacity:.7;margin-top:.25rem}
figure{background:#fff;border-radius:12px;padding:1rem;margin-bottom:1.5rem;display:grid;place-items:center}img{max-width:100%;max-height:50vh}
.price{margin-top:1.25rem;display:flex;flex-wrap:wrap;gap:.2rem .9rem;align-items:baseline;font-variant-numeric:tabular-nums}.price strong{font-size:2.2rem;line-height:1}.price span{opacity:.7}.price small{flex-basis:100%;opacity:.7}`;

export const SHOPPER_POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; img-src http: https:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

/** The first of our languages that a browser names; English for others. */
export const languageOf = (accepted: string | undefined): ShopperLanguage =>
  /^\s*zh\b/i.test((accepted ?? '').split(',').find((one) => /^\s*(zh|en)\b/i.test(one)) ?? '') ? 'zh' : 'en';

export const notePage = (language: ShopperLanguage, note: 'unknown' | 'expired' | 'thanks'): string =>
  frame(language, 'Aisle', `<p>${WORDS[language][note]}</p>`);

/** What the shop's product list says of it now. */
export function productPage(language: ShopperLanguage, { store }: StoreFile, product: Product): string {
  const words = WORDS[language];
  const [name, other] = namesIn(product.name, language, product.gtin);
  const money = new Intl.NumberFormat(language === 'zh' ? 'zh-CN' : 'en', {
    ...{ style: 'currency', currency: store.currency, currencyDisplay: 'narrowSymbol' },
  } as Intl.NumberFormatOptions);
  const { price, wasPrice, picture, measure, soldBy } = product;
  const by = soldBy === 'weight' ? { amount: 1, unit: 'kg' as const } : measure;
  const parts = [
    picture === undefined ? '' : `<figure><img src="${escape(picture)}" alt=""></figure>`,
    `<h1>${escape(name)}</h1>`,
    other === undefined ? '' : `<h2>${escape(other)}</h2>`,
  ];
  if (price !== undefined) {
    const was =
      wasPrice !== undefined && wasPrice > price ? `<span>${words.was} <s>${money.format(wasPrice)}</s></span>` : '';
    const unit = by ? `<small>${money.format(price / by.amount)} ${words.per[by.unit]}</small>` : '';
    parts.push(`<p class="price"><strong>${money.format(price)}</strong>${was}${unit}</p>`);
  }
  const [shop] = namesIn(store.name, language, store.id);
  return frame(language, name, `<header>${escape(shop)}</header>${parts.join('')}`);
}

type Name = Product['name'] | undefined;
/** In the reader's language, and in the other where it differs. */
function namesIn(name: Name, language: ShopperLanguage, fallback: string): [string, string | undefined] {
  if (name === undefined || typeof name === 'string') return [name ?? fallback, undefined];
  const both = { en: name.en, zh: name.zh ?? name.en };
  const other = both[language === 'en' ? 'zh' : 'en'];
  return [both[language], other === both[language] ? undefined : other];
}

const frame = (language: ShopperLanguage, title: string, body: string): string =>
  `<!doctype html><html lang="${language === 'zh' ? 'zh-CN' : 'en'}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex"><title>${escape(title)}</title><style>${STYLE}</style></head><body>${body}</body></html>`;

const escape = (text: string): string => text.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);
