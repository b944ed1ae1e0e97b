import { afterEach, describe, expect, it } from 'vitest';
import type { Fact, PageView, SimulatedPastBody, StoreRow, ZoneRow } from '@aisle/contracts';
import { json, removeFolders, startCloud, type RunningCloud } from './harness.js';

const PATH = '/api/v1/stores/demo/simulated-past';
const HOUR = 3_600_000;
let cloud: RunningCloud | undefined;
afterEach(async () => {
  await cloud?.stop();
  cloud = undefined;
  removeFolders();
});

const to = Math.floor(Date.now() / HOUR) * HOUR;
const from = to - 2 * HOUR;
const visit = (ts: number): Fact => ({
  ...{ kind: 'zone', subject: 'dairy', ts, seq: 1, generation: 1, configVersion: 1 },
  value: { visits: 3, visitors: 2, dwellMs: 9000, histogram: [[3, 3]], overlapMs: 9000, maxOpen: 1 },
});
const post = (body: Partial<SimulatedPastBody>) =>
  cloud!.api(PATH, json({ seed: 4, fromTs: from, toTs: to, facts: [], ...body }));
const visits = async (): Promise<number | null | undefined> => {
  const iso = (ts: number): string => new Date(ts).toISOString();
  const query = `from=${iso(from)}&to=${iso(to)}&zoneId=dairy`;
  return ((await (await cloud!.api(`/api/v1/stores/demo/zones/metrics?${query}`)).json()) as ZoneRow[])[0]?.visits;
};

describe('a simulated past by REST', () => {
  it('counts once however often it is loaded, and the store says from when to when it is simulated', async () => {
    cloud = await startCloud();
    for (let time = 0; time < 2; time += 1) {
      const answer = await post({ facts: [visit(from), visit(from + HOUR)], roll: true });
      expect([answer.status, await answer.json()]).toEqual([200, { accepted: 2, refused: 0, complete: false }]);
    }
    expect(await visits()).toBe(6);
    expect((await post({ complete: true })).status).toBe(200);
    const [store] = (await (await cloud.api('/api/v1/stores')).json()) as StoreRow[];
    expect(store?.simulated).toMatchObject({ complete: true });
    expect([Date.parse(store?.simulated?.from ?? ''), Date.parse(store?.simulated?.to ?? '')]).toEqual([from, to]);
    // what comes after the last piece is not taken any more
    expect(await (await post({ facts: [visit(from + 60_000)] })).json()).toMatchObject({ accepted: 0, complete: true });
    expect(await visits()).toBe(6);
  });

  it('is told of only as far back as all of it has come', async () => {
    cloud = await startCloud();
    const ready = async (): Promise<number | undefined> => {
      const [store] = (await (await cloud!.api('/api/v1/stores')).json()) as StoreRow[];
      const readyFrom = store?.simulated?.readyFrom;
      return readyFrom === undefined ? undefined : Date.parse(readyFrom);
    };
    const sensed = (ts: number): Fact => ({
      ...{ kind: 'coverage', subject: 'people:dairy', ts, seq: 1, generation: 1, configVersion: 1 },
      value: { sensedMs: 60_000 },
    });
    // of the newer hour the rest is still on its way
    await post({ facts: [visit(to - HOUR), sensed(to - HOUR)] });
    expect([await visits(), await ready()]).toEqual([0, to]);
    await post({ facts: [visit(to - HOUR + 60_000)], roll: true, readyFromTs: to - HOUR });
    expect([await visits(), await ready()]).toEqual([6, to - HOUR]);
    // the older one comes piece by piece as well, and nothing of it counts before its last
    await post({ facts: [visit(from)] });
    expect([await visits(), await ready()]).toEqual([6, to - HOUR]);
    const iso = (ts: number): string => new Date(ts).toISOString();
    const page = `/api/v1/stores/demo/page?from=${iso(from)}&to=${iso(to)}&bucket=hour&begin=sensed`;
    const { sensingSince } = (await (await cloud.api(page)).json()) as PageView;
    expect(Date.parse(sensingSince ?? '')).toBe(to - HOUR);
    await post({ complete: true });
    expect([await visits(), await ready()]).toEqual([9, undefined]);
  });

  it('is refused beside another one, in the future, and part by part where it is not as described', async () => {
    cloud = await startCloud();
    const strange = { ...visit(from), value: { visits: 'many' } } as unknown as Fact;
    const answer = await post({ facts: [visit(from), visit(to), strange] });
    expect(await answer.json()).toEqual({ accepted: 1, refused: 2, complete: false });
    const other = await post({ seed: 5 });
    expect([other.status, ((await other.json()) as { error: { code: string } }).error.code]).toEqual([409, 'conflict']);
    const ahead = await post({ toTs: to + 48 * HOUR });
    expect([ahead.status, ((await ahead.json()) as { error: { field: string } }).error.field]).toEqual([400, 'toTs']);
    const crooked = await post({ fromTs: from + 1 });
    expect(((await crooked.json()) as { error: { field: string } }).error.field).toBe('fromTs');
  });

  it('line by line says the same, takes the good lines of a piece, and tells of receipts and alerts', async () => {
    cloud = await startCloud();
    const asked = { seed: '4', fromTs: String(from), toTs: String(to) };
    const send = (lines: readonly unknown[], more: Record<string, string> = {}) =>
      cloud!.api(`${PATH}/lines?${new URLSearchParams({ ...asked, ...more })}`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-ndjson' },
        body: lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n'),
      });
    const ofFact = { ts: from, seq: 1, generation: 1, configVersion: 1 };
    const shares = [{ slotId: 'fx-1-a', zoneId: 'dairy', quantityMicro: 1_000_000, netMinor: 1250 }];
    const lines = [{ gtin: '06901234567892', quantityMicro: 1_000_000, netMinor: 1250, shares }];
    const bought = { receipt: 'H-1', deviceId: 'till-1', contentDigest: 'ab'.repeat(16) };
    const sale = {
      ...ofFact,
      kind: 'sale',
      subject: 'H-1',
      value: { ...bought, transaction: true, netMinor: 1250, lines },
    };
    const noticed = { what: 'outOfStock', subject: 'fx-1-a', zoneId: 'dairy', since: from, until: null, count: 0 };
    const incident = { ...ofFact, kind: 'incident', subject: `outOfStock:fx-1-a@${from}`, value: noticed };
    const good = [incident, sale, visit(from), visit(from + HOUR)];
    const bad = [
      'no JSON',
      '',
      visit(to),
      { ...visit(from), value: { visits: 'many' } },
      7,
      { kind: 'unheardOf', ts: from },
    ];
    for (let time = 0; time < 2; time += 1) {
      const answer = await send([...bad, ...good], { roll: 'true' });
      expect([answer.status, await answer.json()]).toEqual([200, { accepted: 4, refused: 5, complete: false }]);
    }
    expect(await visits()).toBe(6);
    expect((await cloud.catalog.receipts.receipt('demo', 'H-1'))?.contentDigest).toBe(bought.contentDigest);
    const alerts = (await (await cloud.api('/api/v1/stores/demo/alerts?open=true')).json()) as { subject: string }[];
    expect(alerts.map(({ subject }) => subject)).toContain('fx-1-a');
    expect(await (await send([], { complete: 'true' })).json()).toEqual({ accepted: 0, refused: 0, complete: true });
    expect(await (await send(good)).json()).toMatchObject({ accepted: 0, complete: true });
    expect((await send(good, { seed: '5' })).status).toBe(409);
    const crooked = await send(good, { fromTs: 'soon' });
    expect([crooked.status, ((await crooked.json()) as { error: { field: string } }).error.field]).toEqual([
      400,
      'fromTs',
    ]);
  });

  it('takes a line that says the same of several subjects and minutes as the facts that it stands for, or not at all', async () => {
    cloud = await startCloud();
    const asked = { seed: '4', fromTs: String(from), toTs: String(to) };
    const send = (lines: readonly object[], more: Record<string, string> = {}) =>
      cloud!.api(`${PATH}/lines?${new URLSearchParams({ ...asked, ...more })}`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-ndjson' },
        body: lines.map((line) => JSON.stringify(line)).join('\n'),
      });
    const { subject: _subject, value, ...rest } = visit(from);
    const alike = { ...rest, subjects: ['dairy', 'snacks "value":{'], minutes: 3, value };
    const sold = { ...rest, kind: 'sale', subjects: ['a', 'b'], value };
    const wrong = [
      { ...alike, subjects: [] },
      { ...alike, subjects: ['dairy', 'dairy'] },
      { ...alike, subjects: ['dairy', ''] },
      { ...alike, subject: 'dairy' },
      { ...alike, minutes: 0 },
      { ...alike, minutes: 1.5 },
      { ...alike, minutes: 121 },
      { ...alike, minutes: 1_000_000 },
      sold,
    ];
    const answer = await send([...wrong, alike], { roll: 'true' });
    expect([answer.status, await answer.json()]).toEqual([
      200,
      { accepted: 6, refused: wrong.length, complete: false },
    ]);
    const facts = await cloud.series.read({ storeId: 'demo', kinds: ['zone'], from, to });
    expect(facts.map(({ subject, ts, seq }) => [subject, (ts - from) / 60_000, seq])).toEqual(
      [0, 1, 2].flatMap((minute) => alike.subjects.map((subject) => [subject, minute, 1 + minute])),
    );
    for (const fact of facts) expect(fact.value).toEqual(value);
    expect(await visits()).toBe(9);
  });
});
