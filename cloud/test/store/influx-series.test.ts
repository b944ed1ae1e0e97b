import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { StoreError } from '../../src/ports/series-store.js';
import { InfluxSeriesStore } from '../../src/store/influxdb/influx-series.js';
import { minute, sale, zone } from './fact-samples.js';
import { Influxd, hasInfluxd } from './influxd.js';
import { seriesSuite } from './series-suite.js';

const influxd = hasInfluxd() ? new Influxd() : undefined;

describe.skipIf(!influxd)('with influxd (package influxdb)', () => {
  beforeAll(() => influxd?.start());
  afterAll(() => influxd?.stop());

  seriesSuite({
    name: 'InfluxDB',
    make: async () => new InfluxSeriesStore({ url: influxd?.url ?? '', database: 'aisle "series"' }),
  });

  it('a database holds the facts of one catalog: another is refused, and told whose it is', async () => {
    const open = async (database: string): Promise<InfluxSeriesStore> => {
      const store = new InfluxSeriesStore({ url: influxd?.url ?? '', database });
      await store.open();
      return store;
    };
    const [one, other, elsewhere] = [await open('owned'), await open('owned'), await open('free')];
    const claimed = (store: InfluxSeriesStore, catalogId: string) => store.claim({ catalogId, knows: 'shops' });
    await claimed(one, 'catalog-b');
    await claimed(one, 'catalog-b');
    for (const catalogId of ['catalog-a', 'catalog-c'])
      await expect(claimed(other, catalogId)).rejects.toSatisfy(
        (error) => error instanceof StoreError && error.code === 'refused' && error.message.includes('catalog-b'),
      );
    // replicas share a catalog
    await claimed(other, 'catalog-b');
    await claimed(elsewhere, 'catalog-a');
    // emptied behind a catalog that knows better, or the catalog emptied before it
    const lost = await open('lost');
    await expect(lost.claim({ catalogId: 'catalog-b', knows: 'itsFacts' })).rejects.toThrow(/is empty/);
    await lost.close();
    await one.write([{ storeId: 'shop', epoch: 1, fact: zone('dairy', minute(0), 1) }]);
    await expect(other.claim({ catalogId: 'catalog-b', knows: 'nothing' })).rejects.toThrow(/the catalog was emptied/);
    for (const store of [one, other, elsewhere]) await store.close();
  });

  it('a field of another type is an error, not a loss', async () => {
    const database = 'conflict';
    const store = new InfluxSeriesStore({ url: influxd?.url ?? '', database });
    await store.open();
    await fetch(`${influxd?.url}/write?db=${database}&precision=ns`, {
      method: 'POST',
      body: `zone,store=x q="text" 1`,
    });
    const minutesOfThatShard = { ...zone('a', 0, 5), ts: 0 };
    await expect(store.write([{ storeId: 'x', epoch: 1, fact: minutesOfThatShard }])).rejects.toSatisfy(
      (error) =>
        error instanceof StoreError &&
        error.code === 'refused' &&
        /partial write|field type conflict/.test(error.message),
    );
    await store.close();
  });

  it('records that draw the same place both stay', async () => {
    const database = 'places';
    const store = new InfluxSeriesStore({ url: influxd?.url ?? '', database });
    await store.open();
    const first = sale('r-1', minute(0) + 5, 7);
    await store.write([{ storeId: 'x', epoch: 1, fact: first }]);
    // another record is put where the first one lies, as a hash that collides would
    const query = async (q: string): Promise<unknown[]> => {
      const response = await fetch(`${influxd?.url}/query?db=${database}&q=${encodeURIComponent(q)}`);
      const answer = (await response.json()) as { results: { series?: { values: unknown[][] }[] }[] };
      return answer.results[0]?.series?.[0]?.values[0] ?? [];
    };
    const [time] = await query('SELECT "o" FROM "sale"');
    const nanos =
      BigInt(Date.parse(String(time).replace(/\.\d+Z$/, 'Z'))) * 1_000_000n +
      BigInt((/\.(\d+)Z$/.exec(String(time))?.[1] ?? '0').padEnd(9, '0'));
    const [, shard] = await query('SELECT "o", "shard" FROM "sale"').then(([, o, name]) => [o, name]);
    await query('DROP SERIES FROM "sale"');
    await fetch(`${influxd?.url}/write?db=${database}&precision=ns`, {
      method: 'POST',
      body: `sale,store=x,epoch=1,shard=${String(shard)} id="stranger",ts=${minute(0) + 9}i,q=1i,c=1i,n=1i,o=${nanos - BigInt(minute(0)) * 1_000_000n}i,p0="{}" ${nanos}`,
    });
    await store.write([{ storeId: 'x', epoch: 1, fact: first }]);
    await store.write([{ storeId: 'x', epoch: 1, fact: first }]);
    const read = await store.read({ storeId: 'x', kinds: ['sale'], from: minute(0), to: minute(1) });
    expect(read.map((fact) => fact.subject)).toEqual(['r-1', 'stranger']);
    await store.close();
  });
});

describe.skipIf(!influxd)('points that version 0.1 wrote', () => {
  const old = influxd && new Influxd();
  beforeAll(() => old?.start());
  afterAll(() => old?.stop());

  it('count as facts without a generation, and newer ones join them', async () => {
    const database = 'before';
    const store = new InfluxSeriesStore({ url: old?.url ?? '', database });
    await store.open();
    const value = (visits: number) => JSON.stringify(zone('a', minute(0), 1, { visits }).value).replaceAll('"', '\\"');
    const at = (seq: number) => `${BigInt(minute(0)) * 1_000_000n + BigInt(seq)}`;
    const net = JSON.stringify(sale('r-1', minute(0) + 5, 1).value).replaceAll('"', '\\"');
    const lines = [
      `zone,store=x,subject=dairy,epoch=1 q=4i,c=1i,p0="${value(4)}",n=1i ${at(4)}`,
      `zone,store=x,subject=dairy,epoch=1 q=7i,c=2i,p0="${value(7)}",n=1i ${at(7)}`,
      `sale,store=x,shard=3,epoch=1 id="r-1",ts=${minute(0) + 5}i,q=7i,c=2i,o=99i,p0="${net}",n=1i ${at(99)}`,
    ];
    const answer = await fetch(`${old?.url}/write?db=${database}&precision=ns`, {
      method: 'POST',
      body: lines.join('\n'),
    });
    expect(answer.status).toBe(204);
    const read = () => store.read({ storeId: 'x', kinds: ['zone', 'sale'], from: 0, to: 9e12 });
    const dairy = { ...zone('dairy', minute(0), 7, { visits: 7 }), configVersion: 2 };
    const receipt = { ...sale('r-1', minute(0) + 5, 7), configVersion: 2 };
    const first = [dairy, receipt].map((fact) => ({ ...fact, epoch: 1 }));
    expect(await read()).toEqual(first);
    // the same again by today's program changes nothing, an older revision neither
    await store.write([dairy, receipt, zone('dairy', minute(0), 5)].map((fact) => ({ storeId: 'x', epoch: 1, fact })));
    expect(await read()).toEqual(first);
    const anew = { ...dairy, seq: 1, generation: 1, configVersion: 2 };
    await store.write([{ storeId: 'x', epoch: 1, fact: anew }]);
    expect((await read())[0]).toEqual({ ...anew, epoch: 1 });
    await store.close();
  });
});

describe('an InfluxDB that does not answer', () => {
  it('is named in the error', async () => {
    const store = new InfluxSeriesStore({ url: 'http://127.0.0.1:1', database: 'aisle' });
    await expect(store.open()).rejects.toSatisfy(
      (error) => error instanceof StoreError && error.code === 'unreachable' && error.message.includes('127.0.0.1:1'),
    );
    await expect(store.write([{ storeId: 'x', epoch: 1, fact: zone('a', minute(0), 1) }])).rejects.toSatisfy(
      (error) => error instanceof StoreError && error.code === 'unreachable',
    );
  });
});
