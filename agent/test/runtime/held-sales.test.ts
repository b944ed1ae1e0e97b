import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MqttClient } from 'mqtt';
import type { HeldSale } from '@aisle/contracts';
import { openShop, refusedCount, topic, until, type Shop } from './harness.js';

const DAY = 86_400_000;
let shop: Shop;
let till: MqttClient;
beforeAll(async () => {
  shop = await openShop();
  till = await shop.connect();
});
afterAll(() => shop.end());

const sell = (receipt: string, ts: number) =>
  till.publishAsync(
    topic('till-1', 'till/sale'),
    JSON.stringify({ ts, receipt, lines: [{ gtin: '06901234567892', quantity: 1, net: 12.5 }] }),
    { qos: 1 },
  );
const held = (): HeldSale[] => (shop.cloud.statuses.at(-1)?.['heldSales'] as HeldSale[] | undefined) ?? [];
const sales = () =>
  [...shop.cloud.facts.values()].flatMap((fact) => (fact.kind === 'sale' ? [[fact.value.receipt, fact.ts]] : []));

describe('a sale whose time is impossible', () => {
  it('does not count and is not lost: it is kept for a person, once, also over a restart', async () => {
    const now = Date.now();
    await sell('good', now - 60_000);
    await sell('tomorrow', now + 3 * DAY);
    await sell('tomorrow', now + 3 * DAY);
    await sell('unset', 1000);
    await sell('1980', Date.UTC(1980, 0, 6));
    await sell('years', now - 400 * DAY);
    await until('four of them', () => held().length === 4);
    expect(held().map(({ receipt, reason, netMinor }) => [receipt, reason, netMinor])).toEqual([
      ['tomorrow', 'future', 1250],
      ['unset', 'tooOld', 1250],
      ['1980', 'tooOld', 1250],
      ['years', 'tooOld', 1250],
    ]);
    await until('the good one', () => sales().length === 1);
    expect(await refusedCount(shop, 'till-1', 'tooOld')).toBe(3);
    await shop.agent.stop();
    await shop.start();
    till = await shop.connect();
    await until('them again', () => held().length === 4);
  });

  it('counts at the time that a person says, and what is dropped counts nowhere', async () => {
    const [tomorrow, unset, , years] = held();
    const madeTs = Date.now() - 3_600_000;
    shop.cloud.command({ seq: 2, kind: 'heldSale', heldId: tomorrow?.heldId, action: 'accept', ts: madeTs });
    shop.cloud.command({ seq: 3, kind: 'heldSale', heldId: unset?.heldId, action: 'drop' });
    shop.cloud.command({ seq: 4, kind: 'heldSale', heldId: years?.heldId, action: 'accept', ts: madeTs + 1 });
    await until('what is left', () => held().length === 1);
    await until('the sales', () => sales().length === 3);
    expect(sales()).toEqual(
      expect.arrayContaining([
        ['tomorrow', madeTs],
        ['years', madeTs + 1],
      ]),
    );
    // Said again, or of one that is not held: nothing changes.
    shop.cloud.command({ seq: 5, kind: 'heldSale', heldId: tomorrow?.heldId, action: 'accept', ts: madeTs });
    await until('the acknowledgement', () => shop.cloud.inboxAcks.includes(5));
    expect(sales().length).toBe(3);
    expect(shop.cloud.refused).toEqual([]);
  });
});
