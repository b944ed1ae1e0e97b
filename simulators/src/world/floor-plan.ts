import type { Fixture, StoreFile } from '@aisle/contracts';
import type { Behaviour } from '../settings/behaviour.js';
import {
  bounds,
  distance,
  distanceToArea,
  distanceToEdge,
  inside,
  offset,
  rectangle,
  unit,
  vec,
  type Polygon,
  type Vec,
} from './geometry.js';
import type { Random } from '../random.js';
import { Grid } from './grid.js';

/** Where one product stands, and where a shopper stands to reach it. */
export interface SlotPlace {
  readonly slotId: string;
  readonly fixtureId: string;
  readonly zoneId: string | null;
  readonly gtin: string;
  readonly facings: number;
  readonly capacity: number;
  readonly tareGrams: number;
  readonly stand: Vec;
  /** along the unit's front, for side steps */
  readonly side: Vec;
  /** away from the shelf */
  readonly facing: Vec;
  readonly checkout: boolean;
}
export interface Door {
  readonly entranceId: string;
  readonly from: Vec;
  readonly to: Vec;
  readonly inward: Vec;
}
export interface TillPlace {
  readonly deviceId: string;
  /** where the first, second, third … in the queue stand */
  readonly spots: readonly Vec[];
}
export interface ZonePlan {
  readonly zoneId: string;
  readonly kind: string;
  readonly polygon: Polygon;
}

const STAND_METRES = 0.55;
const QUEUE_SPOTS = 12;
/** People queue no nearer to others than this share of the queue's spacing, and turn its corners so, in degrees. */
const QUEUE_ROOM = 0.8;
const QUEUE_TURNS = [0, 30, -30, 60, -60, 90, -90];
const DEFAULT_CAPACITY = 24;
/** People cross this far before a door's line … */
export const DOOR_OUTSIDE_METRES = 2.6;
/** … and this far behind it in a straight line. */
export const DOOR_INSIDE_METRES = 1.2;
/** Side room left at a door's posts, and where people stand, to a zone's edge: four times the camera's noise. */
const CLEAR_METRES = 0.6;
const HALL_METRES = 2;
const EDGE_CLEAR_METRES = 0.45;

/** The store file as a place to walk in. */
export class FloorPlan {
  readonly grid: Grid;
  readonly obstacles: readonly Polygon[];
  readonly zones: readonly ZonePlan[];
  readonly doors: readonly Door[];
  readonly slots: readonly SlotPlace[];
  readonly tills: readonly TillPlace[];
  /** zones to stop in without goods */
  readonly lingerZones: readonly ZonePlan[];

  constructor(store: StoreFile, behaviour: Behaviour) {
    this.zones = (store.zones ?? []).map((zone) => ({
      zoneId: zone.id,
      kind: zone.kind,
      polygon: zone.polygon.map(vec),
    }));
    this.doors = (store.entrances ?? []).map((entrance) => doorOf(entrance));
    const standing = (store.fixtures ?? []).filter((fixture) => fixture.at && fixture.size);
    const fronts = new Map(standing.map((fixture) => [fixture.id, this.frontOf(fixture)]));
    this.obstacles = standing.map((fixture) => (fronts.get(fixture.id) as Front).area);
    const middle = { x: store.floor.width / 2, y: store.floor.depth / 2 };
    const door = this.doors[0];
    const from = door ? offset(middleOf(door), door.inward, DOOR_INSIDE_METRES) : middle;
    this.grid = new Grid(
      {
        widthMetres: store.floor.width,
        depthMetres: store.floor.depth,
        obstacles: this.obstacles,
        edges: this.zones.map((zone) => zone.polygon),
        bodyRadiusMetres: behaviour.walking.bodyRadiusMetres,
        edgeMarginMetres: behaviour.walking.edgeMarginMetres,
      },
      from,
    );
    this.slots = (store.fixtures ?? []).flatMap((fixture) => this.slotsOf(fixture, fronts.get(fixture.id), middle));
    this.tills = this.tillsOf(store, behaviour.till.queueSpacingMetres, middle);
    this.lingerZones = this.zones.filter(
      (zone) => zone.kind === 'other' || zone.kind === 'screen' || zone.kind === 'promotion',
    );
  }

  private frontOf(fixture: Fixture): Front {
    const at = vec(fixture.at as [number, number]);
    const [width, depth] = fixture.size as [number, number];
    const zone = this.zones.find((candidate) => candidate.zoneId === fixture.zone);
    const degrees = fixture.facingDegrees ?? guessFacing(at, width, depth, zone);
    // 0 looks up the plan, 90 right; exact for the four usual ones, so that shelves stand straight.
    const turns = (((degrees % 360) + 360) % 360) / 90;
    const square = [
      { x: 0, y: -1 },
      { x: 1, y: 0 },
      { x: 0, y: 1 },
      { x: -1, y: 0 },
    ][turns];
    const facing = square ?? { x: Math.sin((degrees * Math.PI) / 180), y: -Math.cos((degrees * Math.PI) / 180) };
    const across = turns === 1 || turns === 3;
    const centre = { x: at.x + (across ? depth : width) / 2, y: at.y + (across ? width : depth) / 2 };
    // Slots run from left to right, or top to bottom, on the plan.
    const side = across
      ? { x: 0, y: 1 }
      : { x: Math.abs(facing.y) || 1, y: square ? 0 : -Math.sign(facing.y) * facing.x };
    return { area: rectangle(centre, width, depth, facing), centre, facing, side: unit(side), width, depth };
  }

  private slotsOf(fixture: Fixture, front: Front | undefined, middle: Vec): SlotPlace[] {
    const zone = this.zones.find((candidate) => candidate.zoneId === fixture.zone);
    const slots = (fixture.slots ?? []).filter((slot) => slot.gtin !== undefined);
    return slots.map((slot, index) => {
      const share = (index + 0.5) / slots.length - 0.5;
      let stand = zone ? centreOf(zone.polygon) : middle;
      if (front)
        stand = offset(
          offset(front.centre, front.facing, front.depth / 2 + STAND_METRES),
          front.side,
          share * front.width,
        );
      return {
        slotId: slot.id,
        fixtureId: fixture.id,
        zoneId: fixture.zone ?? null,
        gtin: slot.gtin as string,
        facings: slot.facings ?? 1,
        capacity: slot.capacity ?? DEFAULT_CAPACITY,
        tareGrams: slot.tareGrams ?? 0,
        stand: this.grid.nearest(stand),
        side: front?.side ?? { x: 1, y: 0 },
        facing: front?.facing ?? { x: 0, y: 0 },
        checkout: zone?.kind === 'checkout',
      };
    });
  }

  /** Tills stand side by side along the longer side of their zone, each with a queue across it. */
  private tillsOf(store: StoreFile, spacing: number, middle: Vec): TillPlace[] {
    const tills = (store.devices ?? []).filter((device) => device.family === 'till');
    const checkout = this.zones.find((zone) => zone.kind === 'checkout');
    const queued: Vec[] = [];
    return tills.map((till) => {
      const zone = this.zones.find((candidate) => candidate.zoneId === till.zone) ?? checkout;
      const together = tills.filter((other) => (other.zone ?? checkout?.zoneId) === (till.zone ?? checkout?.zoneId));
      const share = (together.indexOf(till) + 0.5) / together.length;
      const { low, high } = zone
        ? bounds(zone.polygon)
        : { low: { x: middle.x - 3, y: middle.y - 2 }, high: { x: middle.x + 3, y: middle.y + 2 } };
      const wide = high.x - low.x >= high.y - low.y;
      const across = wide ? high.y - low.y : high.x - low.x;
      const front = wide
        ? { x: low.x + (high.x - low.x) * share, y: low.y + across * 0.75 }
        : { x: low.x + across * 0.75, y: low.y + (high.y - low.y) * share };
      const spots = this.queueFrom(this.grid.nearest(front), wide ? { x: 0, y: -1 } : { x: -1, y: 0 }, spacing, queued);
      queued.push(...spots);
      return { deviceId: till.id, spots };
    });
  }

  /** Where people stand one behind the other, straight back from the first or, where that is blocked, round the corner. */
  private queueFrom(first: Vec, back: Vec, spacing: number, taken: readonly Vec[]): Vec[] {
    const spots = [first];
    const isRoom = (at: Vec) =>
      this.grid.isWalkable(at) && [...taken, ...spots].every((other) => distance(other, at) > QUEUE_ROOM * spacing);
    const turned = (degrees: number): Vec => {
      const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
      return { x: back.x * cos - back.y * sin, y: back.x * sin + back.y * cos };
    };
    while (spots.length < QUEUE_SPOTS) {
      const last = spots[spots.length - 1] as Vec;
      const next = QUEUE_TURNS.map((degrees) => offset(last, turned(degrees), spacing)).find(isRoom);
      if (!next) break;
      spots.push(next);
    }
    return spots;
  }

  /** Metres to the nearest edge of any zone. */
  edgeRoom(p: Vec): number {
    return Math.min(Infinity, ...this.zones.map((zone) => distanceToEdge(zone.polygon, p)));
  }

  /** Whether somebody who stands here is clearly inside or outside of every zone. */
  isClearOfEdges(p: Vec): boolean {
    return this.edgeRoom(p) >= EDGE_CLEAR_METRES;
  }

  /** A free place well inside the zone; undefined if a few tries find none. */
  pointIn(zone: ZonePlan, random: Random): Vec | undefined {
    const { low, high } = bounds(zone.polygon);
    for (let i = 0; i < 40; i += 1) {
      const at = { x: random.between(low.x, high.x), y: random.between(low.y, high.y) };
      if (inside(zone.polygon, at) && this.grid.isWalkable(at) && this.isClearOfEdges(at)) return at;
    }
    return undefined;
  }

  /** The entrance hall behind a door, if the store file has one there. */
  hallOf(door: Door): ZonePlan | undefined {
    const within = offset(middleOf(door), door.inward, DOOR_INSIDE_METRES);
    return this.zones.find((zone) => zone.kind === 'entrance' && distanceToArea(zone.polygon, within) < HALL_METRES);
  }
}

interface Front {
  area: Polygon;
  centre: Vec;
  facing: Vec;
  side: Vec;
  width: number;
  depth: number;
}

function guessFacing(at: Vec, width: number, depth: number, zone: ZonePlan | undefined): number {
  if (!zone) return 180;
  const towards = centreOf(zone.polygon);
  if (width >= depth) return towards.y >= at.y + depth / 2 ? 180 : 0;
  return towards.x >= at.x + width / 2 ? 90 : 270;
}

export const middleOf = (door: Door): Vec => ({ x: (door.from.x + door.to.x) / 2, y: (door.from.y + door.to.y) / 2 });

export function centreOf(polygon: Polygon): Vec {
  const { low, high } = bounds(polygon);
  return { x: (low.x + high.x) / 2, y: (low.y + high.y) / 2 };
}

function doorOf(entrance: { id: string; line: [[number, number], [number, number]]; inward: [number, number] }): Door {
  const [from, to] = [vec(entrance.line[0]), vec(entrance.line[1])];
  const towards = unit(vec(entrance.inward));
  // Straight through the door: the normal of the line on the inward side.
  const normal = unit({ x: -(to.y - from.y), y: to.x - from.x });
  const inward = normal.x * towards.x + normal.y * towards.y >= 0 ? normal : { x: -normal.x, y: -normal.y };
  return { entranceId: entrance.id, from, to, inward };
}

/** How far from the middle of a door, along its line, people may cross it, in metres. */
export const doorReach = (door: Door): number =>
  Math.max(0, distance(door.from, door.to) / 2 - Math.min(CLEAR_METRES, distance(door.from, door.to) * 0.2));
