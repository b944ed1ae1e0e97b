import type { StoreFile } from '@aisle/contracts';
import type { AudienceMember } from '../domain/engine-api.js';
import { cardsOf, categoryName, type Card } from './content.js';

export interface Choice {
  card: Card;
  reason: string;
  candidates: { contentId: string; category: string | null; dwellSeconds: number }[];
}

/**
 * The rule for now: the category of the zones in which the screen's audience has dwelt longest, summed over all of it.
 * A tie goes to the card that stands first in the store file. Without any dwell at a category, content without a
 * category (a welcome), else the category nearest to the screen's zone; undefined when there is nothing to show.
 */
export function choose(store: StoreFile, zoneId: string, audience: readonly AudienceMember[]): Choice | undefined {
  const cards = cardsOf(store);
  const dwellMs = new Map<string, number>();
  const categoryOf = new Map((store.zones ?? []).map((zone) => [zone.id, zone.category]));
  for (const member of audience) {
    for (const [zone, ms] of member.dwellMsByZone) {
      const category = categoryOf.get(zone);
      if (category !== undefined) dwellMs.set(category, (dwellMs.get(category) ?? 0) + ms);
    }
  }
  const dwellOf = (card: Card) => (card.category === null ? 0 : (dwellMs.get(card.category) ?? 0));
  const candidates = cards.map((card) => ({
    contentId: card.contentId,
    category: card.category,
    dwellSeconds: Math.floor(dwellOf(card) / 1000),
  }));
  const best = cards.reduce<Card | undefined>(
    (winner, card) => (dwellOf(card) > (winner ? dwellOf(winner) : 0) ? card : winner),
    undefined,
  );
  if (best) {
    const seconds = Math.floor(dwellOf(best) / 1000);
    return {
      card: best,
      candidates,
      reason: `Shoppers here spent longest in ${categoryName(store, best.category ?? '').en} (${seconds} s)`,
    };
  }
  // A welcome for those who have not shown any interest yet, else what is close by.
  const welcome = cards.find((card) => card.category === null);
  const fallback = welcome ?? nearestCard(store, zoneId, cards) ?? cards[0];
  if (!fallback) return undefined;
  const why = fallback.category === null ? '' : `; ${categoryName(store, fallback.category).en} is nearest`;
  return { card: fallback, candidates, reason: `Shoppers here have not stopped at any category yet${why}` };
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
