import { HOUR_MS, round6, type PlayRow } from '@aisle/contracts';
import type { SeriesStore, StoredFact } from '../../ports/index.js';
import { wordedReason } from '../../words/reasons.js';
import { checkRows } from '../query.js';
import { mergeEpochs } from '../tallies/index.js';
import type { Asked } from './shared.js';
import type { FactReader } from '../reader.js';

/** Plays of a period as they count: each once, by its beginning. @param screenId one screen's; all when left out */
export async function playsIn(
  series: Pick<SeriesStore, 'read'>,
  asked: { storeId: string; from: number; to: number },
  screenId?: string,
): Promise<StoredFact<'play'>[]> {
  const found = mergeEpochs(await series.read({ ...asked, kinds: ['play'] })) as readonly StoredFact<'play'>[];
  return found
    .filter(({ value }) => screenId === undefined || value.screenId === screenId)
    .sort((a, b) => a.value.startedTs - b.value.startedTs);
}

/** What a screen showed, from rendered to replaced, each with the decision behind it where that is known. */
export async function plays(series: FactReader, asked: Asked, screenId: string): Promise<PlayRow[]> {
  const { storeId, store } = asked.timeline;
  const found = await playsIn(series, { storeId, from: asked.from, to: asked.to }, screenId);
  checkRows(found.length);
  const subjects = [...new Set(found.map(({ value }) => value.decisionId))];
  // a decision comes before what it shows, by a screen's way at most
  const near = { from: asked.from - HOUR_MS, to: asked.to };
  const decisions = new Map(
    (await series.lookup({ storeId, kind: 'decision', subjects, near })).map((fact) => [fact.subject, fact.value]),
  );
  return found.map(({ value: play }): PlayRow => {
    const { decisionId, contentId, startedTs, endedTs, completed } = play;
    const decision = decisions.get(decisionId);
    const probability = decision?.probabilityMicro ?? play.probabilityMicro;
    return {
      ...{ decisionId, contentId, startedTs, endedTs },
      reason: decision ? wordedReason(store.storeFile, decision) : null,
      probability: probability === undefined ? null : round6(probability / 1e6),
      heldOut: decision?.heldOut ?? play.arm === 'heldOut',
      candidates: decision?.candidates ?? [],
      completed,
      campaignId: play.campaignId ?? decision?.campaignId ?? null,
      // agents up to 0.2 say only whether it was shown to its end
      outcome: play.outcome ?? (completed ? 'completed' : 'cut'),
      trouble: play.trouble ?? null,
      arm: play.arm ?? decision?.arm ?? null,
      opportunities: play.opportunities ?? null,
      watchers: play.watchers ?? null,
      verifiedImpressions: play.verifiedImpressions ?? null,
      scans: play.scans ?? null,
    };
  });
}
