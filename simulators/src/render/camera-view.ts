import type { StoreFile } from '@aisle/contracts';
import { Random } from '../random.js';
import type { CameraPose } from './camera.js';
import { lookOf, type Look } from './look.js';
import { Painter, type Frame } from './painter.js';
import type { Scene } from './scene.js';
import type { SensorSettings } from './sensor.js';
import { sceneOfStore } from './shop-scene.js';

/** Somebody in the shop, as the world knows them. */
export interface ViewedPerson {
  /** the same person has the same clothes in every camera */
  readonly personId: number;
  /** metres on the floor plan */
  readonly x: number;
  readonly y: number;
  /** where they walk or look to, in radians from x towards y */
  readonly headingRadians: number;
  readonly metresPerSecond: number;
  /** stretches an arm out to a shelf */
  readonly reaching?: boolean;
}

/** Looks are kept for this many people; the one drawn longest ago goes first. */
const KEPT_LOOKS = 2000;

/**
 * One camera of a simulated shop. The picture depends on the store file, the pose, the seed, the time and the people only.
 * Making one takes some tens of milliseconds, for the shop is drawn then; each picture after that a few.
 */
export class CameraView {
  private readonly scene: Scene;
  private readonly painter: Painter;
  private readonly looks = new Map<number, Look>();

  /** @param seed of the shop: cameras of one shop share it, and see the same shop and the same clothes */
  constructor(
    store: StoreFile,
    readonly pose: CameraPose,
    private readonly seed: number,
    deviceId: string,
  ) {
    this.scene = sceneOfStore(store, seed);
    // Two cameras of a shop must not have the same noise.
    const noiseSeed = Random.stream(seed, `render/noise/${deviceId}`).integer(0, 2 ** 31);
    this.painter = new Painter(this.scene, pose, sensorOf(seed, deviceId), noiseSeed);
  }

  /** The picture at `ts` (event time, milliseconds). Its bytes are overwritten by the next call. */
  draw(ts: number, people: readonly ViewedPerson[]): Frame {
    return this.painter.draw(
      ts,
      people.map((person) => ({ ...person, look: this.lookOf(person.personId) })),
    );
  }

  private lookOf(personId: number): Look {
    const known = this.looks.get(personId);
    const look = known ?? lookOf(Random.stream(this.seed, `render/look/${personId}`), this.scene.floor.colour);
    this.looks.delete(personId);
    this.looks.set(personId, look);
    if (this.looks.size > KEPT_LOOKS) this.looks.delete(this.looks.keys().next().value as number);
    return look;
  }
}

function sensorOf(seed: number, deviceId: string): SensorSettings {
  const random = Random.stream(seed, `render/sensor/${deviceId}`);
  return {
    noise: random.between(1.5, 4),
    drift: 0.03,
    gamma: random.between(0.9, 1.15),
    contrast: random.between(0.88, 1),
    saturation: random.between(0.8, 1),
    shutterSeconds: random.between(0.008, 0.025),
  };
}
