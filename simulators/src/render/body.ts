import type { Projection, Triple } from './camera.js';
import type { Look } from './look.js';
import type { Ellipsoid } from './solids.js';

/** Where somebody stands on the floor (metres), where they look (radians from x towards y), and how they move. */
export interface Posture {
  readonly x: number;
  readonly y: number;
  readonly headingRadians: number;
  readonly metresPerSecond: number;
  /** stretches an arm out to a shelf */
  readonly reaching?: boolean;
}

/** A place on the body, in metres: forward, to its right, up. */
type Place = readonly [number, number, number];

/** Builds a body out of ellipsoids in camera space, limb by limb. */
class Sculptor {
  readonly parts: Ellipsoid[] = [];
  private readonly forward: Triple;
  private readonly right: Triple;
  private readonly up: Triple;
  private readonly origin: Triple;

  constructor(projection: Projection, { x, y, headingRadians }: Posture) {
    const [hx, hy] = [Math.cos(headingRadians), Math.sin(headingRadians)];
    this.origin = projection.toCamera(x, y, 0);
    this.forward = projection.turn(hx, hy, 0);
    this.right = projection.turn(-hy, hx, 0);
    this.up = projection.turn(0, 0, 1);
  }

  /** A round part, its half axes forward, right and up; `turn` turns it round the vertical. */
  round(
    at: Place,
    deep: number,
    wide: number,
    high: number,
    colour: Triple,
    extra: Partial<Ellipsoid> = {},
    turn = 0,
  ): void {
    const [c, s] = [Math.cos(turn), Math.sin(turn)];
    this.parts.push({
      centre: this.point(at),
      axes: [this.vector([0, 0, high]), this.vector([deep * c, deep * s, 0]), this.vector([-wide * s, wide * c, 0])],
      colour,
      ...extra,
    });
  }

  /** A limb from one place to another. */
  limb(from: Place, to: Place, radius: number, colour: Triple): void {
    const [f, r, u] = [(to[0] - from[0]) / 2, (to[1] - from[1]) / 2, (to[2] - from[2]) / 2];
    const half = Math.hypot(f, r, u);
    // Two directions at right angles to the limb; limbs never lie quite sideways.
    const flat = Math.hypot(f, u) || 1e-6;
    const [af, au] = [u / flat, -f / flat];
    const [bf, br, bu] = [-(au * r) / half, (au * f - af * u) / half, (af * r) / half];
    const longer = (half + radius * 0.75) / half;
    this.parts.push({
      centre: this.point([from[0] + f, from[1] + r, from[2] + u]),
      axes: [
        this.vector([f * longer, r * longer, u * longer]),
        this.vector([af * radius, 0, au * radius]),
        this.vector([bf * radius, br * radius, bu * radius]),
      ],
      colour,
    });
  }

  private vector([f, r, u]: Place): Triple {
    const { forward, right, up } = this;
    return [
      f * forward[0] + r * right[0] + u * up[0],
      f * forward[1] + r * right[1] + u * up[1],
      f * forward[2] + r * right[2] + u * up[2],
    ];
  }

  private point(place: Place): Triple {
    const [x, y, z] = this.vector(place);
    return [x + this.origin[0], y + this.origin[1], z + this.origin[2]];
  }
}

/** Metres that a full stride (two steps) takes, for someone `height` tall. */
const strideOf = (height: number) => 0.8 * height;

/** The parts of a body at a time: legs and arms swing with the steps, someone standing shifts a little. */
export function bodyParts(projection: Projection, look: Look, posture: Posture, ts: number): Ellipsoid[] {
  const sculptor = new Sculptor(projection, posture);
  const { height: h, build, top, bottom, lower } = look;
  const seconds = (ts % 1_000_000) / 1000;
  const pace = Math.min(1, posture.metresPerSecond / 1.2);
  const phase = look.phase + (seconds * posture.metresPerSecond * 2 * Math.PI) / strideOf(h);
  const sway = 0.008 * Math.sin(seconds * 0.9 + look.phase);
  const wide = h * build;

  const hips = legs(sculptor, look, phase, pace);
  const at = (f: number, r: number, u: number): Place => [
    f * h + (u - 0.5) * 0.04 * pace * h + sway,
    r * h + sway,
    hips + (u - 0.53) * h,
  ];

  // Trunk.
  const stripes = look.stripes > 0 ? { stripes: look.stripes, second: look.topSecond } : {};
  const trunkLow = lower === 'dress' || lower === 'coat' ? top : bottom;
  sculptor.round(at(0, 0, 0.53), 0.072 * wide, 0.102 * wide, 0.075 * h, trunkLow);
  sculptor.round(at(0, 0, 0.605), 0.068 * wide, 0.094 * wide, 0.115 * h, top, stripes);
  sculptor.round(at(0.002, 0, 0.72), 0.073 * wide, 0.112 * wide, 0.125 * h, top, stripes);
  sculptor.round(at(0, 0, 0.8), 0.05 * wide, 0.128 * wide, 0.04 * h, top);
  if (lower === 'skirt') sculptor.round(at(0, 0, 0.42), 0.1 * wide, 0.115 * wide, 0.16 * h, bottom);
  if (lower === 'dress') sculptor.round(at(0, 0, 0.44), 0.1 * wide, 0.115 * wide, 0.2 * h, top);
  if (lower === 'coat') sculptor.round(at(0, 0, 0.5), 0.092 * wide, 0.12 * wide, 0.27 * h, top);
  if (look.backpack) sculptor.round(at(-0.1, 0, 0.69), 0.07 * h, 0.085 * h, 0.13 * h, look.backpack);

  head(sculptor, look, at);
  arms(sculptor, look, posture, at, phase, pace);
  if (look.handbag) sculptor.round(at(0.01, -0.13 * build, 0.48), 0.085 * h, 0.035 * h, 0.065 * h, look.handbag);
  return sculptor.parts;
}

/** Legs with feet; returns how high the hips are, so that the lower foot is on the ground. */
function legs(sculptor: Sculptor, look: Look, phase: number, pace: number): number {
  const { height: h, build, bottom, skin, lower, shoes } = look;
  const [thigh, calf, ankle] = [0.245 * h, 0.246 * h, 0.04 * h];
  const sides = [0, Math.PI].map((offset) => {
    const angle = pace * 0.4 * Math.sin(phase + offset);
    const bend = 0.06 + pace * 0.75 * Math.max(0, Math.cos(phase + offset));
    const knee = [thigh * Math.sin(angle), thigh * Math.cos(angle)] as const;
    const foot = [knee[0] + calf * Math.sin(angle - bend), knee[1] + calf * Math.cos(angle - bend)] as const;
    return { knee, foot };
  });
  const hips = ankle + Math.max(...sides.map(({ foot }) => foot[1]));
  sides.forEach(({ knee, foot }, index) => {
    const r = (index === 0 ? 1 : -1) * 0.052 * h * build;
    const covered = lower === 'trousers' || lower === 'coat';
    sculptor.limb(
      [0, r, hips],
      [knee[0], r, hips - knee[1]],
      0.052 * h * build,
      covered || lower === 'shorts' ? bottom : skin,
    );
    sculptor.limb(
      [knee[0], r, hips - knee[1]],
      [foot[0], r, hips - foot[1]],
      0.037 * h * build,
      covered ? bottom : skin,
    );
    const up = hips - foot[1] - ankle;
    sculptor.round([foot[0] + 0.04 * h, r * 1.1, up + 0.024 * h], 0.078 * h, 0.031 * h, 0.026 * h, shoes);
  });
  return hips;
}

type Locate = (f: number, r: number, u: number) => Place;

function head(sculptor: Sculptor, look: Look, at: Locate): void {
  const { height: h, headwear, hair, skin, glance, cap, top } = look;
  // Children's heads are large for their height.
  const size = h < 1.42 ? 1.16 * h : h;
  sculptor.round(at(0.005, 0, 0.855), 0.034 * h, 0.034 * h, 0.05 * h, headwear === 'scarf' ? cap : skin);
  sculptor.round(at(0.018, 0, 0.928), 0.056 * size, 0.045 * size, 0.066 * size, skin, {}, glance);
  const [c, s] = [Math.cos(glance), Math.sin(glance)];
  const behind = (f: number, u: number): Place => at(0.018 + f * c, f * s, u);
  if (headwear === 'bald') return;
  const cover = headwear === 'cap' || headwear === 'scarf' ? cap : headwear === 'hood' ? top : hair;
  const thick = headwear === 'hood' || headwear === 'scarf' ? 1.16 : 1;
  sculptor.round(
    behind(-0.014, 0.94),
    0.058 * size * thick,
    0.051 * size * thick,
    0.061 * size * thick,
    cover,
    {},
    glance,
  );
  if (headwear === 'cap') sculptor.round(behind(0.06, 0.945), 0.045 * size, 0.04 * size, 0.008 * size, cap, {}, glance);
  if (headwear === 'long')
    sculptor.round(behind(-0.032, 0.88), 0.03 * size, 0.05 * size, 0.085 * size, hair, {}, glance);
  if (headwear === 'bun') sculptor.round(behind(-0.07, 0.96), 0.027 * size, 0.027 * size, 0.027 * size, hair);
}

function arms(sculptor: Sculptor, look: Look, posture: Posture, at: Locate, phase: number, pace: number): void {
  const { height: h, build, top, skin, sleeves, carries } = look;
  const [upper, lower] = [0.165 * h, 0.15 * h];
  for (const side of [1, -1]) {
    // Arms swing against the legs, unless they hold something or reach for it.
    let angle = -side * pace * 0.5 * Math.sin(phase) + 0.05;
    let bend = 0.25 + 0.3 * pace;
    if (carries === 'trolley') [angle, bend] = [0.5, 0.75];
    else if (carries === 'phone' && side === 1) [angle, bend] = [0.25, 1.7];
    else if (carries === 'basket' && side === -1) [angle, bend] = [0.1, 1.2];
    if (posture.reaching && side === 1) [angle, bend] = [1.25, 0.15];
    const shoulder = at(0, side * 0.118 * build, 0.805);
    const r = shoulder[1] + side * 0.03 * h;
    const elbow: Place = [shoulder[0] + upper * Math.sin(angle), r, shoulder[2] - upper * Math.cos(angle)];
    const inward = bend > 0.9 ? 0.05 * h : 0;
    const hand: Place = [
      elbow[0] + lower * Math.sin(angle + bend),
      r - side * inward,
      elbow[2] - lower * Math.cos(angle + bend),
    ];
    sculptor.limb(shoulder, elbow, 0.032 * h * build, top);
    sculptor.limb(elbow, hand, 0.026 * h * build, sleeves === 'long' ? top : skin);
    sculptor.round(hand, 0.028 * h, 0.024 * h, 0.03 * h, skin);
  }
}
