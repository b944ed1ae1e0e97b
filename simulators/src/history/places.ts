import {
  CELL_METRES,
  devicesOf,
  entranceGroup,
  gridOf,
  minorDigits,
  slotGroup,
  toMinor,
  zoneGroup,
  type StoreFile,
} from '@aisle/contracts';
import type { Random } from '../random.js';
import { along, inside, vec, type Polygon, type Vec } from '../world/geometry.js';

export interface ZonePlace {
  readonly id: string;
  readonly kind: string;
  readonly group: string;
  readonly polygon: Polygon;
  readonly middle: Vec;
  /** other zones that lie over it: standing here may be standing there as well */
  readonly under: number[];
}
export interface SlotPlace {
  readonly id: string;
  readonly fixtureId: string;
  readonly zone: number | undefined;
  readonly zoneId: string | null;
  readonly gtin: string;
  readonly category: string;
  readonly capacity: number;
  readonly priceMinor: number;
  /** grams of one where the product is sold by weight */
  readonly gramsSold: number | undefined;
  /** '' where nothing senses it */
  readonly group: string;
  /** where one stands to reach it */
  readonly front: Vec;
}
export interface DoorPlace {
  readonly id: string;
  readonly group: string;
  readonly at: Vec;
  readonly zone: number | undefined;
  readonly weight: number;
}

const FRONT_METRES = 0.7;
const PRICE_WITHOUT_ONE = 10;

/** What of a store file a history needs, worked out once. Indexes are positions in these lists. */
export class Places {
  readonly zones: readonly ZonePlace[];
  readonly slots: readonly SlotPlace[];
  readonly doors: readonly DoorPlace[];
  readonly passersBy: readonly { readonly id: string; readonly group: string }[];
  readonly screens: readonly string[];
  readonly tills: readonly string[];
  readonly groups: readonly { readonly name: string; readonly devices: readonly string[] }[];
  readonly byCategory = new Map<string, number[]>();
  readonly grid: { columns: number; rows: number };

  constructor(
    readonly store: StoreFile,
    entranceWeights: Readonly<Record<string, number>>,
  ) {
    this.grid = gridOf(store.floor);
    this.zones = zonesOf(store);
    this.slots = this.slotsOf(store);
    this.slots.forEach((slot, index) => {
      const known = this.byCategory.get(slot.category);
      if (known) known.push(index);
      else this.byCategory.set(slot.category, [index]);
    });
    this.doors = (store.entrances ?? []).map(({ id, line, inward }) => {
      const [a, b] = line.map(vec) as [Vec, Vec];
      const middle = along(a, b, 0.5);
      const at = { x: middle.x + inward[0], y: middle.y + inward[1] };
      return { id, group: entranceGroup(store, id), at, zone: this.zoneAt(at), weight: entranceWeights[id] ?? 1 };
    });
    this.passersBy = (store.passersBy ?? []).map(({ id }) => ({ id, group: entranceGroup(store, id) }));
    const ofFamily = (family: string) => (store.devices ?? []).filter((d) => d.family === family).map(({ id }) => id);
    this.screens = ofFamily('screen');
    this.tills = ofFamily('till');
    const names = new Set([...this.zones, ...this.slots, ...this.doors, ...this.passersBy].map(({ group }) => group));
    names.delete('');
    this.groups = [...names].sort().map((name) => ({ name, devices: devicesOf(name) }));
  }

  /** The first zone that is no screen's at a point, undefined for none. */
  zoneAt(point: Vec): number | undefined {
    const found = this.zones.findIndex(({ kind, polygon }) => kind !== 'screen' && inside(polygon, point));
    return found < 0 ? undefined : found;
  }

  cellOf({ x, y }: Vec): number | undefined {
    const [column, row] = [Math.floor(x / CELL_METRES), Math.floor(y / CELL_METRES)];
    const { columns, rows } = this.grid;
    return column >= 0 && row >= 0 && column < columns && row < rows ? row * columns + column : undefined;
  }

  /** Any point of a zone. */
  pointIn(zone: number, random: Random): Vec {
    const { polygon, middle } = this.zones[zone] as ZonePlace;
    const corner = random.pick(polygon);
    return along(middle, corner, 0.7 * Math.sqrt(random.next()));
  }

  private slotsOf(store: StoreFile): SlotPlace[] {
    const products = new Map((store.products ?? []).map((product) => [product.gtin, product]));
    const digits = minorDigits(store.store.currency);
    const zoneAt = new Map(this.zones.map(({ id }, index) => [id, index]));
    return (store.fixtures ?? []).flatMap((fixture) =>
      (fixture.slots ?? []).flatMap((slot, at, all): SlotPlace[] => {
        if (slot.gtin === undefined) return [];
        const product = products.get(slot.gtin);
        const zone = fixture.zone === undefined ? undefined : zoneAt.get(fixture.zone);
        const weighed = product?.soldBy === 'weight';
        return [
          {
            id: slot.id,
            fixtureId: fixture.id,
            zone,
            zoneId: fixture.zone ?? null,
            gtin: slot.gtin,
            category: product?.category ?? '',
            capacity: slot.capacity ?? 24,
            priceMinor: toMinor(product?.price ?? PRICE_WITHOUT_ONE, digits),
            gramsSold: weighed ? (product.unitGrams ?? 1000) : undefined,
            group: slotGroup(store, slot.id),
            front: frontOf(fixture, (at + 0.5) / all.length, zone === undefined ? undefined : this.zones[zone]),
          },
        ];
      }),
    );
  }
}

function zonesOf(store: StoreFile): ZonePlace[] {
  const zones = (store.zones ?? []).map((zone): ZonePlace => {
    const polygon = zone.polygon.map(vec);
    const sum = polygon.reduce((at, p) => ({ x: at.x + p.x, y: at.y + p.y }), { x: 0, y: 0 });
    return {
      id: zone.id,
      kind: zone.kind,
      group: zoneGroup(store, zone.id),
      polygon,
      middle: { x: sum.x / polygon.length, y: sum.y / polygon.length },
      under: [],
    };
  });
  for (const zone of zones)
    zones.forEach((other, index) => {
      if (other === zone || other.kind !== 'screen' || zone.kind === 'screen') return;
      if (overlaps(zone.polygon, other.polygon)) zone.under.push(index);
    });
  return zones;
}

const overlaps = (a: Polygon, b: Polygon): boolean => {
  const span = (polygon: Polygon, axis: 'x' | 'y'): [number, number] => {
    const values = polygon.map((point) => point[axis]);
    return [Math.min(...values), Math.max(...values)];
  };
  return (['x', 'y'] as const).every((axis) => {
    const [[lowA, highA], [lowB, highB]] = [span(a, axis), span(b, axis)];
    return lowA < highB && lowB < highA;
  });
};

function frontOf(fixture: NonNullable<StoreFile['fixtures']>[number], share: number, zone: ZonePlace | undefined): Vec {
  if (!fixture.at) return zone?.middle ?? { x: 0, y: 0 };
  const [width, depth] = fixture.size ?? [1, 0.5];
  const turned = ((((fixture.facingDegrees ?? 180) % 360) + 360) % 360) * (Math.PI / 180);
  const [x, y] = fixture.at;
  const middle = { x: x + width * share, y: y + depth / 2 };
  const reach = FRONT_METRES + depth / 2;
  const front = { x: middle.x + Math.sin(turned) * reach, y: middle.y - Math.cos(turned) * reach };
  return zone && !inside(zone.polygon, front) ? along(front, zone.middle, 0.5) : front;
}
