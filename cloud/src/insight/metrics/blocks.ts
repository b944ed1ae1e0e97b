import { minorDigits, round6, type BlockRow, type FactValue } from '@aisle/contracts';
import type { SeriesStore, StoredFact } from '../../ports/index.js';
import type { Edition } from '../edition.js';
import { checkRows } from '../query.js';
import { mergeEpochs } from '../tallies/index.js';
import type { Asked } from './shared.js';
import type { FactReader } from '../reader.js';

export type Block = FactValue<'block'>;
type Moved = Block['store'];

/** Blocks that begin in [from, to), each once. */
export async function blocksIn(
  series: Pick<SeriesStore, 'read'>,
  asked: { storeId: string; from: number; to: number },
): Promise<StoredFact<'block'>[]> {
  return [...mergeEpochs(await series.read({ ...asked, kinds: ['block'] }))] as StoredFact<'block'>[];
}

/** The share of its counted span in which the screens' zone was sensed. */
export const coverageOfBlock = ({ sensedMs, countedFromTs, toTs }: Block): number =>
  toTs > countedFromTs ? Math.min(1, sensedMs / (toTs - countedFromTs)) : 0;

/** The blocks of a screen's group, with what they gave; money in the currency of the version that each was made under. */
export async function blocks(series: FactReader, asked: Asked, screenId: string): Promise<BlockRow[]> {
  const { timeline } = asked;
  const { storeId, time } = timeline;
  const found = (await blocksIn(series, { storeId, from: asked.from, to: asked.to })).filter(({ value }) =>
    value.screens.includes(screenId),
  );
  checkRows(found.length);
  await timeline.know(new Set(found.map(({ configVersion }) => configVersion)));
  return found.map(({ value, configVersion }): BlockRow => {
    const moved = movedIn(timeline.of(configVersion));
    return {
      from: time.iso(value.fromTs),
      to: time.iso(value.toTs),
      countedFrom: time.iso(value.countedFromTs),
      arm: value.arm,
      campaignId: value.campaignId,
      probability: round6(value.probabilityMicro / 1e6),
      counted: value.counted,
      why: value.why,
      coverage: round6(coverageOfBlock(value)),
      opportunities: value.opportunities,
      watchers: value.watchers,
      stops: value.stops,
      scans: value.scans,
      ...moved(value.featured),
      category: moved(value.category),
      store: moved(value.store),
    };
  });
}

const movedIn =
  ({ currency, minorUnits }: Edition) =>
  ({ pickups, unitsMicro, netMinor }: Moved) => ({
    pickups,
    units: round6(unitsMicro / 1e6),
    salesNet: Number((netMinor / minorUnits).toFixed(minorDigits(currency))),
  });
