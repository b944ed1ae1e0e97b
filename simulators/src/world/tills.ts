import type { TillPlace } from './floor-plan.js';
import type { Vec } from './geometry.js';

/** The queues before the tills, in order of arrival. */
export class Tills {
  private readonly queues = new Map<string, number[]>();

  constructor(private readonly places: readonly TillPlace[]) {
    for (const place of places) this.queues.set(place.deviceId, []);
  }

  /** The till with the shortest queue, undefined in a shop without tills. */
  shortest(): TillPlace | undefined {
    let best: TillPlace | undefined;
    for (const place of this.places) if (!best || this.length(place) < this.length(best)) best = place;
    return best;
  }

  length(till: TillPlace): number {
    return this.queue(till).length;
  }

  hasRoom(till: TillPlace | undefined): boolean {
    return !till || this.length(till) < till.spots.length;
  }

  join(till: TillPlace, personId: number): void {
    this.queue(till).push(personId);
  }

  leave(till: TillPlace, personId: number): void {
    const queue = this.queue(till);
    const at = queue.indexOf(personId);
    if (at >= 0) queue.splice(at, 1);
  }

  /** 0 is being served. */
  positionOf(till: TillPlace, personId: number): number {
    return this.queue(till).indexOf(personId);
  }

  spot(till: TillPlace, position: number): Vec {
    return till.spots[Math.min(position, till.spots.length - 1)] as Vec;
  }

  private queue(till: TillPlace): number[] {
    return this.queues.get(till.deviceId) as number[];
  }
}
