import { readFileSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FACT_SCHEMAS, TillSale, compile, deviceTopic, minorDigits, receiptLines, type FactOf } from '@aisle/contracts';
import { openShop, refusedCount, until, type Shop } from './harness.js';

const MILK = '06901234567892';
const sale = (receipt: string, more: object = {}, line: object = {}) => ({
  ts: Date.now() - 60_000,
  receipt,
  lines: [{ gtin: MILK, quantity: 1, net: 12.5, ...line }],
  ...more,
});
const schema = compile(TillSale);
/** What the cloud's route asks before it answers 202. */
const accepted = (value: unknown): boolean => {
  const checked = schema.check(value);
  return checked.ok && receiptLines(checked.value, minorDigits('CNY')).ok;
};

let shop: Shop;
beforeAll(async () => void (shop = await openShop()));
afterAll(() => shop.end());

describe('a sale at the door', () => {
  it.each([
    ['a NUL', 'A\0B'],
    ['a high half of a character', 'A\ud800B'],
    ['a low half', '\udc00'],
    ['nothing', ''],
    ['129 characters', 'x'.repeat(129)],
  ])('is refused when its receipt holds %s, by REST and by MQTT, and nothing is sent again', async (_what, receipt) => {
    expect(accepted(sale(receipt))).toBe(false);
    const before = await refusedCount(shop, 'till-1', 'malformed');
    const client = await shop.connect();
    // The bytes as a till writes them: JSON escapes what is no character.
    await client.publishAsync(deviceTopic('till-1', 'till/sale'), JSON.stringify(sale(receipt)), { qos: 1 });
    expect(await refusedCount(shop, 'till-1', 'malformed')).toBe(before + 1);
    await client.endAsync();
  });

  it('that the cloud accepts counts in the shop, whatever the schema lets through', async () => {
    const odd: [name: string, sale: object][] = [
      ['emoji', sale('🧾'.repeat(64))],
      ['long', sale('x'.repeat(128))],
      ['slashes|and\\quotes"', sale('a|b/c\\"\n')],
      ['1970', sale('old', { ts: 0 })],
      ['tomorrow', sale('ahead', { ts: Date.now() + 80_000_000 })],
      ['most', sale('most', {}, { net: 9_999_999_999_999.99 })],
      ['least', sale('least', {}, { quantity: -1e6, net: -9_999_999_999_999.99 })],
      ['nothing', sale('nothing', {}, { quantity: 0, net: 0 })],
      ['a trace', sale('trace', {}, { quantity: 1e-7, net: 0.001 })],
      ['no code', sale('none', {}, { gtin: 'unknown' })],
      ['another alphabet', sale('code', {}, { gtin: 'Артикул-７' })],
      [
        'a thousand lines',
        sale('many', { lines: Array.from({ length: 1000 }, () => ({ gtin: MILK, quantity: 1, net: 1e9 })) }),
      ],
      ['a return of itself', sale('self', { returnOf: 'self' }, { quantity: -1, net: -1 })],
      [
        'all texts',
        sale('texts', { channel: 'web', type: 'x', member: 'm-1', returnOf: 'gone', returnOfDay: '2026-02-31' }),
      ],
    ];
    odd.forEach(([, one], index) => {
      expect(accepted(one), odd[index]?.[0]).toBe(true);
      shop.cloud.command({ seq: 100 + index, kind: 'sale', sale: one });
    });
    const facts = () => [...shop.cloud.facts.values()].filter((fact): fact is FactOf<'sale'> => fact.kind === 'sale');
    const wanted = odd.map(([, one]) => (one as { receipt: string }).receipt).sort();
    await until('all of them', () => facts().length === wanted.length);
    expect(
      facts()
        .map(({ subject }) => subject)
        .sort(),
    ).toEqual(wanted);
    expect(shop.cloud.refused).toEqual([]);
    const fact = compile(FACT_SCHEMAS.sale);
    for (const one of facts()) {
      expect(fact.check(one).ok, one.subject).toBe(true);
      expect(Number.isSafeInteger(one.value.netMinor)).toBe(true);
    }
  });

  it('is refused by REST when its lines cannot be added up exactly', () => {
    const lines = Array.from({ length: 2 }, () => ({ gtin: MILK, quantity: 1, net: 9e12 }));
    expect(accepted(sale('sum', { lines }))).toBe(false);
    expect(receiptLines({ lines }, 2)).toMatchObject({ ok: false, problem: { field: 'lines[1].net' } });
  });
});

describe("an opted-in member's token", () => {
  it('is kept as a keyed hash, the same by every way and over a restart, and nowhere as it was', async () => {
    const token = 'MEMBER-000-4711';
    const client = await shop.connect();
    await client.publishAsync(deviceTopic('till-1', 'till/sale'), JSON.stringify(sale('m-till', { member: token })), {
      qos: 1,
    });
    shop.cloud.command({ seq: 200, kind: 'sale', sale: sale('m-rest', { member: ` ${token} ` }) });
    shop.cloud.command({ seq: 201, kind: 'sale', sale: sale('m-other', { member: 'MEMBER-000-4712' }) });
    shop.cloud.command({ seq: 202, kind: 'sale', sale: sale('m-none', { member: ' ' }) });
    const memberOf = (receipt: string) => {
      const fact = [...shop.cloud.facts.values()].find(({ subject }) => subject === receipt) as
        FactOf<'sale'> | undefined;
      return fact && (fact.value.member ?? 'nobody');
    };
    await until('all sales', () => ['m-till', 'm-rest', 'm-other', 'm-none'].every((receipt) => memberOf(receipt)));
    expect(memberOf('m-till')).toMatch(/^[0-9a-f]{32}$/);
    expect(memberOf('m-rest')).toBe(memberOf('m-till'));
    expect(memberOf('m-other')).not.toBe(memberOf('m-till'));
    expect(memberOf('m-none')).toBe('nobody');
    await client.endAsync();
    await shop.agent.stop();
    await shop.start();
    shop.cloud.command({ seq: 203, kind: 'sale', sale: sale('m-again', { member: token }) });
    await until('the sale after the restart', () => memberOf('m-again'));
    expect(memberOf('m-again')).toBe(memberOf('m-till'));
    const files = readdirSync(shop.dir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const holding = files.filter((entry) => readFileSync(path.join(entry.parentPath, entry.name)).includes(token));
    expect(holding.map(({ name }) => name)).toEqual([]);
    expect(statSync(path.join(shop.dir, 'member-key')).mode & 0o077).toBe(0);
    const key = readFileSync(path.join(shop.dir, 'member-key'), 'utf8').trim();
    expect(JSON.stringify([...shop.cloud.facts.values(), ...shop.cloud.statuses, ...shop.cloud.hellos])).not.toContain(
      key,
    );
  });
});
