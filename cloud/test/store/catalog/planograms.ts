import { expect, it } from 'vitest';
import type { KeptPlanogram } from '../../../src/ports/index.js';
import type { CatalogUnderTest } from './under-test.js';

/** Imported planogram files: what every catalog must do. */
export function planogramCases(suite: CatalogUnderTest): void {
  it('keeps the newest planogram file of each fixture, and says whose bytes nobody needs any longer', async () => {
    const { planograms, content } = suite.catalog;
    const [storeId, other] = [await suite.shop(), await suite.shop()];
    const sha = (letter: string) => `${storeId}${letter}`.padEnd(64, letter);
    const kept = (letter: string, takenTs: number, fixtureIds: string[], id = storeId): KeptPlanogram => ({
      ...{ storeId: id, fixtureIds, sha256: sha(letter), takenTs },
      places: { fixtures: [[7, 'f1']], slots: [[9, `slot-${letter}`]] },
    });
    expect(await planograms.keptPlanogram(storeId)).toBeUndefined();
    expect(await planograms.keepPlanogram(kept('a', 1, ['f1', 'f2']))).toEqual([]);
    expect(await planograms.keepPlanogram(kept('a', 2, ['f1'], other))).toEqual([]);
    expect(await planograms.keptPlanogram(storeId)).toEqual(kept('a', 1, ['f1', 'f2']));
    // one of its fixtures comes from another file now
    expect(await planograms.keepPlanogram(kept('b', 3, ['f2']))).toEqual([]);
    expect((await planograms.keptPlanogram(storeId))?.sha256).toBe(sha('b'));
    expect(await planograms.keptPlanogram(storeId, 'f1')).toEqual(kept('a', 1, ['f1']));
    expect(await planograms.keptPlanogram(storeId, 'f9')).toBeUndefined();
    // the same file again is no other one
    expect(await planograms.keepPlanogram(kept('b', 4, ['f2']))).toEqual([]);
    // another shop still has the first file
    expect(await planograms.keepPlanogram(kept('b', 5, ['f1', 'f2']))).toEqual([]);
    expect(await planograms.keepPlanogram(kept('c', 6, ['f1'], other))).toEqual([sha('a')]);
    expect(await content.isKept(sha('a'))).toBe(false);
    expect(await content.isKept(sha('b'))).toBe(true);
    expect(await planograms.keepPlanogram({ ...kept('d', 7, []) })).toEqual([]);
    expect(await content.isKept(sha('d'))).toBe(false);
  });

  it('keeps drafts with what is drawn; of two who change one, the second is told', async () => {
    const { drafts } = suite.catalog;
    const [storeId, other] = [await suite.shop(), await suite.shop()];
    const drawn = { madeBy: 'a@example.org', changedBy: 'a@example.org', drawing: '{"floor":{"width":9,"depth":8}}' };
    const first = {
      storeId,
      draftId: 'd1',
      name: 'Summer',
      basedOn: 3,
      revision: 1,
      madeTs: 5,
      changedTs: 5,
      ...drawn,
    };
    const { drawing: _drawing, ...told } = first;
    expect(await drafts.drafts(storeId)).toEqual([]);
    expect(await drafts.addDraft(first, 2)).toBe(true);
    expect(await drafts.addDraft({ ...first, draftId: 'd2', changedTs: 6 }, 2)).toBe(true);
    expect(await drafts.addDraft({ ...first, draftId: 'd3' }, 2)).toBe(false);
    expect(await drafts.addDraft({ ...first, storeId: other }, 2)).toBe(true);
    expect((await drafts.drafts(storeId)).map(({ draftId }) => draftId)).toEqual(['d2', 'd1']);
    expect(await drafts.draft(storeId, 'd1')).toEqual(first);
    const second = { ...first, name: 'Autumn', revision: 2, changedTs: 9, changedBy: 'b@example.org', drawing: '{}' };
    expect(await drafts.changeDraft(second)).toBe(true);
    expect(await drafts.changeDraft({ ...second, name: 'Winter' })).toBe(false);
    expect(await drafts.draft(storeId, 'd1')).toEqual(second);
    expect((await drafts.drafts(storeId)).map(({ draftId }) => draftId)).toEqual(['d1', 'd2']);
    expect((await drafts.drafts(other))[0]).toEqual({ ...told, storeId: other });
    expect(await drafts.removeDraft(storeId, 'd1')).toBe(true);
    expect([await drafts.removeDraft(storeId, 'd1'), await drafts.draft(storeId, 'd1')]).toEqual([false, undefined]);
    expect(await drafts.changeDraft({ ...second, revision: 3 })).toBe(false);
    expect(await drafts.draft(other, 'd1')).toEqual({ ...first, storeId: other });
  });
}
