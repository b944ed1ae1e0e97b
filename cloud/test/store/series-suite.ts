import { afterAll, beforeAll, describe } from 'vitest';
import type { StoredFact, SeriesRow, SeriesStore } from '../../src/ports/series-store.js';
import { contentCases } from './series-suite-contents.js';
import { questionCases } from './series-suite-questions.js';
import { revisionCases } from './series-suite-revisions.js';
import { loadingCases } from './series-suite-loading.js';
import { rollupCases } from './series-suite-rollups.js';

/** One engine under test. `make` gives a store over the same data every time, so that a case may close and open it. */
export interface SeriesEngine {
  name: string;
  make(): Promise<SeriesStore>;
  /** what is loaded comes as a whole or not at all */
  commitsWhole?: true;
}

/** The store of an engine, and what all cases do with it. */
export interface SuiteStore {
  readonly engine: SeriesEngine;
  store: SeriesStore;
  /** the id of a shop that no other case has */
  readonly shop: () => string;
  /** writes facts of the first epoch */
  readonly put: (storeId: string, ...facts: SeriesRow['fact'][]) => Promise<void>;
  /** everything that a shop has */
  readonly all: (storeId: string) => Promise<StoredFact[]>;
}

const KINDS = [
  ...(['crossings', 'zone', 'heat', 'slot', 'coverage'] as const),
  ...(['sale', 'decision', 'play', 'incident', 'inForce', 'block'] as const),
];

/** What every series store must do, whatever stands behind it. Each case uses a shop of its own. */
export function seriesSuite(engine: SeriesEngine): void {
  describe(`series store on ${engine.name}`, () => {
    let shops = 0;
    const of: SuiteStore = {
      engine,
      // there before the first case
      store: undefined as unknown as SeriesStore,
      shop: () => `shop-${++shops}`,
      put: (storeId, ...facts) => of.store.write(facts.map((fact) => ({ storeId, epoch: 1, fact }))),
      all: (storeId) => of.store.read({ storeId, kinds: KINDS, from: 0, to: 9e12 }),
    };
    beforeAll(async () => {
      of.store = await engine.make();
      await of.store.open();
    });
    afterAll(() => of.store?.close());

    revisionCases(of);
    contentCases(of);
    questionCases(of);
    rollupCases(of);
    loadingCases(of);
  });
}
