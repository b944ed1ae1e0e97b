import type { StoreFile } from '@aisle/contracts';
import { Random } from '../random.js';
import type { Behaviour } from '../settings/behaviour.js';
import { TICK_MS, World } from '../world/world.js';
import { lookAt, type CameraPose } from './camera.js';
import { CameraView } from './camera-view.js';
import { Movements } from './movements.js';
import type { Label } from './painter.js';
import { smallShop, smallShopCameras } from './small-shops.js';

/** Noon on a Monday: the hour of the day makes no difference to what is seen. */
const START_TS = Date.UTC(2026, 0, 5, 4);
/** Until people are about. */
const WARM_UP_MS = 100_000;

export interface ShopPicture {
  readonly pose: CameraPose;
  readonly rgb: Uint8Array;
  readonly labels: readonly Label[];
  readonly jpegQuality: number;
}

/**
 * Pictures of a small shop in which shoppers go about: they come in, stand at shelves, queue, and hide one another as people do.
 * Each look is some seconds after the one before; cameras hang on walls, in corners and from the ceiling.
 */
export function* shopPictures(seed: number, count: number, behaviour: Behaviour): Generator<ShopPicture> {
  const random = Random.stream(seed, 'shop pictures');
  const store = smallShop(seed);
  const busy = { ...behaviour.arrivals, perHour: random.between(120, 520), passersByPerHour: 0, warmUpMinutes: 0 };
  const world = new World(store, { ...behaviour, arrivals: busy }, seed, START_TS, {
    onHandled: () => undefined,
    onSold: () => undefined,
  });
  const cameras = [...smallShopCameras(store, seed), { deviceId: 'cam-d', pose: otherPose(store, random) }].map(
    ({ deviceId, pose }) => ({
      pose,
      view: new CameraView(store, pose, seed, deviceId),
      jpegQuality: Math.round(random.between(45, 92)),
    }),
  );
  const movements = new Movements();
  let pauseMs = WARM_UP_MS;
  for (let index = 0; index < count; index += 1) {
    const until = world.now() + pauseMs;
    while (world.now() < until) {
      world.advance();
      movements.at(world.now(), world.people());
    }
    pauseMs = Math.round(random.between(3_000, 12_000) / TICK_MS) * TICK_MS;
    const { pose, view, jpegQuality } = random.pick(cameras);
    world.advance();
    const { rgb, labels } = view.draw(world.now(), movements.at(world.now(), world.people()));
    yield { pose, rgb, labels, jpegQuality };
  }
}

/** A camera in a corner, or under the ceiling looking down. */
function otherPose(store: StoreFile, random: Random): CameraPose {
  const { width, depth } = store.floor;
  const shape = { rollDegrees: random.between(-4, 4), width: 640, height: 360 };
  if (random.chance(0.5)) {
    const position: [number, number, number] = [
      random.chance(0.5) ? 0.2 : width - 0.2,
      random.chance(0.5) ? 0.2 : depth - 0.2,
      random.between(2.6, 4),
    ];
    const target: [number, number] = [width * random.between(0.4, 0.6), depth * random.between(0.4, 0.6)];
    return { position, ...lookAt(position, target), ...shape, fovDegrees: random.between(75, 105) };
  }
  const position: [number, number, number] = [
    width * random.between(0.3, 0.7),
    depth * random.between(0.3, 0.7),
    random.between(3.4, 4.8),
  ];
  const target: [number, number] = [position[0] + random.between(-1, 1), position[1] + random.between(-2.2, 2.2)];
  return { position, ...lookAt(position, target), ...shape, fovDegrees: random.between(88, 106) };
}
