import type { Random } from '../random.js';
import type { Triple } from './camera.js';

/** What a person looks like; the same seed and person always look the same. Lengths in metres, colours 0 to 255. */
export interface Look {
  readonly height: number;
  /** how broad, 1 is usual */
  readonly build: number;
  readonly skin: Triple;
  readonly hair: Triple;
  readonly headwear: 'none' | 'bald' | 'long' | 'bun' | 'cap' | 'hood' | 'scarf';
  readonly cap: Triple;
  readonly top: Triple;
  /** second colour of a striped top */
  readonly topSecond: Triple;
  readonly stripes: number;
  readonly sleeves: 'long' | 'short';
  /** a coat reaches to the knee, a skirt covers the thighs */
  readonly lower: 'trousers' | 'shorts' | 'skirt' | 'coat' | 'dress';
  readonly bottom: Triple;
  readonly shoes: Triple;
  readonly backpack?: Triple;
  readonly handbag?: Triple;
  readonly carries: 'nothing' | 'basket' | 'trolley' | 'phone';
  readonly carried: Triple;
  /** which way the head turns, in radians, and where the steps begin */
  readonly glance: number;
  readonly phase: number;
}

const SKIN: readonly Triple[] = [
  [244, 208, 184],
  [232, 186, 156],
  [216, 164, 128],
  [186, 130, 96],
  [140, 92, 66],
  [96, 62, 46],
];
const HAIR: readonly Triple[] = [
  [22, 18, 18],
  [34, 26, 24],
  [58, 40, 30],
  [96, 66, 42],
  [170, 136, 88],
  [150, 148, 146],
  [208, 206, 202],
  [120, 52, 36],
];
/** Everyday clothes: many dark and grey ones, some bright. */
const CLOTHES: readonly (readonly [Triple, number])[] = [
  [[26, 26, 30], 5],
  [[52, 54, 60], 3],
  [[36, 46, 78], 4],
  [[66, 84, 120], 3],
  [[104, 128, 160], 2],
  [[128, 128, 130], 2],
  [[176, 176, 174], 2],
  [[226, 226, 222], 4],
  [[206, 192, 164], 2],
  [[142, 116, 84], 2],
  [[88, 66, 50], 2],
  [[92, 100, 66], 2],
  [[46, 92, 66], 1],
  [[168, 38, 42], 2],
  [[104, 34, 46], 1],
  [[214, 108, 52], 1],
  [[228, 190, 66], 1],
  [[216, 140, 160], 1],
  [[122, 76, 138], 1],
  [[64, 148, 172], 1],
  [[150, 196, 110], 1],
];

const clamp = (value: number) => Math.max(4, Math.min(250, value));
const varied = (random: Random, [r, g, b]: Triple, spread: number): Triple => {
  const shift = random.between(-spread, spread);
  const near = () => shift + random.between(-spread, spread) / 2;
  return [clamp(r + near()), clamp(g + near()), clamp(b + near())];
};

/** Draws a look. Now and then the clothes have about the colour of `floor`, so that nothing learns to rely on contrast. */
export function lookOf(random: Random, floor: Triple): Look {
  const cloth = (): Triple =>
    random.chance(0.14)
      ? varied(random, floor, 22)
      : varied(random, random.pick(CLOTHES, ([, weight]) => weight)[0], 20);
  const child = random.chance(0.05);
  const height = child ? random.between(1.05, 1.4) : Math.max(1.45, Math.min(1.95, 1.68 + 0.09 * random.normal()));
  const top = cloth();
  const lower = random.pick(['trousers', 'shorts', 'skirt', 'coat', 'dress'] as const, (kind) =>
    kind === 'trousers' ? 12 : 2,
  );
  return {
    height,
    build: Math.max(0.8, Math.min(1.4, 1.02 + 0.13 * random.normal())) * (child ? 1.12 : 1),
    skin: varied(random, random.pick(SKIN), 8),
    hair: varied(
      random,
      random.pick(HAIR, (hair) => (hair[0] < 60 ? 3 : 1)),
      8,
    ),
    headwear: random.pick(['none', 'bald', 'long', 'bun', 'cap', 'hood', 'scarf'] as const, (kind) =>
      kind === 'none' ? 9 : kind === 'long' ? 6 : 1.2,
    ),
    cap: cloth(),
    top,
    topSecond: cloth(),
    stripes: random.chance(0.15) ? random.integer(2, 6) : 0,
    sleeves: random.chance(lower === 'coat' ? 0.95 : 0.6) ? 'long' : 'short',
    lower,
    bottom: random.chance(0.1) ? top : cloth(),
    shoes: random.chance(0.6) ? [30, 28, 28] : cloth(),
    ...(random.chance(0.16) && { backpack: cloth() }),
    ...(random.chance(0.2) && { handbag: cloth() }),
    carries: random.pick(['nothing', 'basket', 'trolley', 'phone'] as const, (kind) =>
      kind === 'nothing' ? 10 : kind === 'basket' ? 3 : child ? 0.1 : 2,
    ),
    carried: varied(
      random,
      random.pick([
        [196, 40, 44],
        [40, 90, 170],
        [120, 122, 126],
        [50, 140, 80],
      ] as Triple[]),
      20,
    ),
    glance: random.normal() * 0.3,
    phase: random.between(0, 2 * Math.PI),
  };
}
