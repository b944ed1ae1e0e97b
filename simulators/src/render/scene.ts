import type { Box } from './boxes.js';
import type { Triple } from './camera.js';

/** How things are painted: rows of goods, a till's counter, flat, cardboard, wire, a poster. */
export type Finish = 'shelf' | 'counter' | 'plain' | 'carton' | 'wire' | 'poster';
/** A thing that stands in the shop for good. Colours are red, green, blue from 0 to 255, before light. */
export interface Thing extends Box {
  readonly finish: Finish;
  readonly colour: Triple;
  /** its own stream of small accidents */
  readonly seed: number;
}
/** A round thing: a plant's leaves, a ball, a lamp. Half axes in metres along x, y, z. */
export interface Ball {
  readonly centre: Triple;
  readonly radii: Triple;
  readonly colour: Triple;
}

export type FloorFinish = 'tiles' | 'checker' | 'planks' | 'concrete' | 'terrazzo' | 'carpet';
export interface FloorLook {
  readonly finish: FloorFinish;
  readonly colour: Triple;
  readonly second: Triple;
  /** edge of a tile or width of a plank, metres */
  readonly size: number;
  /** how much tiles, planks and stains differ, 0 to 1 */
  readonly contrast: number;
  readonly degrees: number;
  readonly seed: number;
}

export interface Wall {
  readonly colour: Triple;
  /** a shop window: what is behind it is seen */
  readonly glass: boolean;
  /** doors, as places along the wall in metres */
  readonly doors: readonly (readonly [number, number])[];
}
/** Walls along y = 0, x = width, y = depth and x = 0, in this order. */
export interface Room {
  readonly width: number;
  readonly depth: number;
  readonly height: number;
  readonly doorHeight: number;
  readonly walls: readonly [Wall, Wall, Wall, Wall];
  readonly outside: Triple;
}

export interface Light {
  /** overall brightness, 1 is right */
  readonly exposure: number;
  /** factors on red, green and blue: warm or cold lamps */
  readonly tint: Triple;
  /** towards the strongest light, in the world, of length 1 */
  readonly direction: Triple;
  readonly ambient: number;
  readonly diffuse: number;
  /** lamps above the floor: where, how wide in metres, how much brighter or (negative) darker */
  readonly pools: readonly { readonly x: number; readonly y: number; readonly radius: number; readonly gain: number }[];
  /** share of brightness lost in the picture's corners */
  readonly vignette: number;
  /** how strongly the floor mirrors the lamps, 0 to 1 */
  readonly gloss: number;
  /** how dark people's shadows are, 0 to 1 */
  readonly shadow: number;
}

export interface Scene {
  readonly room: Room;
  readonly floor: FloorLook;
  readonly light: Light;
  readonly things: readonly Thing[];
  readonly balls: readonly Ball[];
}
