import { describe, expect, it } from 'vitest';
import type { FactOf } from '@aisle/contracts';
import { KnownReceipts } from '../../src/ingest/known-receipts.js';
import type { SeriesRow } from '../../src/ports/index.js';
import { sale } from './harness.js';

type SaleRow = SeriesRow & { fact: FactOf<'sale'> };

const told = (receipt: string, netMinor: number, digest: string): FactOf<'sale'> => {
  const fact = sale(receipt, netMinor) as FactOf<'sale'>;
  return { ...fact, value: { ...fact.value, contentDigest: digest.repeat(64) } };
};
const row = (epoch: number, fact: FactOf<'sale'>): SaleRow =>
  ({ storeId: 'demo', journalId: `j${epoch}`, epoch, receivedAt: 0, fact }) as unknown as SaleRow;

/** What a row's receipt stands as, when the cloud holds `held` of journal `heldEpoch`; and how often it looked it up. */
async function standingOf(asked: SaleRow, held?: FactOf<'sale'>, heldEpoch = 1) {
  let lookedUp = 0;
  const receipts = new KnownReceipts({
    series: { lookup: async () => (held ? [{ ...held, epoch: heldEpoch }] : []) as never },
    receipts: {
      receipt: async () => {
        lookedUp++;
        return (held ? {} : undefined) as never;
      },
    },
  });
  const standing = (await receipts.standings([asked])).get(asked);
  await receipts.standings([asked]);
  return { standing, lookedUp };
}

describe('a receipt that a new journal tells', () => {
  it('is its own where no older journal told it, and is looked up once', async () => {
    expect(await standingOf(row(2, told('r', 100, 'a')))).toEqual({ standing: 'own', lookedUp: 1 });
  });

  it('is not looked up at all in a shop’s first journal', async () => {
    const asked = row(1, told('r', 100, 'a'));
    expect(await standingOf(asked, told('r', 200, 'b'))).toEqual({ standing: 'own', lookedUp: 0 });
  });

  it('is known where an older journal told the same content, under whichever digest', async () => {
    const asked = row(2, told('r', 100, 'a'));
    expect((await standingOf(asked, told('r', 100, 'a'))).standing).toBe('known');
    expect((await standingOf(asked, told('r', 100, 'b'))).standing).toBe('known');
  });

  it('is known by an equal digest, whatever else stands beside it', async () => {
    expect((await standingOf(row(2, told('r', 100, 'a')), told('r', 101, 'a'))).standing).toBe('known');
  });

  it('is a conflict where an older journal told another content', async () => {
    expect((await standingOf(row(2, told('r', 100, 'a')), told('r', 200, 'b'))).standing).toBe('conflict');
  });

  it('is its own where what the cloud holds came of this journal or a later one', async () => {
    const asked = row(2, told('r', 100, 'a'));
    expect((await standingOf(asked, told('r', 200, 'b'), 2)).standing).toBe('own');
    expect((await standingOf(asked, told('r', 200, 'b'), 3)).standing).toBe('own');
  });
});
