import type { LocalName, Proposal, ProposalSilence, ProposalsView } from '@aisle/contracts';
import type { Static } from '@sinclair/typebox';

export interface Both {
  en: string;
  zh: string;
}

export function nameIn(name: Static<typeof LocalName> | null | undefined, code: string): Both {
  if (name === null || name === undefined) return { en: code, zh: code };
  return typeof name === 'string' ? { en: name, zh: name } : { en: name.en, zh: name.zh ?? name.en };
}

export const SILENCES: Readonly<Record<Exclude<ProposalSilence, 'tooLittleSold'>, Both>> = {
  nothingPlaced: {
    en: 'No slot of this fixture holds a product.',
    zh: '该货架上没有摆放商品。',
  },
  noLevels: {
    en: 'The store file does not say on which level the slots of this fixture are, so no place can be proposed.',
    zh: '门店文件没有注明该货架各货位所在的层，因此无法提出建议。',
  },
  salesUnknown: {
    en: 'What this fixture sells is not known: tills were away for too long, or sales are in several currencies.',
    zh: '该货架的销售情况未知：收银机离线过久，或销售使用了多种货币。',
  },
};
export const tooLittle = (units: number, least: number): Both => ({
  en: `Only ${units} units were sold from this fixture in four weeks: from fewer than ${least} nothing can be said.`,
  zh: `该货架四周内仅售出 ${units} 件，少于 ${least} 件时无法判断。`,
});

export const proposed = (count: number, best: ProposalsView['best'], currency: string): Both => {
  const gain = best === null ? null : best.gain.toFixed(2);
  return {
    en: `${count === 0 ? 'No single move is expected to bring more' : count === 1 ? 'One move is expected to bring more' : `${count} moves are expected to bring more`}${gain === null ? '.' : `; the best arrangement about ${gain} ${currency} a week.`}`,
    zh: `${count === 0 ? '没有单项调整预计能增加销售' : `有 ${count} 项调整预计能增加销售`}${gain === null ? '。' : `；最佳陈列预计每周约多 ${gain} ${currency}。`}`,
  };
};

type Money = Pick<Proposal, 'gain' | 'low' | 'high'>;
const money = ({ gain, low, high }: Money, currency: string): Both => ({
  en: `About ${gain.toFixed(2)} ${currency} a week more (between ${low.toFixed(2)} and ${high.toFixed(2)}).`,
  zh: `预计每周约多 ${gain.toFixed(2)} ${currency}（${low.toFixed(2)} 至 ${high.toFixed(2)} 之间）。`,
});

export function facingsSaid(
  said: { product: Both; giver: Both | null; from: number; to: number; emptyPercent: number },
  gained: Money,
  currency: string,
): Both {
  const { product, giver, from, to, emptyPercent } = said;
  const what = money(gained, currency);
  return {
    en: `Give ${product.en} ${to} facings instead of ${from}, ${giver ? `one of them from ${giver.en}` : 'the one more from an empty slot of its level'}: it was sold out for ${emptyPercent} % of the opening hours. ${what.en}`,
    zh: `将${product.zh}的排面由 ${from} 增至 ${to}，${giver ? `取自${giver.zh}` : '使用同层的空货位'}：营业时间内有 ${emptyPercent}% 缺货。${what.zh}`,
  };
}

export function swapSaid(
  said: { better: Both; other: Both; from: number; to: number; isEye: boolean; sales: number; otherSales: number },
  gained: Money,
  currency: string,
): Both {
  const { better, other, from, to, isEye, sales, otherSales } = said;
  const what = money(gained, currency);
  return {
    en: `Let ${better.en} (level ${from}) and ${other.en} (level ${to}${isEye ? ', at eye level' : ''}) change places: ${sales.toFixed(2)} against ${otherSales.toFixed(2)} ${currency} a week, from as many facings. ${what.en}`,
    zh: `将${better.zh}（第 ${from} 层）与${other.zh}（第 ${to} 层${isEye ? '，视线高度' : ''}）互换：排面相同，每周销售 ${sales.toFixed(2)} 对 ${otherSales.toFixed(2)} ${currency}。${what.zh}`,
  };
}
