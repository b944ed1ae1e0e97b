import { MINUTE_MS, type FootfallRow, type ProductRow, type ShoppersView, type ZoneRow } from '@aisle/contracts';
import type { Clock } from '../ports.js';
import { count, perMinuteKey, type PerMinute } from './ledger-file.js';

/** The REST API under `/api/v1`, read only. */
export type Get = <T>(path: string) => Promise<T>;

/** What the system says of the ledger's minutes. */
export interface SystemFigures {
  readonly footfall: readonly FootfallRow[];
  readonly zones: readonly ZoneRow[];
  readonly products: readonly ProductRow[];
  readonly shoppers: ShoppersView;
  readonly pickups: { byProduct: PerMinute; byZone: PerMinute };
  readonly putbacks: { byProduct: PerMinute; byZone: PerMinute };
}

const POLL_MS = 1000;
const EQUAL_POLLS = 3;
const AT_ONCE = 4;

const range = (fromTs: number, toTs: number): string =>
  `from=${new Date(fromTs).toISOString()}&to=${new Date(toTs).toISOString()}`;

/** Waits until the totals have stood still for three looks, a second apart. Resolves to false after `withinMs`. */
export async function settled(
  get: Get,
  storeId: string,
  fromTs: number,
  toTs: number,
  clock: Clock,
  withinMs: number,
): Promise<boolean> {
  const period = range(fromTs, toTs);
  const latestTs = clock.nowMs() + withinMs;
  let before = '';
  for (let equal = 1; clock.nowMs() < latestTs;) {
    const [devices, shoppers, zones, products] = await Promise.all([
      get<{ outboxWaiting?: number | null }>(`/stores/${storeId}/devices`),
      get(`/stores/${storeId}/shoppers/metrics?${period}`),
      get(`/stores/${storeId}/zones/metrics?${period}&bucket=all`),
      get(`/stores/${storeId}/products/metrics?${period}`),
    ]);
    const now = JSON.stringify([shoppers, zones, products]);
    // What waits in the agent, behind a line that was cut for example, is still to come.
    const waiting = (devices.outboxWaiting ?? 0) > 0;
    equal = now === before && !waiting ? equal + 1 : 1;
    before = now;
    if (equal >= EQUAL_POLLS) return true;
    await clock.sleep(POLL_MS);
  }
  return false;
}

export async function readFigures(get: Get, storeId: string, fromTs: number, toTs: number): Promise<SystemFigures> {
  const period = range(fromTs, toTs);
  const base = `/stores/${storeId}`;
  const [footfall, zones, products, shoppers, minutes] = await Promise.all([
    get<FootfallRow[]>(`${base}/footfall?${period}&bucket=day`),
    get<ZoneRow[]>(`${base}/zones/metrics?${period}&bucket=all`),
    get<ProductRow[]>(`${base}/products/metrics?${period}`),
    get<ShoppersView>(`${base}/shoppers/metrics?${period}`),
    get<ZoneRow[]>(`${base}/zones/metrics?${period}&bucket=minute`),
  ]);
  const figures: SystemFigures = {
    footfall,
    zones,
    products,
    shoppers,
    pickups: { byProduct: new Map(), byZone: new Map() },
    putbacks: { byProduct: new Map(), byZone: new Map() },
  };
  for (const row of minutes) {
    const minute = Date.parse(row.from);
    if (row.pickups) count(figures.pickups.byZone, perMinuteKey(row.zoneId, minute), row.pickups);
    if (row.putbacks) count(figures.putbacks.byZone, perMinuteKey(row.zoneId, minute), row.putbacks);
  }
  // Products have no row per minute: each minute is asked for.
  const asked = Array.from(
    { length: Math.round((toTs - fromTs) / MINUTE_MS) },
    (_, index) => fromTs + index * MINUTE_MS,
  );
  const worker = async () => {
    for (let minute = asked.shift(); minute !== undefined; minute = asked.shift()) {
      for (const row of await get<ProductRow[]>(`${base}/products/metrics?${range(minute, minute + MINUTE_MS)}`)) {
        if (row.pickups) count(figures.pickups.byProduct, perMinuteKey(row.gtin, minute), row.pickups);
        if (row.putbacks) count(figures.putbacks.byProduct, perMinuteKey(row.gtin, minute), row.putbacks);
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return figures;
}
