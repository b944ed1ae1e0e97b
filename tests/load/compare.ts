import http from 'node:http';
import https from 'node:https';
import type { AlertRow, FootfallRow, HeatmapView, PlayRow, ProductRow, ShoppersView, ZoneRow } from '@aisle/contracts';
import type { Tally } from './tally.js';

export interface Api {
  /** without `/api/v1` */
  url: string;
  token: string;
  /** certificates to trust, PEM */
  ca?: string | undefined;
}
export interface Compared {
  storeId: string;
  tally: Tally;
  screens: readonly string[];
  /** event time, epoch ms */
  from: number;
  to: number;
}
export interface Difference {
  storeId: string;
  what: string;
  acknowledged: number;
  answered: number | null;
}
/** shops that are asked for side by side */
const AT_ONCE = 4;
const MICRO = 1e6;
const ANSWER_MS = 60_000;

/** What the cloud answers of each shop, beside what it has acknowledged: every figure that differs. @throws Error when it does not answer */
export async function compare(api: Api, shops: readonly Compared[], bucket: 'minute' | 'all'): Promise<Difference[]> {
  const differences: Difference[] = [];
  const left = [...shops];
  const one = async (): Promise<void> => {
    for (let shop = left.shift(); shop; shop = left.shift())
      differences.push(...(await differencesOf(api, shop, bucket)));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
  return differences.sort((a, b) => (a.storeId < b.storeId ? -1 : 1));
}

/** Whether a shop has told anything of a span already: then nothing could be compared. */
export async function hasTold(api: Api, storeId: string, from: number, to: number): Promise<boolean> {
  const heat = await ask<HeatmapView>(api, storeId, 'heatmap', from, to);
  const shoppers = await ask<ShoppersView>(api, storeId, 'shoppers/metrics', from, to);
  return (
    heat.seconds.some((seconds) => seconds > 0) || (shoppers.footfall ?? 0) > 0 || (shoppers.transactions ?? 0) > 0
  );
}

async function ask<T>(
  { url, token, ca }: Api,
  storeId: string,
  what: string,
  from: number,
  to: number,
  more = '',
): Promise<T> {
  const period = `from=${new Date(from).toISOString()}&to=${new Date(to).toISOString()}`;
  const { status, text } = await get(`${url}/api/v1/stores/${storeId}/${what}?${period}${more}`, token, ca);
  if (status !== 200) throw new Error(`${storeId}, ${what}: the cloud answers ${status} ${text.slice(0, 200)}`);
  return JSON.parse(text) as T;
}

/** Not `fetch`, which trusts no authority but those that the process was started with. */
function get(address: string, token: string, ca: string | undefined): Promise<{ status: number; text: string }> {
  const options = {
    headers: { authorization: `Bearer ${token}` },
    timeout: ANSWER_MS,
    ...(ca !== undefined && { ca }),
  };
  return new Promise((resolve, reject) => {
    const request = (address.startsWith('https:') ? https : http).get(address, options, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (data: string) => (text += data));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
      response.on('error', reject);
    });
    request.on('timeout', () => request.destroy(new Error(`no answer within ${ANSWER_MS / 1000} s`)));
    request.on('error', (error: NodeJS.ErrnoException) =>
      reject(new Error(`${new URL(address).origin} does not answer: ${error.code ?? error.message}`)),
    );
  });
}

async function differencesOf(api: Api, shop: Compared, bucket: 'minute' | 'all'): Promise<Difference[]> {
  const { storeId, tally, from, to, screens } = shop;
  const found: Difference[] = [];
  const same = (what: string, acknowledged: number, answered: number | null | undefined): void => {
    // nothing said and nothing answered are one
    if (acknowledged !== (answered ?? 0)) found.push({ storeId, what, acknowledged, answered: answered ?? null });
  };
  const keyOf = (row: { from: string }, id: string): string => `${bucket === 'all' ? 0 : Date.parse(row.from)}|${id}`;
  const when = (key: string): string =>
    bucket === 'all' ? '' : ` of ${new Date(Number(key.slice(0, key.indexOf('|')))).toISOString()}`;
  const figure = <T>(what: string, more = '') => ask<T>(api, storeId, what, from, to, more);

  const footfall = await figure<FootfallRow[]>('footfall', `&bucket=${bucket}`);
  const entrances = new Map(footfall.map((row) => [keyOf(row, row.entranceId), row]));
  for (const [key, { in: inwards, out }] of tally.crossings) {
    if (!key.endsWith('|main')) continue;
    const row = entrances.get(key);
    same(`people in${when(key)}`, inwards, row?.in);
    same(`people out${when(key)}`, out, row?.out);
  }
  for (const [key, row] of entrances) if (!tally.crossings.has(key)) same(`people in${when(key)}`, 0, row.in);

  const zones = new Map(
    (await figure<ZoneRow[]>('zones/metrics', `&bucket=${bucket}`)).map((row) => [keyOf(row, row.zoneId), row]),
  );
  for (const key of new Set([...tally.zones.keys(), ...zones.keys()])) {
    const [sum, row] = [tally.zones.get(key), zones.get(key)];
    const at = `${key.slice(key.indexOf('|') + 1)}${when(key)}`;
    same(`visits to ${at}`, sum?.visits ?? 0, row?.visits);
    same(`visitors of ${at}`, sum?.visitors ?? 0, row?.visitors);
    same(`engaged visits to ${at}`, sum?.engaged ?? 0, row?.engagedVisits);
    same(`ms of dwell in ${at}`, sum?.dwellMs ?? 0, row && Math.round((row.dwellSeconds.total ?? 0) * 1000));
    same(`pickups in ${at}`, sum?.pickups ?? 0, row?.pickups);
    same(`putbacks in ${at}`, sum?.putbacks ?? 0, row?.putbacks);
    same(`millionths of units sold in ${at}`, sum?.quantityMicro ?? 0, row && Math.round(row.units * MICRO));
    same(`net sales of ${at}, minor`, sum?.netMinor ?? 0, row && Math.round((row.salesNet ?? 0) * 100));
  }

  const products = new Map((await figure<ProductRow[]>('products/metrics')).map((row) => [row.gtin, row]));
  for (const [gtin, sum] of tally.products) {
    const row = products.get(gtin);
    same(`millionths of units sold of ${gtin}`, sum.quantityMicro, row && Math.round(row.units * MICRO));
    same(`net sales of ${gtin}, minor`, sum.netMinor, row && Math.round((row.salesNet ?? 0) * 100));
    same(`pickups of ${gtin}`, sum.pickups, row?.pickups);
  }
  const { transactions, salesNet } = await figure<ShoppersView>('shoppers/metrics');
  same('transactions', tally.transactions, transactions);
  same('net sales, minor', tally.netMinor, Math.round((salesNet ?? 0) * 100));

  const { seconds } = await figure<HeatmapView>('heatmap');
  const cells = new Set([...tally.heat.keys(), ...seconds.flatMap((held, cell) => (held > 0 ? [cell] : []))]);
  for (const cell of cells)
    same(`ms in cell ${cell} of the floor`, tally.heat.get(cell) ?? 0, Math.round((seconds[cell] ?? 0) * 1000));

  const alerts = (await figure<AlertRow[]>('alerts')).filter(({ kind }) => kind === 'outOfStock');
  same('alerts that are open', tally.incidents.open, alerts.filter(({ until }) => until === null).length);
  same('alerts that are over', tally.incidents.closed, alerts.filter(({ until }) => until !== null).length);
  for (const screen of screens) {
    const plays = await figure<PlayRow[]>(`screens/${screen}/plays`);
    const sum = tally.plays.get(screen) ?? { plays: 0, completed: 0 };
    same(`plays of ${screen}`, sum.plays, plays.length);
    same(`completed plays of ${screen}`, sum.completed, plays.filter(({ completed }) => completed).length);
  }
  return found;
}
