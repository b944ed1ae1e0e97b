import {
  type Calibration,
  type DetectionsEvent,
  type Device,
  type DomainEvent,
  type LiveCamera,
  type RefusalReason,
  problem,
  type Problem,
} from '@aisle/contracts';
import type { StoreIndex } from '../devices/decode.js';
import { digestOf } from '../devices/registry.js';
import { PictureError, type Detections, type Detector, type DetectorModel } from '../ports/detector.js';
import type { Clock } from '../ports/clock.js';
import type { FrameSource } from '../ports/frame-source.js';
import type { Logger } from '../ports/logger.js';
import type { Random } from '../ports/random.js';
import { NoDetectorError, type Detectors } from './detectors.js';
import { FrameCounters, type FrameOutcome, type LatencyHistogram } from './frame-counters.js';
import { FrameQueue, type Frame } from './frame-queue.js';
import { FrameShow } from './frame-show.js';
import { StillBoxes } from './still-boxes.js';
import type { StreamOptions } from './stream-keeper.js';
import { Streams } from './streams.js';

export interface EyesParts<View> {
  config(): StoreIndex | undefined;
  /** how pixels of a camera lie on the floor just now, null where nobody has said so */
  calibrationOf(cameraId: string): Calibration | null;
  /** what the engine makes of a camera's newest picture, for the page */
  viewOf(cameraId: string): View;
  append(event: DomainEvent, done?: (accepted: boolean) => void): void;
  /** nothing more can be taken: the disk is full or far behind */
  busy(): boolean;
  heard(deviceId: string, now: number): void;
  refuse(deviceId: string, reason: RefusalReason, wrong: Problem, now: number, at?: string): void;
  detectors: Detectors;
  /** which model looks at a camera's pictures; undefined: none is in use */
  modelOf(camera: Device): string | undefined;
  /** whether what a camera's detector says has turned out not to fit (see DetectorWatch) */
  isUnfit(cameraId: string): boolean;
  source: FrameSource;
  clock: Clock;
  random: Random;
  log: Logger;
  streams?: StreamOptions;
}

/** What the page shows beside a picture. */
export interface Seen<View> {
  ts: number;
  people: Detections;
  latencyMs: number;
  view: View;
}

interface Looked extends Frame {
  /** what names the picture, for its digest */
  name: string;
  /** of name and picture, made when it is looked at */
  digest: string;
  /** kept while somebody looks, because the worker takes the picture itself */
  copy: Buffer | undefined;
  /** only for the page: its camera is not calibrated */
  showOnly: boolean;
}

export interface CameraFigures {
  counts: Readonly<Record<FrameOutcome, number>>;
  latency: LatencyHistogram;
}

export const NOT_CALIBRATED = problem('', 'notCalibrated');

/**
 * From pictures to detections in the journal. A picture is in memory only: in the queue, in the worker, and for as long as
 * somebody looks at its camera's page.
 */
export class Eyes<View> {
  readonly show: FrameShow<Seen<View>>;
  /** Key: camera id; of the cameras of the store file in force. */
  #counters = new Map<string, FrameCounters>();
  /** Key: camera id. Boxes that never move are things. */
  readonly #still = new Map<string, StillBoxes>();
  readonly #queue: FrameQueue<Looked>;
  readonly #streams: Streams;

  constructor(private readonly parts: EyesParts<View>) {
    this.show = new FrameShow(parts.clock);
    this.#queue = new FrameQueue<Looked>(
      {
        detectorFor: (frame) => {
          // Before the worker has the picture: it may take its memory.
          frame.digest = digestOf(frame.name, frame.picture);
          if (this.show.isWatched(frame.cameraId)) frame.copy = Buffer.from(frame.picture);
          return parts.detectors.get(this.#modelOf(frame.cameraId));
        },
        found: (frame, people, latencyMs, detector) => this.#found(frame, people, latencyMs, detector),
        failed: (frame, error) => this.#failed(frame, error),
        dropped: ({ cameraId }) => this.#counter(cameraId).add('dropped'),
      },
      parts.clock,
    );
    this.#streams = new Streams(
      parts,
      (cameraId, picture, ts) => this.put(cameraId, picture, ts, parts.clock.now(), `stream/${cameraId}/${ts}`),
      parts.streams,
    );
  }

  start(): void {
    this.configured();
  }

  /** A store file or a calibration has come into force. */
  configured(): void {
    const cameras = this.#cameras();
    this.#counters = new Map([...this.#counters].filter(([id]) => cameras.some((camera) => camera.id === id)));
    for (const id of this.#still.keys()) if (!this.#counters.has(id)) this.#still.delete(id);
    this.#streams.configured(cameras);
    // A model that does not work is said at once, not with the first picture.
    for (const camera of cameras)
      if (camera.stream) this.parts.detectors.get(this.parts.modelOf(camera)).catch(() => undefined);
      else if (this.parts.calibrationOf(camera.id)) this.parts.detectors.look(this.parts.modelOf(camera));
  }

  async stop(): Promise<void> {
    this.#queue.stop();
    this.show.stop();
    await this.#streams.stop();
    await this.parts.detectors.stop();
  }

  /**
   * Takes a picture of a camera of the store file; never waits, never writes it.
   * @param ts event time, epoch ms
   * @param name what it came as (its topic): the same name and bytes again are a duplicate
   */
  put(cameraId: string, picture: Uint8Array, ts: number, receivedTs: number, name: string): void {
    this.#counter(cameraId).add('received');
    const showOnly = !this.parts.calibrationOf(cameraId);
    if (showOnly) this.#refuse(cameraId, 'unsupported', NOT_CALIBRATED);
    if (showOnly && !this.show.isWatched(cameraId)) return;
    const arrivedMs = this.parts.clock.monotonicMs();
    this.#queue.put({ cameraId, picture, ts, receivedTs, arrivedMs, name, digest: '', copy: undefined, showOnly });
  }

  /** A picture was turned away before it came here. */
  refused(cameraId: string): void {
    this.#counter(cameraId).add('received');
    this.#counter(cameraId).add('refused');
  }

  /** For the Devices page; undefined for what sends no pictures. */
  cameraOf(deviceId: string): LiveCamera | undefined {
    const stream = this.#streams.stateOf(deviceId);
    const counters = this.#counters.get(deviceId);
    if (!counters && !stream) return undefined;
    const model = this.#modelOf(deviceId);
    const problem = this.#problemOf(deviceId, model);
    return {
      ...this.#counter(deviceId).view(stream?.state ?? 'mqtt', this.parts.detectors.describe(model)),
      ...(problem && { problem }),
    };
  }

  #problemOf(cameraId: string, model: string | undefined): LiveCamera['problem'] {
    if (model === undefined) return 'noDetector';
    if (this.parts.detectors.hasFailed(model)) return 'detectorFailed';
    return this.parts.isUnfit(cameraId) ? 'detectorUnfit' : undefined;
  }

  /** Why a stream is not running, for the pages; empty while it is. */
  troubleOf(deviceId: string): string {
    return this.#streams.stateOf(deviceId)?.reason ?? '';
  }

  /** For /metrics. Key: camera id. */
  figures(): ReadonlyMap<string, CameraFigures> {
    return new Map(
      [...this.#counters].map(([id, counters]) => [id, { counts: counters.counts, latency: counters.histogram }]),
    );
  }

  #found(frame: Looked, people: Detections, latencyMs: number, detector: Detector): void {
    const { cameraId } = frame;
    const shown = () => this.#show(frame, people, latencyMs);
    if (frame.showOnly) return shown();
    this.#counter(cameraId).processed(latencyMs);
    if (!this.parts.config()?.devices.has(cameraId)) return;
    if (this.parts.busy())
      return this.parts.refuse(cameraId, 'busy', problem('', 'diskBehind'), this.parts.clock.now());
    this.parts.log.debug(
      { camera: cameraId, people: people.boxes.length, model: detector.model.name },
      'looked at a picture',
    );
    const sifted = this.#stillOf(cameraId).sift(frame.ts, people);
    this.parts.append(eventOf(frame, sifted.people, detector.model), shown);
  }

  #failed(frame: Looked, error: unknown): void {
    // in English also what a library or a manifest said of it
    const told = (code: 'pictureUnreadable' | 'noDetector' | 'detectorDown'): Problem => ({
      ...problem('', code),
      message: (error as Error).message,
    });
    // A camera can be calibrated before its detector works.
    if (!(error instanceof PictureError)) this.#show(frame, { width: 0, height: 0, boxes: [] }, 0);
    if (frame.showOnly) return;
    if (error instanceof PictureError) return this.#refuse(frame.cameraId, 'picture', told('pictureUnreadable'));
    if (error instanceof NoDetectorError) return this.#refuse(frame.cameraId, 'unsupported', told('noDetector'));
    // The detector starts itself again; pictures until then, and the one that it broke over, are lost.
    this.#refuse(frame.cameraId, 'busy', told('detectorDown'));
  }

  #show({ cameraId, ts, copy }: Looked, people: Detections, latencyMs: number): void {
    if (!copy) return;
    const view = this.parts.viewOf(cameraId);
    this.show.put(cameraId, copy, { ts, people, latencyMs: Math.round(latencyMs * 10) / 10, view });
  }

  #refuse(cameraId: string, reason: RefusalReason, wrong: Problem): void {
    this.#counter(cameraId).add('refused');
    this.parts.refuse(cameraId, reason, wrong, this.parts.clock.now(), 'camera/frame');
  }

  #counter(cameraId: string): FrameCounters {
    let counters = this.#counters.get(cameraId);
    if (!counters) this.#counters.set(cameraId, (counters = new FrameCounters(this.parts.clock)));
    return counters;
  }

  #stillOf(cameraId: string): StillBoxes {
    let still = this.#still.get(cameraId);
    if (!still) this.#still.set(cameraId, (still = new StillBoxes()));
    return still;
  }

  #modelOf(cameraId: string): string | undefined {
    const camera = this.parts.config()?.devices.get(cameraId);
    return camera && this.parts.modelOf(camera);
  }

  #cameras() {
    return [...(this.parts.config()?.devices.values() ?? [])].filter(({ family }) => family === 'camera');
  }
}

const tenths = (pixels: number): number => Math.round(pixels * 10);

/** What was found, in whole tenths of pixels and parts per million. */
function eventOf(
  { cameraId, ts, receivedTs, digest }: Looked,
  people: Detections,
  { name, scoreThreshold }: DetectorModel,
): DetectionsEvent {
  return {
    kind: 'detections',
    deviceId: cameraId,
    ts,
    receivedTs,
    digest,
    width: people.width,
    height: people.height,
    boxes: people.boxes.map(({ x, y, w, h, score, foot }) => [
      tenths(x),
      tenths(y),
      tenths(w),
      tenths(h),
      Math.round(score * 1e6),
      tenths(foot[0]),
      tenths(foot[1]),
    ]),
    model: name,
    ...(scoreThreshold !== undefined && { leastPpm: Math.round(scoreThreshold * 1e6) }),
    ...(people.boxes.some(({ facing }) => facing !== undefined) && {
      facings: people.boxes.map(({ facing }) => (facing === undefined ? null : Math.round(facing * 1e6))),
    }),
  };
}
