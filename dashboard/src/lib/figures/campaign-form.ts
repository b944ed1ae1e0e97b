import type { CampaignBody, CampaignItem, CampaignView } from '@aisle/contracts';
import type { MessageKey, Params } from '../i18n/translate.js';
import { WEEK, type KnownGoal, type KnownPolicy } from './campaigns.js';

export type Weekday = (typeof WEEK)[number];
/** Numbers are texts, as people type them; empty: no limit. */
export interface Draft {
  name: string;
  content: CampaignItem[];
  gtins: string[];
  category: string;
  stores: string[];
  /** null: all */
  screens: string[] | null;
  /** a day, or as it was kept; null: at once, and no end of its own */
  from: string | null;
  to: string | null;
  days: Weekday[];
  hours: [string, string][];
  goal: KnownGoal;
  policy: KnownPolicy;
  /** percent */
  holdout: number;
  blockMinutes: string;
  washInMinutes: string;
  minPlaySeconds: string;
  dailyCap: string;
  frequencyCap: string;
  weight: string;
  /** where the code on the screen leads; empty: to the product's page */
  link: string;
}
/** What is wrong, by its place in what is sent. */
export type Wrong = ReadonlyMap<string, { key: MessageKey; params?: Params }>;

/** In the order in which the form shows them: least and most as the cloud takes them. */
export const NUMBERS = {
  blockMinutes: [5, 240],
  washInMinutes: [0, 120],
  minPlaySeconds: [2, 600],
  dailyCap: [1, 100_000],
  frequencyCap: [1, 1000],
  weight: [1, 100],
} as const;
export type NumberName = keyof typeof NUMBERS;
const MAY_BE_EMPTY: readonly NumberName[] = ['dailyCap', 'frequencyCap'];
export const HOLDOUTS = [10, 20, 30, 50] as const;

export const newDraft = (storeId: string): Draft => ({
  ...{ name: '', content: [], gtins: [], category: '', stores: [storeId], screens: null },
  ...{ from: null, to: null, days: [...WEEK], hours: [], goal: 'stops', policy: 'bandit', holdout: 20 },
  ...{ blockMinutes: '20', washInMinutes: '5', minPlaySeconds: '8', dailyCap: '', frequencyCap: '', weight: '1' },
  link: '',
});

export function draftOf(view: CampaignView): Draft {
  const { name, content, gtins, category, stores, screens, goal, policy, schedule } = view;
  return {
    ...{ name, content: [...content], gtins: [...gtins], category: category ?? '', stores: [...stores] },
    ...{ screens: screens && [...screens], goal, policy, holdout: Math.round(view.holdout * 100) },
    ...{ from: schedule.from ?? null, to: schedule.to ?? null, days: schedule.days ? [...schedule.days] : [...WEEK] },
    hours: (schedule.hours ?? []).map(([from, to]): [string, string] => [from, to]),
    blockMinutes: String(view.blockMinutes),
    washInMinutes: String(view.washInMinutes),
    minPlaySeconds: String(view.minPlaySeconds),
    dailyCap: view.dailyCap === null ? '' : String(view.dailyCap),
    frequencyCap: view.frequencyCap === null ? '' : String(view.frequencyCap),
    weight: String(view.weight),
    link: view.link ?? '',
  };
}

export function bodyOf(draft: Draft): CampaignBody {
  const { stores, content, gtins, screens, goal, policy, from, to, days, hours } = draft;
  const number = (name: NumberName): number => Number(draft[name]);
  const limit = (name: NumberName): number | null => (draft[name].trim() === '' ? null : number(name));
  return {
    ...{ name: draft.name.trim(), stores, screens, content, category: draft.category || null, gtins, goal, policy },
    holdout: draft.holdout / 100,
    blockMinutes: number('blockMinutes'),
    washInMinutes: number('washInMinutes'),
    minPlaySeconds: number('minPlaySeconds'),
    dailyCap: limit('dailyCap'),
    frequencyCap: limit('frequencyCap'),
    weight: number('weight'),
    link: draft.link.trim() || null,
    schedule: {
      ...{ from, to },
      days: days.length === WEEK.length ? null : WEEK.filter((day) => days.includes(day)),
      hours: hours.length === 0 ? null : hours,
    },
  };
}

/** What can be told before anything is sent; the cloud has the last word. */
export function wrongOf(draft: Draft): Wrong {
  const wrong = new Map<string, { key: MessageKey; params?: Params }>();
  const say = (field: string, key: MessageKey, params?: Params): void =>
    void wrong.set(field, { key, ...(params && { params }) });
  if (draft.name.trim() === '') say('name', 'campaign.wrong.name');
  if (draft.content.length === 0) say('content', 'campaign.wrong.content');
  for (const [at, { template, gtins = [], url }] of draft.content.entries()) {
    const field = `content[${at}]`;
    if (template === 'several' && (gtins.length < 2 || gtins.length > 6))
      say(`${field}.gtins`, 'campaign.wrong.several');
    else if (template !== undefined && gtins.length === 0) say(`${field}.gtins`, 'campaign.wrong.template');
    if (url !== undefined && !isWebAddress(url)) say(`${field}.url`, 'campaign.wrong.url');
  }
  if (draft.link.trim() !== '' && !isWebAddress(draft.link.trim())) say('link', 'campaign.wrong.url');
  if (draft.stores.length === 0) say('stores', 'campaign.wrong.stores');
  if (draft.screens?.length === 0) say('screens', 'campaign.wrong.screens');
  if (draft.from !== null && draft.to !== null && draft.to < draft.from) say('schedule.to', 'campaign.wrong.ends');
  if (draft.days.length === 0) say('schedule.days', 'campaign.wrong.days');
  if (draft.hours.some(([from, to]) => !(from < to))) say('schedule.hours', 'campaign.wrong.hours');
  if (draft.holdout <= 0) say('holdout', 'campaign.wrong.holdout');
  for (const [name, [least, most]] of Object.entries(NUMBERS) as [NumberName, readonly [number, number]][]) {
    const text = draft[name].trim();
    if (text === '' && MAY_BE_EMPTY.includes(name)) continue;
    if (!/^\d{1,6}$/.test(text) || Number(text) < least || Number(text) > most)
      say(name, 'campaign.wrong.range', { least, most });
  }
  if (!wrong.has('washInMinutes') && !wrong.has('blockMinutes') && +draft.washInMinutes >= +draft.blockMinutes)
    say('washInMinutes', 'campaign.wrong.washIn');
  return wrong;
}

export const isAdvanced = (field: string): boolean => Object.hasOwn(NUMBERS, field);

function isWebAddress(text: string): boolean {
  try {
    return /^https?:$/.test(new URL(text).protocol);
  } catch {
    return false;
  }
}

/** Which field of the form a refusal is about: the nearest that the form shows. */
export function fieldOf(field: string): string {
  const item = /^content\[\d+\](\.(gtins|url))?/.exec(field)?.[0];
  if (item !== undefined) return /^content\[\d+\]$/.test(item) ? 'content' : item;
  return field.replace(/\[\d+\].*$/, '').replace(/^schedule$/, 'schedule.to');
}
