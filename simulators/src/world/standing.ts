import type { Random } from '../random.js';
import { ELBOW_METRES, TIGHT_ELBOW_METRES, type Crowd } from './crowd.js';
import type { FloorPlan, SlotPlace } from './floor-plan.js';
import { distance, offset, type Vec } from './geometry.js';
import type { Stop } from './needs.js';
import { placeOf } from './needs.js';

/** Further than this from the place before the goods, people step up before they reach out. */
export const ARM_METRES = 0.6;
const SIDE_STEP_METRES = 0.3;
/** Where so much along the front is taken, people stand further along, up to this. */
const ALONG_METRES = 1.5;

/** What somebody who looks for a place to stand sees. */
export interface Sight {
  readonly plan: FloorPlan;
  readonly crowd: Crowd;
}

/**
 * Where to stand: near the goods, clear of the edges of zones, and on nobody's feet; further along or nearer to others where it
 * is full; undefined where there is no place at all. `off` is how many metres further from the goods than an arm.
 */
export function spotBefore(stop: Stop, off: number, personId: number, sight: Sight, random: Random): Vec | undefined {
  const { plan, crowd } = sight;
  const goods = placeOf(stop);
  const away = stop.kind === 'shelf' ? offset(goods, stop.place.facing, off) : goods;
  const wish = plan.grid.isWalkable(away) && plan.isClearOfEdges(away) ? away : goods;
  const side = stop.kind === 'shelf' ? stop.place.side : { x: 1, y: 0 };
  let spare: Vec | undefined;
  for (const elbow of [ELBOW_METRES, TIGHT_ELBOW_METRES]) {
    for (let i = 0; i < 24; i += 1) {
      const spread = SIDE_STEP_METRES + ((ALONG_METRES - SIDE_STEP_METRES) * Math.max(0, i - 8)) / 16;
      const aside = offset(wish, side, random.between(-spread, spread));
      const spot = offset(aside, { x: -side.y, y: side.x }, random.between(-0.12, 0.12));
      if (!plan.grid.isWalkable(spot) || crowd.isTaken(spot, personId, elbow)) continue;
      if (plan.isClearOfEdges(spot)) return spot;
      spare ??= spot;
    }
  }
  // Half inside a zone only where there is no better place even without others: nobody could say then where they stood.
  return plan.isClearOfEdges(wish) ? undefined : spare;
}

/** The nearest free place from which a hand gets into the slot. */
export function spotInReach(place: SlotPlace, from: Vec, personId: number, { plan, crowd }: Sight): Vec | undefined {
  let best: Vec | undefined;
  let least = Infinity;
  for (const along of [0, 0.2, -0.2, 0.4, -0.4, 0.57, -0.57]) {
    const spot = offset(place.stand, place.side, along);
    const away = distance(from, spot);
    if (away >= least || !plan.grid.isWalkable(spot) || !plan.grid.isClear(from, spot)) continue;
    if (crowd.isTaken(spot, personId, TIGHT_ELBOW_METRES)) continue;
    if (plan.isClearOfEdges(place.stand) && !plan.isClearOfEdges(spot)) continue;
    [least, best] = [away, spot];
  }
  return best;
}
