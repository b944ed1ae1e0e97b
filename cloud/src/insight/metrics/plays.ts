import { HOUR_MS, round6, type PlayRow } from '@aisle/contracts';
import type { SeriesStore, StoredFact } from '../../ports/index.js';
import { wordedReason } from '../../words/reasons.js';
import { checkRows } from '../query.js';
import { mergeEpochs } from '../tallies/index.js';
import type { Asked } from './shared.js';

/** What a screen showed, from rendered to replaced, each with the decision behind it where that is known. */
export async function plays(series: SeriesStore, asked: Asked, screenId: string): Promise<PlayRow[]> {
  const { storeId, store } = asked.timeline;
  const found = mergeEpochs(
    await series.read({ storeId, kinds: ['play'], from: asked.from, to: asked.to }),
  ) as readonly StoredFact<'play'>[];
  const shown = found.map((fact) => fact.value).filter((play) => play.screenId === screenId);
  checkRows(shown.length);
  const subjects = [...new Set(shown.map((play) => play.decisionId))];
  // a decision comes before what it shows, by a screen's way at most
  const near = { from: asked.from - HOUR_MS, to: asked.to };
  const decisions = new Map(
    (await series.lookup({ storeId, kind: 'decision', subjects, near })).map((fact) => [fact.subject, fact.value]),
  );
  return shown
    .sort((a, b) => a.startedTs - b.startedTs)
    .map(({ decisionId, contentId, startedTs, endedTs, completed }) => {
      const decision = decisions.get(decisionId);
      return {
        decisionId,
        contentId,
        startedTs,
        endedTs,
        reason: decision ? wordedReason(store.storeFile, decision) : null,
        probability: decision ? round6(decision.probabilityMicro / 1e6) : null,
        heldOut: decision?.heldOut ?? false,
        candidates: decision?.candidates ?? [],
        completed,
      };
    });
}
