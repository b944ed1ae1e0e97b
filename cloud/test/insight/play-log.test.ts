import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { playText, type PlayLogRow } from '@aisle/contracts';
import { openRtb, playsCsv } from '../../src/insight/index.js';
import { chainFaults } from '../../src/operator/plays-verify.js';

/** A log of `count` plays whose chain holds, each link made from the one before. */
function log(count: number, epoch = 1): PlayLogRow[] {
  let previous = '';
  return Array.from({ length: count }, (_, n): PlayLogRow => {
    const row: PlayLogRow = {
      ...{ screenId: 'screen-1', decisionId: `d${n}`, contentId: 'milk', campaignId: 'c-1', arm: 'treated' },
      ...{ startedTs: 1_000_000 + n * 8_000, endedTs: 1_008_000 + n * 8_000, outcome: 'completed', trouble: null },
      ...{ opportunities: 3, watchers: 1, verifiedImpressions: 2, scans: 0, epoch, link: null },
    };
    const hash = createHash('sha256')
      .update(playText(n, previous, { ...row, completed: true }))
      .digest('hex');
    row.link = { n, previous, hash };
    previous = hash;
    return row;
  });
}
const faultsOf = (rows: PlayLogRow[]) => chainFaults(rows).map(({ n, what }) => [n, what]);

describe('the chain of plays', () => {
  it('holds in whatever order rows come, over several journals, and from the middle on', () => {
    expect(chainFaults([...log(9).reverse(), ...log(4, 2)])).toEqual([]);
    expect(chainFaults(log(9).slice(3))).toEqual([]);
    // what comes later is no edit
    expect(chainFaults(log(3).map((row) => ({ ...row, scans: 7, opportunities: 9 })))).toEqual([]);
  });

  it('names the row that was edited, is missing, stands elsewhere or is there twice', () => {
    const rows = log(6);
    const at = (index: number, change: (row: PlayLogRow) => PlayLogRow) =>
      rows.map((row, here) => (here === index ? change(row) : row));
    expect(faultsOf(at(2, (row) => ({ ...row, contentId: 'beer' })))).toEqual([[2, 'edited']]);
    expect(faultsOf(at(2, (row) => ({ ...row, endedTs: row.endedTs + 1 })))).toEqual([[2, 'edited']]);
    expect(faultsOf(rows.filter((_, index) => index !== 3))).toEqual([[3, 'missing']]);
    expect(faultsOf([...rows, rows[4] as PlayLogRow])).toEqual([[4, 'twice']]);
    // two rows that change their numbers: neither hash fits any more
    const swapped = rows.map((row, index) => {
      const other = index === 1 ? 2 : index === 2 ? 1 : index;
      return { ...row, link: { ...(row.link as NonNullable<typeof row.link>), n: other } };
    });
    expect(faultsOf(swapped)).toEqual([
      [1, 'edited'],
      [2, 'edited'],
    ]);
    // a row written anew with a hash that fits it, but not its neighbours
    const forged = at(2, (row) => {
      const edited = { ...row, contentId: 'beer', completed: true };
      const { n, previous } = row.link as NonNullable<typeof row.link>;
      const hash = createHash('sha256')
        .update(playText(n, previous, edited))
        .digest('hex');
      return { ...row, contentId: 'beer', link: { n, previous, hash } };
    });
    expect(faultsOf(forged)).toEqual([[3, 'reordered']]);
  });
});

describe('the log of plays', () => {
  it('as CSV leaves empty what is not known, and holds no formula', () => {
    const [first, second] = log(2) as [PlayLogRow, PlayLogRow];
    const text = playsCsv(
      [
        { ...first, contentId: '=1+1,"x"' },
        { ...second, verifiedImpressions: null, campaignId: null, link: null },
      ],
      (ts) => `t${ts}`,
    );
    const lines = text.trimEnd().split('\r\n');
    expect(lines[0]).toBe(
      'screenId,decisionId,contentId,campaignId,arm,started,ended,outcome,trouble,opportunities,watchers,verifiedImpressions,scans,epoch,n,previous,hash,replaces',
    );
    expect(lines[1]).toContain(`screen-1,d0,"'=1+1,""x""",c-1,treated,t1000000,t1008000,completed,,3,1,2,0,1,0,,`);
    expect(lines[2]).toBe('screen-1,d1,milk,,treated,t1008000,t1016000,completed,,3,1,,0,1,,,,');
  });

  it('in quantities of OpenRTB counts verified impressions, and leaves out what nothing measured', () => {
    const [first, second, third] = log(3) as [PlayLogRow, PlayLogRow, PlayLogRow];
    const told = openRtb([first, { ...second, verifiedImpressions: null }, { ...third, outcome: 'failed' }], 'demo');
    expect(told).toEqual([
      {
        ...{ id: 'd0@1000000', dooh: { id: 'demo' }, crid: 'milk', cid: 'c-1', seconds: 8 },
        imp: { tagid: 'screen-1', qty: { multiplier: 2, sourcetype: 1, vendor: 'aisle' }, dt: 1_000_000 },
      },
    ]);
  });
});
