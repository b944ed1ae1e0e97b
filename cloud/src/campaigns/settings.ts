import {
  AisleError,
  ProductBook,
  problem,
  sentenceOf,
  webAddress,
  type CampaignBody,
  type CampaignItem,
  type Problem,
  type StoreFile,
} from '@aisle/contracts';
import type { CampaignSettings } from '../ports/index.js';
import { boundOf, boundsIn } from './times.js';

/** What somebody wants of a campaign cannot be done; `code` says how to answer. */
export class CampaignError extends AisleError {
  override readonly name = 'CampaignError';
  constructor(
    readonly code: 'invalid' | 'unknown' | 'forbidden' | 'conflict',
    readonly problem: Problem,
  ) {
    super(sentenceOf(problem));
  }
}
export const refused = (wrong: Problem): CampaignError => new CampaignError('invalid', wrong);

const HOLDOUT = 0.2;
const BLOCK_MINUTES = 20;
const WASH_IN_MINUTES = 5;
const MIN_PLAY_SECONDS = 8;

/** Every setting said. */
export function settingsOf(body: CampaignBody): CampaignSettings {
  const schedule = body.schedule ?? {};
  return {
    name: body.name.trim(),
    stores: body.stores,
    screens: body.screens ?? null,
    content: body.content,
    category: body.category ?? null,
    gtins: body.gtins ?? [],
    goal: body.goal ?? 'stops',
    policy: body.policy ?? 'bandit',
    holdout: body.holdout ?? (body.policy === 'loop' ? 0 : HOLDOUT),
    blockMinutes: body.blockMinutes ?? BLOCK_MINUTES,
    washInMinutes: body.washInMinutes ?? Math.min(WASH_IN_MINUTES, (body.blockMinutes ?? BLOCK_MINUTES) - 1),
    minPlaySeconds: body.minPlaySeconds ?? MIN_PLAY_SECONDS,
    dailyCap: body.dailyCap ?? null,
    frequencyCap: body.frequencyCap ?? null,
    weight: body.weight ?? 1,
    link: body.link ?? null,
    schedule: {
      from: schedule.from ?? null,
      to: schedule.to ?? null,
      days: schedule.days ?? null,
      hours: schedule.hours ?? null,
    },
  };
}

/** What the settings are held against: the stores that they name, as they are now, and the files that the library has. */
export interface Shelf {
  stores: readonly { storeFile: StoreFile }[];
  hasContent(contentId: string): boolean;
}

/** @throws CampaignError `invalid` that names the first field that is wrong */
export function checkSettings(settings: CampaignSettings, shelf: Shelf): void {
  if (settings.name === '') throw refused(problem('name', 'missing'));
  if (typeof settings.link === 'string' && !webAddress(settings.link))
    throw refused(problem('link', 'expectedOther', { expected: 'webAddress' }));
  checkPlace(settings, shelf);
  checkTimes(settings, shelf);
  checkProof(settings);
  const isProduct = productTest(shelf);
  settings.gtins.forEach((gtin, at) => checkProduct(gtin, `gtins[${at}]`, isProduct));
  checkCategory(settings.category, 'category', shelf);
  settings.content.forEach((item, at) => checkItem(item, `content[${at}]`, settings, shelf, isProduct));
}

function checkPlace({ stores, screens }: CampaignSettings, shelf: Shelf): void {
  noneTwice(stores, 'stores');
  if (!screens) return;
  noneTwice(screens, 'screens');
  const known = new Set(
    shelf.stores.flatMap(({ storeFile }) =>
      (storeFile.devices ?? []).filter(({ family }) => family === 'screen').map(({ id }) => id),
    ),
  );
  const wrong = screens.findIndex((id) => !known.has(id));
  if (wrong >= 0)
    throw refused(problem(`screens[${wrong}]`, 'namesNo', { what: 'screen', id: screens[wrong] as string }));
  if (screens.length === 0) throw refused(problem('screens', 'noScreens'));
}

function checkTimes({ schedule }: CampaignSettings, shelf: Shelf): void {
  for (const end of ['from', 'to'] as const) {
    const text = schedule[end];
    if (typeof text === 'string' && boundOf(text, end, 'UTC') === undefined)
      throw refused(problem(`schedule.${end}`, 'expectedOther', { expected: 'isoDateOrTime' }));
  }
  for (const { storeFile } of shelf.stores) {
    const { fromTs, toTs } = boundsIn(schedule, storeFile.store.timezone);
    if (fromTs !== null && toTs !== null && toTs <= fromTs)
      throw refused(problem('schedule.to', 'laterThan', { other: 'schedule.from' }));
  }
  if (schedule.days) {
    if (schedule.days.length === 0) throw refused(problem('schedule.days', 'noneLeft'));
    noneTwice(schedule.days, 'schedule.days');
  }
  const hours = schedule.hours ?? [];
  if (schedule.hours?.length === 0) throw refused(problem('schedule.hours', 'noneLeft'));
  hours.forEach(([from, to], at) => {
    if (to <= from) throw refused(problem(`schedule.hours[${at}]`, 'endsFirst'));
    const over = hours.findIndex(([begin, end], other) => other < at && from < end && begin < to);
    if (over >= 0) throw refused(problem(`schedule.hours[${at}]`, 'spansMeet', { other: `schedule.hours[${over}]` }));
  });
}

/** What is to be shown to have moved needs blocks without it to be compared with. */
function checkProof({ policy, holdout, blockMinutes, washInMinutes }: CampaignSettings): void {
  if (policy !== 'loop' && holdout === 0) throw refused(problem('holdout', 'holdoutNeeded'));
  if (washInMinutes >= blockMinutes)
    throw refused(problem('washInMinutes', 'washInTooLong', { minutes: blockMinutes }));
}

const KINDS = ['contentId', 'template', 'url'] as const;

function checkItem(
  item: CampaignItem,
  field: string,
  settings: CampaignSettings,
  shelf: Shelf,
  isProduct: (gtin: string) => boolean,
): void {
  if (KINDS.filter((kind) => item[kind] !== undefined).length !== 1)
    throw refused(problem(field, 'exactlyOne', { choices: KINDS.join(', ') }));
  const { contentId, template, url } = item;
  if (contentId !== undefined && !shelf.hasContent(contentId))
    throw refused(problem(`${field}.contentId`, 'namesNo', { what: 'content', id: contentId }));
  if (url !== undefined && !webAddress(url))
    throw refused(problem(`${field}.url`, 'expectedOther', { expected: 'webAddress' }));
  if (template !== undefined && (item.gtins ?? settings.gtins).length === 0)
    throw refused(problem(`${field}.gtins`, 'templateProducts'));
  (item.gtins ?? []).forEach((gtin, at) => checkProduct(gtin, `${field}.gtins[${at}]`, isProduct));
  checkCategory(item.category, `${field}.category`, shelf);
}

function productTest(shelf: Shelf): (gtin: string) => boolean {
  let books: ProductBook[] | undefined;
  return (gtin) => {
    books ??= shelf.stores.map(({ storeFile }) => new ProductBook(storeFile.products));
    return books.some((book) => book.find(gtin) !== undefined);
  };
}

function checkProduct(gtin: string, field: string, isProduct: (gtin: string) => boolean): void {
  if (!isProduct(gtin)) throw refused(problem(field, 'namesNo', { what: 'product', id: gtin }));
}

function checkCategory(category: string | null | undefined, field: string, shelf: Shelf): void {
  if (category === null || category === undefined) return;
  const isKnown = shelf.stores.some(
    ({ storeFile }) =>
      storeFile.categories?.some(({ id }) => id === category) === true ||
      storeFile.zones?.some((zone) => zone.category === category) === true ||
      storeFile.products?.some((product) => product.category === category) === true,
  );
  if (!isKnown) throw refused(problem(field, 'namesNo', { what: 'category', id: category }));
}

function noneTwice(values: readonly string[], field: string): void {
  const at = values.findIndex((value, index) => values.indexOf(value) < index);
  if (at >= 0) throw refused(problem(`${field}[${at}]`, 'twice'));
}
