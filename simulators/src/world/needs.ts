import type { StoreFile } from '@aisle/contracts';
import { Random } from '../random.js';
import type { Behaviour, ShopperKind } from '../settings/behaviour.js';
import { centreOf, type FloorPlan, type SlotPlace } from './floor-plan.js';
import { distance, type Vec } from './geometry.js';
import type { Noticing } from './noticing.js';

export type Stop =
  | { readonly kind: 'shelf'; readonly place: SlotPlace; readonly wanted: boolean }
  | { readonly kind: 'linger'; readonly at: Vec; readonly by: Vec };

/** What people come for: products by category and popularity, where they look for them, and in which order. */
export class Needs {
  private readonly slotsByProduct = new Map<string, SlotPlace[]>();
  private readonly products: { gtin: string; category: string; popularity: number }[];

  constructor(
    private readonly plan: FloorPlan,
    private readonly behaviour: Behaviour,
    store: StoreFile,
    seed: number,
    private readonly noticing: Noticing,
  ) {
    for (const place of plan.slots)
      this.slotsByProduct.set(place.gtin, [...(this.slotsByProduct.get(place.gtin) ?? []), place]);
    this.products = (store.products ?? [])
      .filter((product) => this.slotsByProduct.has(product.gtin))
      .map((product) => ({
        gtin: product.gtin,
        category: product.category ?? '',
        // Some products simply sell better: the shop's own, the same for every shopper.
        popularity: Random.stream(seed, `popularity/${product.gtin}`).logNormal(1, 0.7),
      }));
  }

  /** The stops of one visit to the shop, in walking order from `start`. */
  stops(kind: ShopperKind, start: Vec, random: Random): Stop[] {
    const stops: Stop[] = [];
    const taste = new Map<string, number>();
    const tasteFor = (category: string) => {
      if (!taste.has(category)) taste.set(category, random.logNormal(1, 0.8));
      return taste.get(category) as number;
    };
    const weightOf = (product: { category: string; popularity: number }) =>
      product.popularity * (this.behaviour.categoryWeights[product.category] ?? 1) * tasteFor(product.category);
    const wanted = random.integer(...kind.wants);
    const seen = new Set<string>();
    for (let i = 0; i < wanted + random.integer(...kind.browses) && this.products.length > 0; i += 1) {
      const product = random.pick(this.products, (candidate) =>
        seen.has(candidate.gtin) ? 0 : weightOf(candidate) * (i < wanted ? 1 : this.pullOf(candidate.gtin, stops)),
      );
      if (seen.has(product.gtin)) continue;
      seen.add(product.gtin);
      const places = this.slotsByProduct.get(product.gtin) as SlotPlace[];
      const place = random.pick(places, (candidate) =>
        candidate === places[0] ? 1 : this.behaviour.shelf.secondSlotWeight,
      );
      stops.push({ kind: 'shelf', place, wanted: i < wanted });
    }
    const lingers = this.plan.lingerZones.length === 0 ? 0 : random.integer(...kind.lingers);
    for (let i = 0; i < lingers; i += 1) {
      const zone = random.pick(this.plan.lingerZones);
      const at = this.plan.pointIn(zone, random);
      if (at) stops.push({ kind: 'linger', at, by: this.plan.grid.nearest(centreOf(zone.polygon)) });
    }
    return this.order(stops, start, random);
  }

  /** What stands where somebody goes anyway is browsed at sooner. */
  private pullOf(gtin: string, stops: readonly Stop[]): number {
    if (!this.behaviour.noticing) return 1;
    const zones = new Set(stops.flatMap((stop) => (stop.kind === 'shelf' ? (stop.place.zoneId ?? []) : [])));
    const places = this.slotsByProduct.get(gtin) as SlotPlace[];
    return Math.max(...places.map(({ slotId }) => this.noticing.pull(slotId, zones)));
  }

  /** Mostly the nearest next, as people walk who know the shop roughly; the racks at the checkout come last. */
  private order(stops: Stop[], start: Vec, random: Random): Stop[] {
    const left = [...stops];
    const ordered: Stop[] = [];
    let here = start;
    while (left.length > 0) {
      let best = 0;
      let least = Infinity;
      left.forEach((stop, index) => {
        const last = stop.kind === 'shelf' && stop.place.checkout ? 1000 : 0;
        const away = distance(here, placeOf(stop)) * random.between(0.7, 1.3) + last;
        if (away < least) [best, least] = [index, away];
      });
      const [next] = left.splice(best, 1) as [Stop];
      ordered.push(next);
      here = placeOf(next);
    }
    return ordered;
  }
}

export const placeOf = (stop: Stop): Vec => (stop.kind === 'shelf' ? stop.place.stand : stop.at);
