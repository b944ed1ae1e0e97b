import type { WhatIfSilence, WhatIfView } from '@aisle/contracts';
import type { Both } from './proposal-words.js';
import type { Expected } from './expected-sales.js';

export const WHAT_IF_SAID: Readonly<Record<WhatIfSilence, Both>> = {
  nothingChanged: {
    en: 'Every product would stand as it does now.',
    zh: '所有商品的位置与现在相同。',
  },
  salesUnknown: {
    en: 'What these products sell is not known: nothing was sold, tills were away for too long, or sales are in several currencies.',
    zh: '这些商品的销售情况未知：没有销售、收银机离线过久，或销售使用了多种货币。',
  },
  tooLittleSold: {
    en: 'Too few of these products were sold in the last weeks: nothing can be said.',
    zh: '这些商品近几周售出太少，无法判断。',
  },
  newHere: {
    en: 'These products stand nowhere now: what they would sell is not known.',
    zh: '这些商品目前没有摆放，无法预计其销售。',
  },
  levelUnknown: {
    en: 'The store file does not say on which level the slots are, so nothing can be said.',
    zh: '门店文件没有注明货位所在的层，无法判断。',
  },
  stopsUnknown: {
    en: 'No camera tells how many stop in both zones, so nothing can be said.',
    zh: '没有摄像头统计两个区域的停留人数，无法判断。',
  },
};

/** What a change is expected to come to, in one sentence. */
export function whatIfSaid(
  total: Expected,
  count: number,
  silent: number,
  currency: string,
  weeks: number,
): WhatIfView['sentence'] {
  const [now, expected, low, high] = [total.now, total.expected, total.low, total.high].map((value) =>
    value.toFixed(2),
  );
  const isWithin = total.low <= total.now && total.now <= total.high;
  const products =
    count === 1 ? 'The product that would stand otherwise is' : `The ${count} products that would stand otherwise are`;
  return {
    en:
      `${products} expected to sell ${expected} ${currency} a week instead of ${now} (nine times of ten between ${low} and ${high} over ${weeks === 1 ? 'a week' : `${weeks} weeks`}).` +
      (isWithin ? ' That includes what is sold now: whether it helps is not sure.' : '') +
      (silent > 0 ? ` Of ${silent} more nothing can be said.` : ''),
    zh:
      `调整的 ${count} 个商品预计每周销售 ${expected} ${currency}，目前为 ${now}（${weeks} 周内十有九次在 ${low} 至 ${high} 之间）。` +
      (isWithin ? '区间包含目前的销售额，是否有效尚不确定。' : '') +
      (silent > 0 ? `另有 ${silent} 个商品无法判断。` : ''),
  };
}
