import type { Random } from '../random.js';
import type { Triple } from './camera.js';
import type { FloorFinish, FloorLook, Light } from './scene.js';

const FLOORS: readonly (readonly [Triple, Triple])[] = [
  [
    [206, 202, 194],
    [160, 156, 150],
  ],
  [
    [178, 174, 168],
    [128, 124, 120],
  ],
  [
    [150, 148, 146],
    [104, 104, 106],
  ],
  [
    [112, 110, 110],
    [80, 80, 84],
  ],
  [
    [72, 72, 76],
    [110, 110, 112],
  ],
  [
    [196, 170, 132],
    [146, 112, 76],
  ],
  [
    [150, 112, 78],
    [104, 74, 50],
  ],
  [
    [224, 220, 214],
    [60, 60, 62],
  ],
  [
    [138, 150, 158],
    [96, 110, 122],
  ],
  [
    [176, 128, 108],
    [130, 88, 76],
  ],
  [
    [120, 134, 112],
    [88, 100, 82],
  ],
];
const FINISHES: readonly FloorFinish[] = ['tiles', 'checker', 'planks', 'concrete', 'terrazzo', 'carpet'];

const clamp = (value: number) => Math.max(10, Math.min(245, value));
const varied = (random: Random, [r, g, b]: Triple, spread: number): Triple => {
  const shift = random.between(-spread, spread);
  return [
    clamp(r + shift + random.between(-8, 8)),
    clamp(g + shift + random.between(-8, 8)),
    clamp(b + shift + random.between(-8, 8)),
  ];
};

export function randomFloor(random: Random, finishes: readonly FloorFinish[] = FINISHES): FloorLook {
  const finish = random.pick(finishes);
  const [colour, second] = random.pick(FLOORS);
  return {
    finish,
    colour: varied(random, colour, 20),
    second: varied(random, second, 20),
    size: finish === 'planks' ? random.between(0.1, 0.22) : random.pick([0.3, 0.4, 0.6, 0.6, 0.8, 1]),
    contrast: random.between(0.3, 1),
    degrees: random.chance(0.7) ? (random.chance(0.5) ? 0 : 90) : random.between(0, 90),
    seed: random.integer(1, 1e6),
  };
}

export const wallColour = (random: Random): Triple =>
  varied(
    random,
    random.pick([
      [222, 218, 210],
      [204, 206, 210],
      [176, 190, 196],
      [188, 170, 150],
      [120, 124, 130],
      [230, 222, 190],
    ] as Triple[]),
    14,
  );

/** Lamps, daylight and the camera's answer to them. `variety` 0 is an even, well lit shop, 1 anything that occurs. */
export function randomLight(random: Random, width: number, depth: number, variety: number): Light {
  const warmth = random.between(-1, 1) * (0.4 + 0.6 * variety);
  const tilt = random.between(0, 0.25 + 0.5 * variety);
  const round = random.between(0, 2 * Math.PI);
  const ambient = random.between(0.5, 0.75);
  const pools: { x: number; y: number; radius: number; gain: number }[] = [];
  const spacing = random.between(2.5, 5);
  const strength = random.between(0, 0.35) * (0.3 + 0.7 * variety);
  for (let x = spacing / 2; x < width; x += spacing)
    for (let y = spacing / 2; y < depth; y += spacing)
      pools.push({ x, y, radius: spacing * 0.4, gain: strength * random.between(0.5, 1.2) });
  const patches = random.integer(0, Math.round(5 * variety));
  for (let i = 0; i < patches; i += 1)
    pools.push({
      x: random.between(0, width),
      y: random.between(0, depth),
      radius: random.between(0.5, 2.5),
      gain: random.between(-0.4, 0.6),
    });
  return {
    exposure: random.between(0.86, 1.05) * (1 + variety * random.between(-0.4, 0.2)),
    tint: [1 + 0.1 * warmth, 1 + 0.01 * warmth, 1 - 0.13 * warmth],
    direction: [Math.sin(tilt) * Math.cos(round), Math.sin(tilt) * Math.sin(round), Math.cos(tilt)],
    ambient,
    diffuse: random.between(1.02, 1.2) - ambient,
    pools,
    vignette: random.between(0, 0.25 + 0.25 * variety),
    gloss: random.chance(0.5) ? random.between(0, 1) : 0,
    shadow: random.between(0.15, 0.75),
  };
}
