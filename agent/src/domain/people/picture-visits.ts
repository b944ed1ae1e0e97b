import type { FoundPerson } from '../detection/people.js';
import { createEngine } from '../engine/engine.js';
import type { Engine, ObservedVisit } from '../engine/engine-api.js';
import { Tracker } from '../tracking/index.js';

/** A zone in pixels of the picture. */
export interface PictureZone {
  id: string;
  polygon: [x: number, y: number][];
}

export interface SecondSeen {
  /** from the first frame, whole */
  second: number;
  /** most people in one frame of that second */
  people: number;
}

export interface PictureThresholds {
  /** score from which a box may begin a track */
  scoreThreshold: number;
  /** score from which a box may carry on a track */
  lowScoreThreshold: number;
}

interface Frame {
  ts: number;
  people: [id: string, xThousandths: number, yThousandths: number][];
}

/** A track counts from its first box on, but is known to be a person only later: frames wait so long, in milliseconds. */
const HELD_MS = 2_000;
const CAMERA = 'file';
/** The engine takes epoch milliseconds: the recording begins at some whole minute. */
const EPOCH = 60_000;

/**
 * Visits to zones of one camera's picture: the tracker and the engine of the shop, with a "floor" on which one pixel is
 * one metre. A person is where the middle of the box's lower edge is.
 */
export class PictureVisits {
  private readonly tracker: Tracker;
  private readonly engine: Engine;
  private readonly visits: ObservedVisit[] = [];
  private held: Frame[] = [];
  private sequence = 0;
  private second: SecondSeen = { second: 0, people: 0 };

  constructor(
    zones: readonly PictureZone[],
    { scoreThreshold, lowScoreThreshold }: PictureThresholds,
    private readonly onSecond: (seen: SecondSeen) => void,
  ) {
    this.tracker = new Tracker({
      sureScore: scoreThreshold,
      startScore: scoreThreshold,
      minScore: lowScoreThreshold,
    });
    this.engine = createEngine(undefined, { visit: (visit) => this.visits.push(visit) });
    this.engine.apply(this.sequence, {
      kind: 'configured',
      ts: 0,
      version: 1,
      storeFile: {
        store: { id: 'file', name: { en: 'File' }, timezone: 'UTC', currency: 'EUR' },
        // No heat is wanted: nearly everything lies outside this floor.
        floor: { width: 1, depth: 1 },
        // Zones of this kind may overlap.
        zones: zones.map(({ id, polygon }) => ({ id, kind: 'screen', polygon })),
        devices: [{ id: CAMERA, family: 'camera', dialect: 'aisle' }],
      },
    });
  }

  /** @param ts milliseconds, rising; a frame that is not later than the last one is left out */
  frame(ts: number, width: number, height: number, people: readonly FoundPerson[]): void {
    const newest = this.held.at(-1);
    if (newest && ts <= newest.ts) return;
    const frame: Frame = { ts, people: [] };
    this.held.push(frame);
    // The last row and column of pixels are where somebody stands whose box goes on below or beside the picture.
    const place = (id: number, x: number, y: number, w: number, h: number): Frame['people'][number] => [
      String(id),
      Math.round(Math.min(x + w / 2, width - 1) * 1000),
      Math.round(Math.min(y + h, height - 1) * 1000),
    ];
    for (const track of this.tracker.update(ts, people)) {
      if (!track.confirmed || !track.observed) continue;
      // The detection's own box: the filter's moves ahead of who comes, and sways under who stands.
      for (const { ts: earlier, box, seen = box } of track.history ?? [])
        this.held.find((other) => other.ts === earlier)?.people.push(place(track.id, ...seen));
      const { x, y, w, h } = people[track.detection] ?? track;
      frame.people.push(place(track.id, x, y, w, h));
    }
    while (this.held[0] && ts - this.held[0].ts > HELD_MS) this.release();
  }

  /** No frame comes any more. @returns all visits by time of entry, in milliseconds from the first frame */
  end(): ObservedVisit[] {
    while (this.held.length > 0) this.release();
    this.onSecond(this.second);
    const byText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
    return this.visits
      .map(({ zoneId, enterTs, leaveTs }) => ({ zoneId, enterTs: enterTs - EPOCH, leaveTs: leaveTs - EPOCH }))
      .sort((a, b) => a.enterTs - b.enterTs || byText(a.zoneId, b.zoneId) || a.leaveTs - b.leaveTs);
  }

  private release(): void {
    const { ts, people } = this.held.shift() as Frame;
    const second = Math.floor(ts / 1000);
    while (second > this.second.second) {
      this.onSecond(this.second);
      this.second = { second: this.second.second + 1, people: 0 };
    }
    this.second.people = Math.max(this.second.people, people.length);
    this.sequence += 1;
    this.engine.apply(this.sequence, {
      kind: 'positions',
      deviceId: CAMERA,
      ts: EPOCH + ts,
      receivedTs: EPOCH + ts,
      digest: String(this.sequence),
      people,
    });
    // Figures are of no use here, and a long recording must not pile them up.
    this.engine.takeFacts();
    this.engine.takeEvictions();
  }
}
