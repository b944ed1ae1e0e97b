import { Chance } from './random.js';
import { DOUBTING_NOISE, RCNN_NOISE, makeScene, type Scene, type View } from './scenes.js';
import { recordedWalks, shopWalks, type Walk } from './walks.js';

/** High at the edge of a square, as in PETS09-S2L1. */
const square = (x: number, y: number, yaw: number): View => ({
  x,
  y,
  height: 6,
  yaw,
  pitch: 0.35,
  focal: 950,
  width: 768,
  depth: 576,
});
/** At eye level in an arcade, as in ADL-Rundle-6. */
const arcade = (x: number, y: number, yaw: number): View => ({
  x,
  y,
  height: 1.7,
  yaw,
  pitch: 0.03,
  focal: 1500,
  width: 1920,
  depth: 1080,
});
/** Carried along a pavement at waist height, as in ETH-Bahnhof. */
const carried = (x: number, y: number, yaw: number): View => ({
  x,
  y,
  height: 1.1,
  yaw,
  pitch: 0,
  focal: 500,
  width: 640,
  depth: 480,
  speed: 0.5,
});
/** Under a shop's ceiling, looking down aslant. */
const ceiling: View = { x: -1, y: 5, height: 3, yaw: 0, pitch: 0.5, focal: 420, width: 640, depth: 360 };
/** Straight above a shop's floor. */
const above: View = { x: 5, y: 5, height: 5, yaw: 0, pitch: 1.5, focal: 420, width: 640, depth: 480 };

/** Scenes from invented walks: they need nothing from outside. */
export function inventedScenes(seed: number): Scene[] {
  const chance = new Chance(seed);
  const scenes: Scene[] = [];
  const shop = (people: number, seconds: number) => shopWalks(chance, people, seconds, 10, 10);
  const add = (
    name: string,
    walks: readonly Walk[],
    view: View,
    noise: typeof RCNN_NOISE,
    fps: number,
    seconds: number,
  ) =>
    scenes.push(
      makeScene({ name, seed: seed + scenes.length, walks, view, noise, framesPerSecond: fps, from: 0, seconds }),
    );
  add('shop, ceiling, 1 fps', shop(30, 200), ceiling, DOUBTING_NOISE, 1, 200);
  add('shop, ceiling, 5 fps', shop(24, 120), ceiling, DOUBTING_NOISE, 5, 120);
  add('shop, above, 5 fps', shop(24, 120), above, DOUBTING_NOISE, 5, 120);
  add('shop, ceiling, 15 fps', shop(16, 60), ceiling, RCNN_NOISE, 15, 60);
  add('shop, eye level, 30 fps', shop(14, 40), arcade(-4, 5, 0), RCNN_NOISE, 30, 40);
  return scenes;
}

/**
 * A street seen from the pavement at 25 frames a second: people cross at 5 to 13 m, hide each other, and are boxed as far as they are
 * seen; some are missed for seconds.
 */
export function streetScenes(seed: number, seconds = 7): Scene[] {
  const chance = new Chance(seed * 31);
  const step = 0.4;
  const cross = (id: number): Walk => {
    const direction = chance.next() < 0.5 ? 1 : -1;
    const away = chance.between(5, 13);
    const speed = chance.between(0.9, 1.6);
    const drift = chance.between(-0.15, 0.15);
    const half = away * 0.75 + 1;
    const points = Array.from(
      { length: Math.max(5, Math.ceil((2 * half) / speed / step)) },
      (_, at): [number, number] => [away + at * drift * step, direction * (at * speed * step - half)],
    );
    return { id, from: chance.between(-6, seconds + 4), step, points };
  };
  const walks = Array.from({ length: 14 }, (_, index) => cross(index + 1));
  const pavement: View = { x: 0, y: 0, height: 1.6, yaw: 0, pitch: 0.02, focal: 620, width: 640, depth: 480 };
  const noise = {
    ...RCNN_NOISE,
    seenOnly: 1,
    missShare: 0.12,
    missSeconds: 3,
    edge: 0.05,
    centre: 0.025,
    halfVisible: 0.3,
  };
  return [
    makeScene({
      name: `street ${seed}, 25 fps`,
      seed: seed * 101,
      walks,
      view: pavement,
      noise,
      framesPerSecond: 25,
      from: 2,
      seconds,
    }),
  ];
}

/** A shop at one and two frames a second, with positions on the floor as a calibrated camera gives them. */
export function calibratedScenes(seed: number): Scene[] {
  const chance = new Chance(seed);
  return [1, 2].map((framesPerSecond) =>
    makeScene({
      name: `shop, ceiling, ${framesPerSecond} fps`,
      seed,
      walks: shopWalks(chance, 24, 120, 10, 10),
      view: ceiling,
      noise: DOUBTING_NOISE,
      framesPerSecond,
      from: 0,
      seconds: 120,
      withFloor: true,
    }),
  );
}

/** Scenes from recordings of real walks. */
export function recordedScenes(folder: string, seed: number): Scene[] {
  const hotel = recordedWalks(folder, 'biwi_hotel');
  const zara = recordedWalks(folder, 'crowds_zara01');
  const students = recordedWalks(folder, 'students003');
  const few = (walks: readonly Walk[], share: number) => {
    const chance = new Chance(seed);
    return walks.filter(() => chance.next() < share);
  };
  const scene = (
    name: string,
    walks: readonly Walk[],
    view: View,
    noise: typeof RCNN_NOISE,
    fps: number,
    from: number,
    seconds: number,
  ) => makeScene({ name, seed: seed + name.length, walks, view, noise, framesPerSecond: fps, from, seconds });
  return [
    scene('students (quarter), square, 7 fps', few(students, 0.25), square(-8, 7, 0), RCNN_NOISE, 7, 5, 100),
    scene('zara, square, 7 fps', zara, square(-4, 5, 0), RCNN_NOISE, 7, 10, 100),
    scene('students (third), carried, 14 fps', few(students, 0.33), carried(-6, 8, 0), RCNN_NOISE, 14, 20, 60),
    scene('zara, carried, 14 fps', zara, carried(16, 5, Math.PI), RCNN_NOISE, 14, 60, 60),
    scene('students (third), arcade, 30 fps', few(students, 0.33), arcade(-3, 8, 0), RCNN_NOISE, 30, 40, 20),
    scene('hotel, arcade, 30 fps', hotel, arcade(1, -12, Math.PI / 2), RCNN_NOISE, 30, 60, 30),
    scene('hotel, ceiling, 5 fps', hotel, { ...ceiling, x: -4, y: -2 }, DOUBTING_NOISE, 5, 100, 120),
    scene('zara, ceiling, 1 fps', zara, { ...ceiling, x: 0, y: 5 }, DOUBTING_NOISE, 1, 0, 300),
  ];
}
