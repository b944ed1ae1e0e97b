import type { EffectMark, EffectMetric, EffectSilence, EffectView, LocalName } from '@aisle/contracts';
import type { Static } from '@sinclair/typebox';

type Name = Static<typeof LocalName>;
export interface EffectSaid {
  metric: EffectMetric;
  why: EffectSilence | null;
  claims: boolean;
  effect: number | null;
  low: number | null;
  high: number | null;
  p: number | null;
  smallestP: number | null;
  units: number | null;
  unitKind: EffectView['unitKind'];
  weeksAfter: number;
  marks: readonly EffectMark[];
}

const METRICS: Readonly<Record<EffectMetric, { en: string; zh: string }>> = {
  salesNet: { en: 'Net sales', zh: '净销售额' },
  units: { en: 'Units sold', zh: '销售件数' },
  visits: { en: 'Visits', zh: '进区人次' },
};
const SILENCES: Readonly<Record<Exclude<EffectSilence, 'tooFewUnits'>, { en: string; zh: string }>> = {
  first: {
    en: 'This is the first version: there is nothing before it to compare with.',
    zh: '这是第一个版本，之前没有可比的内容。',
  },
  nothingChanged: {
    en: 'This version changed nothing that stands in a zone, so there is no effect to look for.',
    zh: '该版本没有改动任何区域内的陈列，因此没有可衡量的效果。',
  },
  planned: { en: 'This version is not in force yet.', zh: '该版本尚未生效。' },
  tooSoon: {
    en: 'The change has been in force for less than a whole week: nothing can be said yet.',
    zh: '改动生效还不到一整周，暂时无法判断。',
  },
  noPast: {
    en: 'There are fewer than four weeks of figures before the change: nothing can be said.',
    zh: '改动之前的数据不足四周，无法判断。',
  },
  nothingComparable: {
    en: 'There are fewer than two other zones or shops with sales that were left as they were: nothing can be compared.',
    zh: '保持不变且有销售的其他区域或门店不足两个，无法比较。',
  },
};

const percent = (share: number): string => {
  const value = Math.abs(share * 100);
  return value < 10 ? String(Math.round(value * 10) / 10) : String(Math.round(value));
};
const signed = (share: number): string => `${share < 0 ? '−' : '+'}${percent(share)}`;
const small = (p: number): string => String(Number(p.toPrecision(2)));

/** What may be said of a change, in one sentence; what else happened meanwhile is named behind it. */
export function effectSentence(said: EffectSaid): EffectView['sentence'] {
  const { why, effect, low, high, p, smallestP, units } = said;
  if (why !== null && why !== 'tooFewUnits') return SILENCES[why];
  if (effect === null || low === null || high === null || p === null || smallestP === null || units === null)
    return SILENCES.nothingComparable;
  const { en: metric, zh: metricZh } = METRICS[said.metric];
  const others = units - 1;
  const [where, whereZh] =
    said.unitKind === 'store'
      ? [`${others} other shops`, `${others} 家其他门店`]
      : [`${others} other zones`, `${others} 个其他区域`];
  const range = `${signed(low)} % and ${signed(high)} %`;
  const rangeZh = `${signed(low)}% 到 ${signed(high)}%`;
  const marks = marksSaid(said.marks);
  const [moved, movedZh] = effect < 0 ? ['fell', '下降'] : ['rose', '上升'];
  const [unit, unitZh] = said.unitKind === 'store' ? ['shops', '家门店'] : ['zones', '个区域'];
  const told = said.claims
    ? {
        en: `${metric} ${moved} by ${percent(effect)} % against ${where} (between ${range}; p = ${small(p)}).`,
        zh: `与${whereZh}相比，${metricZh}${movedZh} ${percent(effect)}%（区间 ${rangeZh}，p = ${small(p)}）。`,
      }
    : why === 'tooFewUnits'
      ? {
          en: `No claim is made: with ${units} ${unit} to compare, the smallest p possible is ${small(smallestP)}, above 0.05. ${metric} moved by ${signed(effect)} % against ${where} (between ${range}).`,
          zh: `不作结论：只有 ${units} ${unitZh}可比，最小可能的 p 为 ${small(smallestP)}，高于 0.05。与${whereZh}相比，${metricZh}变化 ${signed(effect)}%（区间 ${rangeZh}）。`,
        }
      : {
          en: `No difference can be shown against ${where}: ${metric.toLowerCase()} moved by ${signed(effect)} % (between ${range}; p = ${small(p)}).`,
          zh: `与${whereZh}相比看不出差别：${metricZh}变化 ${signed(effect)}%（区间 ${rangeZh}，p = ${small(p)}）。`,
        };
  return { en: told.en + marks.en, zh: told.zh + marks.zh };
}

const day = (iso: string): string => iso.slice(0, 10);
const named = (name: Name | null, subject: string, language: 'en' | 'zh'): string =>
  name === null ? subject : typeof name === 'string' ? name : (name[language] ?? name.en);

/** At most so many are named. */
const MOST = 4;

function marksSaid(marks: readonly EffectMark[]): { en: string; zh: string } {
  if (marks.length === 0) return { en: '', zh: '' };
  const en: string[] = [];
  const zh: string[] = [];
  for (const { kind, from, subject, name } of marks.slice(0, MOST)) {
    const [nameEn, nameZh] = [named(name, subject, 'en'), named(name, subject, 'zh')];
    if (kind === 'price') {
      en.push(`the price of ${nameEn} changed (${day(from)})`);
      zh.push(`${nameZh} 调价（${day(from)}）`);
    } else if (kind === 'promotion') {
      en.push(`the campaign “${nameEn}” ran (from ${day(from)})`);
      zh.push(`投放“${nameZh}”（${day(from)} 起）`);
    } else if (kind === 'closure') {
      en.push(`nothing was sold on ${day(from)}`);
      zh.push(`${day(from)} 全天无销售`);
    } else {
      en.push(`version ${subject} changed something else (${day(from)})`);
      zh.push(`版本 ${subject} 作了其他改动（${day(from)}）`);
    }
  }
  const more = marks.length - MOST;
  if (more > 0) {
    en.push(`and ${more} more`);
    zh.push(`另有 ${more} 项`);
  }
  return { en: ` Meanwhile: ${en.join('; ')}.`, zh: `同期：${zh.join('；')}。` };
}
