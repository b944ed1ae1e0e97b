import type { FactValue, Reason, ReasonCode, StoreFile, WordedReason } from '@aisle/contracts';

interface Words {
  en: string;
  zh: string;
}

/** What {category}, {share} and {time} stand for is put in. */
const WORDS: Readonly<Record<ReasonCode, Words>> = {
  interest: {
    en: 'People here are likeliest to take something from {category} within a minute: {share} on average.',
    zh: '屏前顾客最可能在一分钟内从「{category}」拿取商品，平均概率 {share}。',
  },
  dwell: {
    en: 'People here have stopped longest at {category}: {time} in all.',
    zh: '屏前顾客在「{category}」停留最久，共 {time}。',
  },
  nearest: {
    en: 'No one here has stopped at a shelf yet, so it shows the nearest: {category}.',
    zh: '屏前顾客还没有在货架前停留，播放最近的品类：{category}。',
  },
  first: {
    en: 'No one here has stopped at a shelf yet, so it shows the first category: {category}.',
    zh: '屏前顾客还没有在货架前停留，播放排在最前的品类：{category}。',
  },
  welcome: {
    en: 'No one here has stopped at a shelf yet, so it welcomes whoever comes.',
    zh: '屏前顾客还没有在货架前停留，先播放欢迎画面。',
  },
  learned: {
    en: 'Of everything it may show, this has done best in moments like this one (chosen with probability {share}).',
    zh: '在类似的时刻，这一内容效果最好（选中概率 {share}）。',
  },
  exploring: {
    en: 'It tries something else, to learn what it is worth (chosen with probability {share}).',
    zh: '试播其他内容，以了解其效果（选中概率 {share}）。',
  },
  loop: {
    en: 'It is the next in turn.',
    zh: '按顺序轮到这一内容。',
  },
  heldOut: {
    en: 'This time was drawn to show the plain loop, so that the other times can be compared with it.',
    zh: '这一时段被抽为对照，只播放普通轮播，用于与其他时段比较。',
  },
  pinned: {
    en: 'Somebody has pinned this item.',
    zh: '有人将这一内容固定在屏幕上。',
  },
  paused: {
    en: 'Somebody has paused this screen.',
    zh: '有人暂停了这块屏幕。',
  },
  nothing: {
    en: 'What was on may not be shown any more, and there is nothing else to show.',
    zh: '原有内容已不可播放，且没有其他可播放的内容。',
  },
};

/** The reason of a decision with its words in both languages; `said` where the agent knew no codes; null where there is none. */
export function wordedReason(
  storeFile: StoreFile,
  { why, reason }: Pick<FactValue<'decision'>, 'why' | 'reason'>,
): WordedReason | null {
  if (why) return { ...why, en: fill('en', storeFile, why), zh: fill('zh', storeFile, why) };
  return reason === '' ? null : { code: 'said', values: { text: reason }, en: reason, zh: reason };
}

/** A code of a newer agent has no words here: it is named rather than hidden. */
function fill(locale: keyof Words, storeFile: StoreFile, { code, values }: Reason): string {
  const words = Object.hasOwn(WORDS, code) ? WORDS[code as ReasonCode][locale] : `${code} ${JSON.stringify(values)}`;
  const seconds = Number(values['seconds'] ?? 0);
  return words
    .replace('{category}', categoryName(storeFile, String(values['category'] ?? ''), locale))
    .replace('{share}', `${values['percent'] ?? 0}%`)
    .replace('{time}', duration(locale, seconds));
}

function categoryName(storeFile: StoreFile, id: string, locale: keyof Words): string {
  const name =
    storeFile.categories?.find((category) => category.id === id)?.name ??
    storeFile.zones?.find((zone) => zone.category === id)?.name;
  if (name === undefined) return id;
  return typeof name === 'string' ? name : (name[locale] ?? name.en);
}

function duration(locale: keyof Words, seconds: number): string {
  const [minutes, rest] = [Math.floor(seconds / 60), seconds % 60];
  const [min, s, glue] = locale === 'en' ? ['\u00a0m', '\u00a0s', '\u00a0'] : ['分', '秒', ''];
  const parts = [...(minutes > 0 ? [`${minutes}${min}`] : []), ...(rest > 0 || minutes === 0 ? [`${rest}${s}`] : [])];
  return parts.join(glue);
}
