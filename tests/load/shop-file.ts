import type { StoreFile } from '@aisle/contracts';

/** A shop as the load generator plays it: as large as a neighbourhood supermarket. Lengths in metres. */
const FLOOR = { width: 28, depth: 18 };
const AISLES = ['dairy', 'drinks', 'snacks', 'staples', 'care', 'household', 'frozen', 'bakery'] as const;
const ZH = ['乳品', '饮料', '零食', '粮油', '个护', '家居', '冷冻', '烘焙'] as const;
const SHELVES_AN_AISLE = 2;
const SLOTS_A_SHELF = 4;
export const SCREENS = ['screen-1', 'screen-2'] as const;
export const TILLS = ['till-1', 'till-2'] as const;

/** The shop number `at` (0 …) of a load: all are alike, but for their names, so that what one costs is what each costs. */
export function loadShop(at: number): StoreFile {
  const aisles = AISLES.map((id, index) => {
    const [x, y] = [1 + (index % 4) * 6.5, 1 + Math.floor(index / 4) * 5.5];
    return { id, x, y, name: { en: id[0]?.toUpperCase() + id.slice(1), zh: ZH[index] as string } };
  });
  const shelves = aisles.flatMap((aisle) =>
    Array.from({ length: SHELVES_AN_AISLE }, (_, row) => ({
      id: `${aisle.id}-${row + 1}`,
      zone: aisle.id,
      at: [aisle.x + 0.5, aisle.y + 0.4 + row * 2.6] as [number, number],
    })),
  );
  return {
    store: {
      id: shopId(at),
      name: { en: `Load shop ${at + 1}`, zh: `压测店${at + 1}` },
      timezone: 'UTC',
      currency: 'CNY',
    },
    floor: FLOOR,
    entrances: [
      {
        id: 'main',
        line: [
          [12, 18],
          [16, 18],
        ],
        inward: [0, -1],
      },
    ],
    passersBy: [
      {
        id: 'street',
        line: [
          [10, 19],
          [18, 19],
        ],
      },
    ],
    zones: [
      ...aisles.map(({ id, x, y, name }) => ({
        ...{ id, kind: 'aisle' as const, name, category: id },
        polygon: rectangle(x, y, x + 5.5, y + 4.5),
        engagedAfterSeconds: 5,
      })),
      {
        ...{ id: 'checkout', kind: 'checkout' as const, name: { en: 'Checkout', zh: '收银区' } },
        polygon: rectangle(18, 12.5, 26, 17),
      },
      {
        ...{ id: 'view', kind: 'screen' as const, name: { en: 'Before the screens', zh: '屏幕前' } },
        polygon: rectangle(10, 13, 17, 17),
        engagedAfterSeconds: 3,
      },
    ],
    categories: aisles.map(({ id, name }) => ({ id, name })),
    products: shelves.flatMap(({ zone }, shelf) =>
      Array.from({ length: SLOTS_A_SHELF }, (_, slot) => ({
        gtin: gtinOf(shelf * SLOTS_A_SHELF + slot),
        name: { en: `Product ${shelf * SLOTS_A_SHELF + slot + 1}`, zh: `商品${shelf * SLOTS_A_SHELF + slot + 1}` },
        category: zone,
        price: priceMinor(shelf * SLOTS_A_SHELF + slot) / 100,
        unitGrams: 400,
      })),
    ),
    fixtures: shelves.map(({ id, zone, at: corner }, shelf) => ({
      ...{ id, zone, at: corner, size: [4.5, 0.6] as [number, number], facingDegrees: 180 },
      slots: Array.from({ length: SLOTS_A_SHELF }, (_, slot) => ({
        id: `${id}-${slot + 1}`,
        gtin: gtinOf(shelf * SLOTS_A_SHELF + slot),
        facings: 3,
        capacity: CAPACITY,
      })),
    })),
    devices: [
      { id: 'cam-1', family: 'camera', dialect: 'aisle' },
      ...shelves.map(({ id }) => ({ id: `scale-${id}`, family: 'shelf' as const, dialect: 'aisle', fixture: id })),
      ...TILLS.map((id) => ({ id, family: 'till' as const, dialect: 'aisle' })),
      ...SCREENS.map((id) => ({ id, family: 'screen' as const, dialect: 'aisle', zone: 'view' })),
    ],
    content: aisles.slice(0, 4).map(({ id, name }) => ({ id: `card-${id}`, category: id, name })),
  };
}

export const shopId = (at: number): string => `load-${String(at + 1).padStart(5, '0')}`;
export const CAPACITY = 18;
/** in the currency's minor unit */
export const priceMinor = (product: number): number => 350 + ((product * 137) % 40) * 95;

/** A made-up GTIN-13 with its check digit. */
function gtinOf(product: number): string {
  const digits = `690999${String(product).padStart(6, '0')}`;
  const sum = [...digits].reduce((total, digit, at) => total + Number(digit) * (at % 2 === 0 ? 1 : 3), 0);
  return `${digits}${(10 - (sum % 10)) % 10}`;
}

const rectangle = (left: number, top: number, right: number, bottom: number): [number, number][] => [
  [left, top],
  [right, top],
  [right, bottom],
  [left, bottom],
];
