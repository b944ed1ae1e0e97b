import type { DetectionsEvent, StoreFile } from '@aisle/contracts';
import { Assignment } from '../../agent/src/domain/tracking/assignment.js';
import { createEngine } from '../../agent/src/domain/engine/engine.js';
import type { ObservedVisit } from '../../agent/src/domain/engine/engine-api.js';
import type { DetectedPerson, Detections } from '../../agent/src/ports/detector.js';
import { encodeJpeg } from '../../simulators/src/adapters/jpeg.js';
import { Reading, type Crossing, type Visit } from '../../simulators/src/ledger/reading.js';
import { CameraView } from '../../simulators/src/render/camera-view.js';
import { calibrationOf } from '../../simulators/src/render/floor-view.js';
import { Movements } from '../../simulators/src/render/movements.js';
import { smallShop, smallShopCameras } from '../../simulators/src/render/small-shops.js';
import type { Behaviour } from '../../simulators/src/settings/behaviour.js';
import { World } from '../../simulators/src/world/world.js';
import { IdentityScore, scoreEvents, type EventScore } from './floor-score.js';

const START_TS = Date.UTC(2026, 2, 2, 2);
const FRAME_MS = 200;
/** Cameras do not take their pictures at one instant: each is this much behind the one before. */
const PHASE_MS = 50;
/** Identities are looked at once per frame, when every camera has had its turn. */
const LOOK_MS = 150;
const JPEG_QUALITY = 75;

export interface FloorRunOptions {
  seed: number;
  minutes: number;
  behaviour: Behaviour;
  /** JPEG in, people out; left out: the boxes that were drawn, for telling the detector's errors from the tracker's */
  detect?: (jpeg: Uint8Array) => Promise<Detections>;
}

export interface FloorRunResult {
  seed: number;
  people: number;
  frames: number;
  events: EventScore;
  identity: ReturnType<IdentityScore['result']>;
  /** metres between each true position and the person found for it */
  positionErrors: number[];
}

/** Lets a held-out shop live for some minutes, looks at it through its cameras, and holds what the engine says against the truth. */
export async function runFloor(options: FloorRunOptions): Promise<FloorRunResult> {
  const bare = smallShop(options.seed);
  const cameras = smallShopCameras(bare, options.seed);
  const store: StoreFile = {
    ...bare,
    devices: (bare.devices ?? []).map((device) => {
      const camera = cameras.find(({ deviceId }) => deviceId === device.id);
      return camera ? { ...device, calibration: calibrationOf(camera.pose) } : device;
    }),
  };
  const views = cameras.map(({ deviceId, pose }, index) => ({
    deviceId,
    view: new CameraView(store, pose, options.seed, deviceId),
    phaseMs: index * PHASE_MS,
  }));

  const truth = { crossings: [] as Crossing[], visits: [] as Visit[] };
  const reading = new Reading(store, {
    onCrossing: (crossing) => truth.crossings.push(crossing),
    onVisit: (visit) => truth.visits.push(visit),
  });
  const found = {
    crossings: [] as { lineId: string; ts: number; direction: 'in' | 'out' }[],
    visits: [] as ObservedVisit[],
  };
  const samples: { ts: number; id: string; x: number; y: number }[] = [];
  const engine = createEngine(undefined, {
    visit: (visit) => found.visits.push(visit as ObservedVisit),
    crossing: (lineId, ts, direction) => found.crossings.push({ lineId, ts, direction }),
    // Who turned out to be somebody else takes back what they had counted, as the agent does.
    visitTakenBack: (visit) => void found.visits.splice(found.visits.indexOf(visit as ObservedVisit), 1),
    crossingTakenBack: (lineId, ts, direction) => {
      const at = found.crossings.findIndex((c) => c.lineId === lineId && c.ts === ts && c.direction === direction);
      if (at >= 0) found.crossings.splice(at, 1);
    },
    sample: (source, trackId, ts, x, y) => samples.push({ ts, id: `${source}/${trackId}`, x, y }),
  });
  let seq = 0;
  engine.apply((seq += 1), { kind: 'configured', ts: START_TS, version: 1, storeFile: store });

  const world = new World(store, options.behaviour, options.seed, START_TS, {
    onHandled: () => undefined,
    onSold: () => undefined,
  });
  const truePlaces = new Map<number, Map<string, { x: number; y: number }>>();
  const movements = new Movements();
  const endTs = START_TS + options.minutes * 60_000;
  let frames = 0;
  const everybody = new Set<number>();
  for (; world.now() <= endTs; world.advance()) {
    const ts = world.now();
    const people = [...world.people()].map(({ personId, position }) => ({ personId, x: position.x, y: position.y }));
    const viewed = movements.at(ts, world.people());
    for (const { personId } of people) everybody.add(personId);
    truePlaces.set(ts, new Map(people.map((p) => [String(p.personId), { x: p.x * 1000, y: p.y * 1000 }])));
    if ((ts - START_TS) % FRAME_MS === 0)
      reading.sample(
        ts,
        people.map((p) => ({ personId: p.personId, x: Math.round(p.x * 1000), y: Math.round(p.y * 1000) })),
      );
    for (const { deviceId, view, phaseMs } of views) {
      if ((ts - START_TS) % FRAME_MS !== phaseMs) continue;
      const frame = view.draw(ts, viewed);
      frames += 1;
      const { width, height } = view.pose;
      const detections = options.detect
        ? await options.detect(await encodeJpeg(frame.rgb, width, height, JPEG_QUALITY))
        : { width, height, boxes: frame.labels.flatMap(drawnBox) };
      engine.apply((seq += 1), eventOf(deviceId, ts, detections, seq));
    }
  }
  // The cameras say goodbye: what was held back is taken.
  for (const { deviceId } of views)
    engine.apply((seq += 1), {
      kind: 'deviceState',
      deviceId,
      ts: endTs + 5_000,
      receivedTs: endTs + 5_000,
      digest: `bye ${deviceId}`,
      state: 'offline',
    });
  reading.finish();
  const { identity, positionErrors } = identityOf(store, truePlaces, samples);
  return {
    seed: options.seed,
    people: everybody.size,
    frames,
    events: scoreEvents(found, truth),
    identity,
    positionErrors,
  };
}

/** What a perfect detector would say: everybody of whom a fair part is to be seen. */
function drawnBox(label: {
  box: readonly [number, number, number, number];
  foot: readonly [number, number];
  visible: number;
}): DetectedPerson[] {
  const [x, y, w, h] = label.box;
  if (label.visible < 0.3 || w < 3 || h < 3) return [];
  return [{ x, y, w, h, score: 0.5 + label.visible / 2, foot: [label.foot[0], label.foot[1]] }];
}

function eventOf(deviceId: string, ts: number, { width, height, boxes }: Detections, seq: number): DetectionsEvent {
  return {
    kind: 'detections',
    deviceId,
    ts,
    receivedTs: ts,
    digest: `frame ${seq}`,
    width,
    height,
    boxes: boxes.map(({ x, y, w, h, score, foot }) => [
      Math.round(x * 10),
      Math.round(y * 10),
      Math.round(w * 10),
      Math.round(h * 10),
      Math.round(score * 1e6),
      Math.round(foot[0] * 10),
      Math.round(foot[1] * 10),
    ]),
  };
}

/** Frame by frame: who is truly on the shop's floor, and who is found there. */
function identityOf(
  store: StoreFile,
  truePlaces: ReadonlyMap<number, ReadonlyMap<string, { x: number; y: number }>>,
  samples: readonly { ts: number; id: string; x: number; y: number }[],
) {
  const onFloor = ({ x, y }: { x: number; y: number }) =>
    x >= 0 && y >= 0 && x <= store.floor.width * 1000 && y <= store.floor.depth * 1000;
  const score = new IdentityScore((gains) => bestSum(gains));
  const positionErrors: number[] = [];
  const byFrame = new Map<number, Map<string, { ts: number; x: number; y: number }>>();
  for (const { ts, id, x, y } of samples) {
    // The newest sample of each frame's interval counts.
    const frame = Math.ceil((ts - LOOK_MS - START_TS) / FRAME_MS) * FRAME_MS + LOOK_MS + START_TS;
    let found = byFrame.get(frame);
    if (!found) byFrame.set(frame, (found = new Map()));
    if ((found.get(id)?.ts ?? 0) <= ts) found.set(id, { ts, x, y });
  }
  for (const [ts, people] of truePlaces) {
    if ((ts - LOOK_MS - START_TS) % FRAME_MS !== 0) continue;
    const truth = [...people].filter(([, at]) => onFloor(at)).map(([id, at]) => ({ id, ...at }));
    const found = [...(byFrame.get(ts) ?? [])].filter(([, at]) => onFloor(at)).map(([id, at]) => ({ id, ...at }));
    score.add(truth, found);
    for (const track of found) {
      const then = truePlaces.get(track.ts);
      const nearest = Math.min(
        Infinity,
        ...[...(then?.values() ?? [])].map((at) => Math.hypot(at.x - track.x, at.y - track.y)),
      );
      if (nearest < 1000) positionErrors.push(nearest / 1000);
    }
  }
  return { identity: score.result(), positionErrors };
}

/** Highest sum of gains with each row and column used at most once. */
function bestSum(gains: number[][]): number {
  const assignment = new Assignment();
  assignment.begin(gains.length, gains[0]?.length ?? 0);
  gains.forEach((row, r) => row.forEach((gain, c) => gain > 0 && assignment.offer(r, c, -gain)));
  assignment.solve();
  return gains.reduce((sum, row, r) => sum + (row[assignment.rowTo[r] as number] ?? 0), 0);
}
