import {
  allGroups,
  devicesOf,
  entranceOf,
  gridOf,
  MINUTE_MS,
  ProductBook,
  toMillimetres,
  type ConfiguredEvent,
  type Device,
  type Product,
  type StoreFile,
} from '@aisle/contracts';
import { polygonOf, type DirectedLine, type Polygon } from './geometry.js';

/** A store file in force, made ready for the engine: millimetres, indexes, groups. */
export interface StoreModel {
  version: number;
  storeFile: StoreFile;
  zones: ZoneModel[];
  zonesById: ReadonlyMap<string, ZoneModel>;
  /** entrances first, then passers-by */
  lines: LineModel[];
  entrances: LineModel[];
  slots: ReadonlyMap<string, SlotModel>;
  slotsByGtin: ReadonlyMap<string, SlotModel[]>;
  /** by any of their codes */
  products: ProductBook<Product>;
  devices: ReadonlyMap<string, Device>;
  /** in file order: which counter of an entrance comes first */
  deviceOrder: ReadonlyMap<string, number>;
  groups: GroupModel[];
  groupsOfDevice: ReadonlyMap<string, GroupModel[]>;
  /** camera id → the key of the group that its people are merged in; a group of one is none */
  groupOfCamera: ReadonlyMap<string, string>;
  staff: StaffRule | undefined;
  /** the zones that BLE receivers hang in; none where nobody wears a badge */
  receiverZones: readonly ZoneModel[];
  columns: number;
  rows: number;
  widthMm: number;
  depthMm: number;
  timezone: string;
}

export interface ZoneModel {
  id: string;
  polygon: Polygon;
}

export interface LineModel extends DirectedLine {
  id: string;
  /** the device that alone counts here, if the file names one */
  source: string | undefined;
}

export interface SlotModel {
  id: string;
  gtin: string | undefined;
  zoneId: string | null;
  fixtureId: string;
  facings: number;
  unitGrams: number | undefined;
  tareGrams: number;
  /** units; undefined: nobody has said */
  capacity: number | undefined;
  /** few are left at this many units; undefined where nobody can say */
  lowAt: number | undefined;
  /** whether a shelf of the store file weighs it: tags on it then tell nothing of pickups and stock */
  weighed: boolean;
}

/** Who is staff and does not count. */
export interface StaffRule {
  /** ids: whoever has visited one */
  zones: readonly string[];
  /** milliseconds of being followed, Infinity without that rule */
  afterMs: number;
}

export interface GroupModel {
  name: string;
  devices: string[];
  /** the entrance that it is of: rests on what counts there */
  entranceId: string | undefined;
}

export function modelOf(event: Pick<ConfiguredEvent, 'version' | 'storeFile'>): StoreModel {
  const file = event.storeFile;
  const unitGrams = new Map((file.products ?? []).map((product) => [product.gtin, product.unitGrams]));
  const slots = new Map<string, SlotModel>();
  const isWeighed = weighedBy(file.devices ?? []);
  const slotsByGtin = new Map<string, SlotModel[]>();
  for (const fixture of file.fixtures ?? []) {
    for (const slot of fixture.slots ?? []) {
      const model: SlotModel = {
        id: slot.id,
        gtin: slot.gtin,
        zoneId: fixture.zone ?? null,
        fixtureId: fixture.id,
        facings: slot.facings ?? 1,
        unitGrams: slot.gtin === undefined ? undefined : unitGrams.get(slot.gtin),
        tareGrams: slot.tareGrams ?? 0,
        capacity: slot.capacity,
        lowAt: slot.lowAt ?? (slot.capacity === undefined ? undefined : Math.max(1, Math.floor(slot.capacity / 5))),
        weighed: isWeighed(fixture.id, slot.id),
      };
      slots.set(slot.id, model);
      if (slot.gtin !== undefined) slotsByGtin.set(slot.gtin, [...(slotsByGtin.get(slot.gtin) ?? []), model]);
    }
  }
  // Ties of the largest remainder go by slot id.
  for (const list of slotsByGtin.values()) list.sort((a, b) => (a.id < b.id ? -1 : 1));
  const entrances = (file.entrances ?? []).map((entrance) =>
    lineOf(entrance.id, entrance.line, entrance.inward, entrance.source),
  );
  const devices = file.devices ?? [];
  const groups = allGroups(file).map((name) => ({ name, devices: devicesOf(name), entranceId: entranceOf(name) }));
  const groupsOfDevice = new Map<string, GroupModel[]>();
  for (const group of groups) {
    for (const id of group.devices) groupsOfDevice.set(id, [...(groupsOfDevice.get(id) ?? []), group]);
  }
  const zones = (file.zones ?? []).map(({ id, polygon }) => ({
    id,
    polygon: polygonOf(polygon.map(([x, y]) => [toMillimetres(x), toMillimetres(y)] as const)),
  }));
  return {
    version: event.version,
    storeFile: file,
    zones,
    zonesById: new Map(zones.map((zone) => [zone.id, zone])),
    lines: [
      ...entrances,
      ...(file.passersBy ?? []).map((passage) => lineOf(passage.id, passage.line, undefined, undefined)),
    ],
    entrances,
    slots,
    slotsByGtin,
    products: new ProductBook(file.products),
    devices: new Map(devices.map((device) => [device.id, device])),
    deviceOrder: new Map(devices.map((device, index) => [device.id, index])),
    groups,
    groupsOfDevice,
    groupOfCamera: mergedCameras(devices),
    staff: staffRuleOf(file),
    receiverZones: receiverZonesOf(file, zones),
    ...gridOf(file.floor),
    widthMm: toMillimetres(file.floor.width),
    depthMm: toMillimetres(file.floor.depth),
    timezone: file.store.timezone,
  };
}

/** Whether a shelf of these weighs a slot: by name where it names its sensors, else all of its fixture. */
function weighedBy(devices: readonly Device[]): (fixtureId: string, slotId: string) => boolean {
  const fixtures = new Set<string>();
  const slots = new Set<string>();
  for (const { family, fixture, sensors } of devices) {
    if (family !== 'shelf') continue;
    if (sensors) for (const { slot } of sensors) slots.add(slot);
    else if (fixture !== undefined) fixtures.add(fixture);
  }
  return (fixtureId, slotId) => fixtures.has(fixtureId) || slots.has(slotId);
}

/** No device id begins with "@", so that a group can stand where a camera does. */
function mergedCameras(devices: readonly Device[]): Map<string, string> {
  const members = new Map<string, string[]>();
  for (const { id, family, group } of devices)
    if (family === 'camera' && group !== undefined) members.set(group, [...(members.get(group) ?? []), id]);
  const merged = new Map<string, string>();
  for (const [group, ids] of members) if (ids.length > 1) for (const id of ids) merged.set(id, `@${group}`);
  return merged;
}

function staffRuleOf({ staff }: StoreFile): StaffRule | undefined {
  if (!staff) return undefined;
  return {
    zones: [...(staff.zones ?? [])],
    afterMs: staff.afterMinutes === undefined ? Infinity : staff.afterMinutes * MINUTE_MS,
  };
}

function receiverZonesOf({ staff, devices = [] }: StoreFile, zones: readonly ZoneModel[]): ZoneModel[] {
  if (!staff?.badges) return [];
  const hung = new Set(devices.filter(({ family }) => family === 'ble').map(({ zone }) => zone));
  return zones.filter(({ id }) => hung.has(id));
}

type Point = readonly [number, number];

/** Without an inward direction (passers-by) "in" is towards the right of somebody who walks from the first point to the second. */
function lineOf(
  id: string,
  [a, b]: readonly [Point, Point],
  inward: Point | undefined,
  source: string | undefined,
): LineModel {
  const cross = inward ? (b[0] - a[0]) * inward[1] - (b[1] - a[1]) * inward[0] : 1;
  return {
    id,
    ax: toMillimetres(a[0]),
    ay: toMillimetres(a[1]),
    bx: toMillimetres(b[0]),
    by: toMillimetres(b[1]),
    sign: cross < 0 ? -1 : 1,
    source,
  };
}
