import type { Hit } from './boxes.js';
import type { Triple } from './camera.js';
import type { FloorLook, Thing } from './scene.js';

/** Uniform in [0, 1) from whole numbers: the same place always gets the same accident. */
export function hash(i: number, j: number, seed: number): number {
  let h = Math.imul(i | 0, 374761393) ^ Math.imul(j | 0, 668265263) ^ Math.imul(seed | 0, 2147483647 ^ 0x5bd1e995);
  h = Math.imul(h ^ (h >>> 13), 1274126177);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  return ((h ^ (h >>> 15)) >>> 0) / 4_294_967_296;
}

const SIZE = 256;
let cloudTile: Float32Array | undefined;
/** Soft, tileable noise of three octaves from −1 to 1, 256 × 256. */
function clouds(): Float32Array {
  if (cloudTile) return cloudTile;
  const tile = new Float32Array(SIZE * SIZE);
  for (const [cells, weight] of [
    [8, 0.5],
    [32, 0.3],
    [128, 0.2],
  ] as const) {
    const span = SIZE / cells;
    for (let y = 0; y < SIZE; y += 1)
      for (let x = 0; x < SIZE; x += 1) {
        const [i, j] = [Math.floor(x / span), Math.floor(y / span)];
        const [fx, fy] = [(x / span) % 1, (y / span) % 1];
        const at = (a: number, b: number) => hash((i + a) % cells, (j + b) % cells, cells) * 2 - 1;
        const upper = at(0, 0) + (at(1, 0) - at(0, 0)) * fx;
        const lower = at(0, 1) + (at(1, 1) - at(0, 1)) * fx;
        tile[y * SIZE + x] = tile[y * SIZE + x]! + weight * (upper + (lower - upper) * fy);
      }
  }
  return (cloudTile = tile);
}

/** Paints the floor at x, y metres, seen from `depth` metres away: far off, fine patterns fade. */
export type FloorPaint = (x: number, y: number, depth: number, out: Float64Array) => void;

export function floorPaint(look: FloorLook): FloorPaint {
  const tile = clouds();
  const { finish, colour, second, size, contrast, seed } = look;
  const [c, s] = [Math.cos((look.degrees * Math.PI) / 180), Math.sin((look.degrees * Math.PI) / 180)];
  const shift = seed & 255;
  const cloud = (x: number, y: number, scale: number) =>
    tile[((Math.floor(y * scale) + shift) & 255) * SIZE + ((Math.floor(x * scale) + shift) & 255)]!;
  const put = (out: Float64Array, share: number, gain: number) => {
    out[0] = (colour[0] + (second[0] - colour[0]) * share) * gain;
    out[1] = (colour[1] + (second[1] - colour[1]) * share) * gain;
    out[2] = (colour[2] + (second[2] - colour[2]) * share) * gain;
  };
  if (finish === 'tiles' || finish === 'checker') {
    const joint = 0.012 / size;
    return (x, y, depth, out) => {
      const a = (x * c + y * s) / size;
      const b = (y * c - x * s) / size;
      const i = Math.floor(a);
      const j = Math.floor(b);
      const fa = a - i;
      const fb = b - j;
      const fade = depth < 5 ? 1 : 5 / depth;
      const gain = 1 + contrast * (0.12 * (hash(i, j, seed) - 0.5) + 0.08 * cloud(x, y, 9));
      const onJoint = fa < joint || fb < joint;
      put(out, finish === 'checker' ? (i + j) & 1 : 0, onJoint ? gain * (1 - 0.35 * fade) : gain);
    };
  }
  if (finish === 'planks') {
    return (x, y, depth, out) => {
      const a = (x * c + y * s) / size;
      const row = Math.floor(a);
      const b = (y * c - x * s) / (size * 8) + hash(row, 0, seed);
      const fade = depth < 5 ? 1 : 5 / depth;
      const grain = tile[((row * 37 + Math.floor(a * 24)) & 255) * SIZE + ((Math.floor(b * 40) + shift) & 255)]!;
      const seam = a - row < 0.05 || b - Math.floor(b) < 0.006;
      put(out, contrast * (0.7 * hash(row, Math.floor(b), seed + 1) + 0.3 * grain), seam ? 1 - 0.3 * fade : 1);
    };
  }
  if (finish === 'terrazzo') {
    return (x, y, depth, out) => {
      const fade = depth < 4 ? 1 : 4 / depth;
      const speck = hash(Math.floor(x * 45), Math.floor(y * 45), seed);
      put(out, speck > 0.78 ? fade * contrast : 0, 1 + 0.1 * contrast * cloud(x, y, 7));
    };
  }
  if (finish === 'carpet') {
    return (x, y, depth, out) => {
      const fade = depth < 4 ? 1 : 4 / depth;
      const figure = Math.sin(x * 6 * c + y * 6 * s) * Math.sin(y * 6 * c - x * 6 * s) > 0.4 ? 0.6 : 0;
      put(out, figure * contrast, 1 + 0.25 * fade * (hash(Math.floor(x * 60), Math.floor(y * 60), seed) - 0.5));
    };
  }
  return (x, y, _depth, out) =>
    put(
      out,
      contrast * (0.35 + 0.35 * cloud(x, y, 4)),
      1 + contrast * (0.22 * cloud(x, y, 13) + 0.1 * cloud(x, y, 40)),
    );
}

/** Packages' colours; each fixture leans to a few of them. */
const GOODS: readonly Triple[] = [
  [196, 40, 38],
  [232, 196, 52],
  [38, 92, 170],
  [46, 140, 74],
  [238, 238, 232],
  [226, 122, 34],
  [120, 56, 130],
  [64, 176, 188],
  [44, 44, 50],
  [222, 150, 164],
  [150, 106, 66],
  [172, 204, 92],
];

const SHADE = [0.78, 0.86, 1.05];
const put3 = (out: Float64Array, colour: Triple, gain: number) => {
  out[0] = colour[0] * gain;
  out[1] = colour[1] * gain;
  out[2] = colour[2] * gain;
  return true;
};

/** The paint of one thing; `hit` is a place on it. */
export function thingPaint(thing: Thing): (hit: Hit, out: Float64Array) => boolean {
  const { finish, colour, seed } = thing;
  const [across, deep, up] = thing.axes.map((axis) => 2 * Math.hypot(...axis)) as Triple;
  const face = (hit: Hit) => (SHADE[hit.axis] as number) + (hit.side > 0 ? 0.05 : -0.03);
  if (finish === 'shelf') {
    const rows = Math.max(1, Math.round(up / 0.38));
    const columns = [Math.max(2, Math.round(across / 0.16)), Math.max(2, Math.round(deep / 0.2))];
    return (hit, out) => {
      const gain = face(hit);
      // Goods show along the front and back and on top; the ends are panels.
      const along = (hit.s + 1) / 2;
      const column = Math.floor(along * columns[0]!);
      const inColumn = along * columns[0]! - column;
      const row = hit.axis === 2 ? Math.floor(((hit.t + 1) / 2) * columns[1]!) : Math.floor(((hit.w + 1) / 2) * rows);
      const inRow = hit.axis === 2 ? 0.5 : ((hit.w + 1) / 2) * rows - row;
      if (hit.axis === 0 || inRow < 0.1) return put3(out, colour, gain * 0.95);
      const brand = Math.floor(column / (2 + 3 * hash(row, 1, seed)));
      const chance = hash(brand, row + (hit.axis === 1 ? 7 * hit.side : 40), seed);
      const high = 0.62 + 0.34 * hash(brand, row, seed + 3);
      if (hit.axis === 1 && (inRow > high || chance > 0.95)) return put3(out, [38, 36, 36], gain);
      if (inColumn < 0.08 && hit.depth < 6) return put3(out, [60, 58, 56], gain);
      const goods = GOODS[Math.floor(chance * 997 + seed) % GOODS.length] as Triple;
      // Packages of one brand share colours; how loud they are differs from shelf to shelf.
      const pale = 0.15 + 0.6 * hash(brand, 9, seed >> 3);
      const label = inRow > 0.35 && inRow < 0.6 && inColumn > 0.25 && inColumn < 0.75 ? 1.3 : 1;
      const bright = gain * label * (0.72 + 0.4 * hash(column, row, seed + 5));
      const grey = pale * (70 + 110 * hash(brand, row, seed + 8));
      out[0] = (goods[0] * (1 - pale) + grey) * bright;
      out[1] = (goods[1] * (1 - pale) + grey) * bright;
      out[2] = (goods[2] * (1 - pale) + grey) * bright;
      return true;
    };
  }
  if (finish === 'counter') {
    return (hit, out) =>
      hit.axis === 2 && Math.abs(hit.t) < 0.55 && hit.s < 0.6
        ? put3(out, [40, 40, 44], 1)
        : put3(out, colour, face(hit));
  }
  if (finish === 'carton') {
    return (hit, out) => {
      const tape = hit.axis === 2 ? Math.abs(hit.t) < 0.1 : hit.axis === 0 && Math.abs(hit.t) < 0.1;
      return put3(out, colour, face(hit) * (tape ? 1.2 : 0.95 + 0.1 * hash(hit.axis, hit.side, seed)));
    };
  }
  if (finish === 'wire') {
    const [nu, nv, nw] = [across, deep, up].map((metres) => Math.max(3, Math.round(metres / 0.06))) as Triple;
    return (hit, out) => {
      const bar = (place: number, count: number) => {
        const at = ((place + 1) / 2) * count;
        return at - Math.floor(at) < 0.3;
      };
      const on =
        (hit.axis !== 0 && bar(hit.s, nu)) || (hit.axis !== 1 && bar(hit.t, nv)) || (hit.axis !== 2 && bar(hit.w, nw));
      if (hit.axis === 2 && !on) return put3(out, colour, 0.35);
      return on ? put3(out, colour, face(hit)) : false;
    };
  }
  if (finish === 'poster') {
    return (hit, out) => {
      const chance = hash(Math.floor((hit.s + 1) * 2.5), Math.floor((hit.w + hit.t + 2) * 2), seed);
      return put3(out, chance > 0.5 ? colour : (GOODS[Math.floor(chance * 40) % GOODS.length] as Triple), face(hit));
    };
  }
  return (hit, out) => put3(out, colour, face(hit));
}
