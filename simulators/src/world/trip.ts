import type { Random } from '../random.js';
import type { Door, SlotPlace, TillPlace } from './floor-plan.js';
import type { Stop } from './needs.js';
import type { Noticing } from './noticing.js';
import type { ScreenWall } from './screens.js';
import type { Shelves } from './shelves.js';
import type { Tills } from './tills.js';
import type { Place, Walker } from './walker.js';

/** One unit or more in a basket, and where it came from. */
export interface Taken {
  readonly place: SlotPlace;
  readonly units: number;
}
/** One visit to the shop. */
export interface Trip {
  readonly entry: Door;
  readonly exit: Door;
  readonly stops: readonly Stop[];
  /** whom a companion goes along with */
  readonly leader?: Leader;
}
export interface Surroundings extends Place {
  readonly shelves: Shelves;
  readonly tills: Tills;
  readonly screens: ScreenWall;
  readonly noticing: Noticing;
  pay(till: TillPlace, basket: readonly Taken[], random: Random, personId: number): void;
}
/** Where chance comes from: what somebody wants and takes is the same whatever their manners and the doors are. */
export interface Chances {
  readonly random: Random;
  readonly manners: Random;
  readonly doors: Random;
  readonly attention: Random;
}

/** How far somebody has come on a trip: on the way to a stop, at it, paying, gone. */
export interface Progress {
  stop: number;
  arrived: boolean;
  paying: boolean;
  leaving: boolean;
}

/** Whom a companion goes along with. */
export type Leader = Walker & { readonly progress: Readonly<Progress> };
