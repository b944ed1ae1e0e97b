import type { DecidedEvent, Reason, ReasonCode, StoreFile } from '@aisle/contracts';
import type { AudienceMember } from '../domain/engine/engine-api.js';
import { cardsOf, categoryName, type Card } from './content.js';

export interface Choice {
  card: Card;
  why: Reason;
  candidates: DecidedEvent['candidates'];
}

/** An answer of the interest model weighs half as much after so much event time, ms: it is about the next minute. */
const INTEREST_HALF_LIFE_MS = 60_000;
/** What is on stays until another category is so much more wanted, ppm of interest: more changes less, and later. */
const CLEARLY_MORE_PPM = 100_000;
/** … or, where only dwell tells, dwelt at so many times as long. */
const CLEARLY_LONGER = 1.25;
/** What leaves the shop is coarse: interest in steps of this, ppm. */
const INTEREST_STEP_PPM = 50_000;

/**
 * The rule for now: the category that the screen's audience is most interested in, by the model's newest answers, summed
 * over all of it. Where no model has judged (or nobody shows any interest), the category of the zones in which it has dwelt
 * longest. A tie goes to the card that stands first in the store file. Without any dwell at a category, content without a
 * category (a welcome), else the category nearest to the screen's zone; undefined when there is nothing to show.
 * @param showing content that is on and stays unless another category is clearly ahead of its own
 * @param may whether the screen can show a card at all
 */
export function choose(
  store: StoreFile,
  zoneId: string,
  audience: readonly AudienceMember[],
  showing?: string,
  may: (card: Card) => boolean = () => true,
): Choice | undefined {
  const cards = cardsOf(store).filter(may);
  const { dwellMs, interest } = caresOf(store, audience);
  const dwellOf = (card: Card) => (card.category === null ? 0 : (dwellMs.get(card.category) ?? 0));
  const interestOf = (card: Card) => (card.category === null ? 0 : (interest?.get(card.category) ?? 0));
  const candidates = cards.map((card) => ({
    contentId: card.contentId,
    category: card.category,
    dwellSeconds: Math.floor(dwellOf(card) / 1000),
    ...(interest && { interestPpm: coarse(interestOf(card)) }),
  }));
  const on = cards.findIndex(({ contentId }) => contentId === showing);
  const wanted = cards[mostWanted(cards.map(interestOf), on)];
  if (wanted && coarse(interestOf(wanted)) > 0) {
    const percent = coarse(interestOf(wanted)) / 10_000;
    return { card: wanted, candidates, why: reasonOf('interest', wanted, { percent }) };
  }
  const best = cards[mostOf(cards.map(dwellOf), on, (least) => least * CLEARLY_LONGER)];
  if (best && dwellOf(best) > 0) {
    const seconds = Math.floor(dwellOf(best) / 1000);
    return { card: best, candidates, why: reasonOf('dwell', best, { seconds }) };
  }
  // A welcome for those who have not shown any interest yet, else what is close by.
  const welcome = cards.find((card) => card.category === null);
  if (welcome) return { card: welcome, candidates, why: reasonOf('welcome', welcome) };
  const nearest = nearestCard(store, zoneId, cards);
  if (nearest) return { card: nearest, candidates, why: reasonOf('nearest', nearest) };
  const first = cards[0];
  return first && { card: first, candidates, why: reasonOf('first', first) };
}

/** What an audience cares about: its dwell by category, ms, and its mean interest, ppm; undefined where no model has judged anybody. */
export function caresOf(
  store: StoreFile,
  audience: readonly AudienceMember[],
): { dwellMs: ReadonlyMap<string, number>; interest: ReadonlyMap<string, number> | undefined } {
  const dwellMs = new Map<string, number>();
  const categoryOf = new Map((store.zones ?? []).map((zone) => [zone.id, zone.category]));
  for (const member of audience) {
    for (const [zone, ms] of member.dwellMsByZone) {
      const category = categoryOf.get(zone);
      if (category !== undefined) dwellMs.set(category, (dwellMs.get(category) ?? 0) + ms);
    }
  }
  return { dwellMs, interest: interestByCategory(categoryOf, audience) };
}

const reasonOf = (code: ReasonCode, { category }: Card, values: Record<string, number> = {}): Reason => ({
  code,
  values: { ...(category !== null && { category }), ...values },
});

/** The reason in English, for screens of others and for clouds that know no codes. */
export function sentenceOf(store: StoreFile, { code, values }: Reason): string {
  const category = values['category'] === undefined ? '' : categoryName(store, String(values['category'])).en;
  const notYet = 'Shoppers here have not stopped at any category yet';
  switch (code as ReasonCode) {
    case 'interest':
      return `Shoppers here are most interested in ${category} (${values['percent']} %)`;
    case 'dwell':
      return `Shoppers here spent longest in ${category} (${values['seconds']} s)`;
    case 'nearest':
      return `${notYet}; ${category} is nearest`;
    case 'first':
      return `${notYet}; ${category} comes first`;
    case 'welcome':
      return notYet;
    case 'learned':
      return `Of what may be shown, this has done best in such moments (${values['percent']} %)`;
    case 'exploring':
      return `It is tried, to learn what it is worth (${values['percent']} %)`;
    case 'loop':
      return 'The next in turn';
    case 'heldOut':
      return 'This time was drawn to show the plain loop';
    case 'pinned':
      return 'A person has pinned this';
    case 'paused':
      return 'A person has paused this screen';
    case 'nothing':
      return 'There is nothing to show';
  }
}

/**
 * The place of the largest value, the first of several; of the one that is on as long as it is wanted at all and none is clearly ahead.
 * @param on the place of what is on; −1: none of them
 */
export const mostWanted = (ppm: readonly number[], on: number): number =>
  mostOf(ppm, on, (own) => own + CLEARLY_MORE_PPM);

function mostOf(values: readonly number[], on: number, ahead: (own: number) => number): number {
  const best = values.reduce((winner, value, index) => (value > (values[winner] as number) ? index : winner), 0);
  const own = values[on] ?? 0;
  return own > 0 && (values[best] as number) < ahead(own) ? on : best;
}

export const coarse = (ppm: number): number => Math.round(ppm / INTEREST_STEP_PPM) * INTEREST_STEP_PPM;

/** Mean ppm of the audience per category; who has shown none counts with 0. Undefined when no model has judged anybody. */
function interestByCategory(
  categoryOf: ReadonlyMap<string, string | undefined>,
  audience: readonly AudienceMember[],
): Map<string, number> | undefined {
  const mean = new Map<string, number>();
  for (const member of audience) {
    // Of several zones of a category the one that says most counts: they are one interest.
    const own = new Map<string, number>();
    for (const [zone, { ppm, ageMs }] of member.interestByZone) {
      const category = categoryOf.get(zone);
      if (category === undefined) continue;
      const weighed = ppm * 0.5 ** (Math.max(0, ageMs) / INTEREST_HALF_LIFE_MS);
      own.set(category, Math.max(weighed, own.get(category) ?? 0));
    }
    for (const [category, ppm] of own) mean.set(category, (mean.get(category) ?? 0) + ppm / audience.length);
  }
  return mean.size > 0 ? mean : undefined;
}

function nearestCard(store: StoreFile, zoneId: string, cards: readonly Card[]): Card | undefined {
  const zones = store.zones ?? [];
  const here = zones.find((zone) => zone.id === zoneId);
  if (!here) return undefined;
  const from = middle(here.polygon);
  const ranked = zones
    .flatMap((zone) => {
      const card =
        zone.category === undefined ? undefined : cards.find((candidate) => candidate.category === zone.category);
      const [x, y] = middle(zone.polygon);
      return card ? [{ card, distance: Math.hypot(x - from[0], y - from[1]) }] : [];
    })
    .sort((a, b) => a.distance - b.distance);
  return ranked[0]?.card;
}

const middle = (polygon: readonly (readonly [number, number])[]): [number, number] => [
  polygon.reduce((sum, [x]) => sum + x, 0) / polygon.length,
  polygon.reduce((sum, [, y]) => sum + y, 0) / polygon.length,
];
