import type { CampaignItem, CampaignView, ContentView, StoreFile } from '@aisle/contracts';
import { nameOf } from '../i18n/translate.js';
import type { Words } from '../state/words.svelte.js';
import { WEEK } from './campaigns.js';

const DATE = /^\d{4}-\d{2}-\d{2}$/;
/** A day of a schedule, or a moment. */
function dayWords(words: Words, text: string): string {
  return DATE.test(text) ? words.dayOnly(text) : words.dateTime(Date.parse(text));
}

/** "11 May to 30 Jun" */
export function spanWords(words: Words, { from, to }: CampaignView['schedule']): string {
  if (from && to) return words.t('campaign.fromTo', { from: dayWords(words, from), to: dayWords(words, to) });
  if (from) return words.t('campaign.from', { from: dayWords(words, from) });
  if (to) return words.t('campaign.to', { to: dayWords(words, to) });
  return words.t('campaign.always');
}

/** "Mon, Tue, 07:00–11:00" */
export function hoursWords(words: Words, { days, hours }: CampaignView['schedule']): string {
  const names =
    days && days.length < WEEK.length
      ? words.list(WEEK.filter((day) => days.includes(day)).map((day) => weekdayWords(words, day)))
      : words.t('campaign.everyDay');
  const spans =
    hours && hours.length > 0 ? words.list(hours.map(([from, to]) => `${from}–${to}`)) : words.t('campaign.allDay');
  return words.list([names, spans]);
}

/** 2024-01-01 was a Monday. */
export const weekdayWords = (words: Words, day: (typeof WEEK)[number]): string =>
  new Intl.DateTimeFormat(words.locale === 'en' ? 'en-GB' : 'zh-CN', { weekday: 'short', timeZone: 'UTC' }).format(
    Date.UTC(2024, 0, 1 + WEEK.indexOf(day), 12),
  );

export function whereWords(words: Words, file: StoreFile, { stores, screens }: CampaignView): string {
  const at = stores.length > 1 ? words.t('campaign.stores', { count: stores.length }) : '';
  const which =
    screens === null
      ? words.t('campaign.allScreens')
      : screens.length <= 2
        ? words.list(screens.map((id) => screenName(words, file, id)))
        : words.t('campaign.screens', { count: screens.length });
  return at === '' ? which : words.list([at, which]);
}

export const screenName = (words: Words, file: StoreFile, id: string): string =>
  words.name((file.devices ?? []).find((device) => device.id === id)?.name, id);

export const productName = (words: Words, file: StoreFile, gtin: string): string =>
  nameOf((file.products ?? []).find((product) => product.gtin === gtin)?.name, words.locale, gtin);

/** What an item is called: the file, the layout with its products, or the page. */
export function itemName(words: Words, file: StoreFile, library: readonly ContentView[], item: CampaignItem): string {
  if (item.contentId !== undefined)
    return library.find(({ contentId }) => contentId === item.contentId)?.name ?? item.contentId;
  if (item.url !== undefined) return item.url;
  const products = words.list((item.gtins ?? []).map((gtin) => productName(words, file, gtin)));
  const layout = item.template ? words.t(`campaign.form.template.${item.template}`) : '';
  return products === '' ? layout : `${layout}${words.locale === 'zh' ? '：' : ': '}${products}`;
}
