import { checkStoreFile, type StoreFile } from '@aisle/contracts';
import { describe, expect, it } from 'vitest';
import { FloorPlan } from '../src/world/floor-plan.js';
import { bounds, distance, inside, type Vec } from '../src/world/geometry.js';
import { demoBehaviour, demoStore, linesOf, simulate } from './support.js';

/** A small corner shop: a till without a zone of its own, units along all four walls, a door on the left. */
const cornerShop = (): StoreFile =>
  checkStoreFile(
    {
      store: { id: 'corner', name: 'Corner', timezone: 'Europe/Berlin', currency: 'EUR' },
      floor: { width: 9, depth: 7 },
      entrances: [
        {
          id: 'door',
          line: [
            [0, 2],
            [0, 4],
          ],
          inward: [1, 0],
        },
      ],
      passersBy: [
        {
          id: 'street',
          line: [
            [-1, 0],
            [-1, 7],
          ],
        },
      ],
      zones: [
        {
          id: 'shop',
          kind: 'aisle',
          polygon: [
            [1.5, 0],
            [9, 0],
            [9, 4.4],
            [1.5, 4.4],
          ],
        },
        {
          id: 'pay',
          kind: 'checkout',
          polygon: [
            [1.5, 4.6],
            [7, 4.6],
            [7, 7],
            [1.5, 7],
          ],
        },
      ],
      products: [
        { gtin: '4000000000013', price: 1.99, unitGrams: 250 },
        { gtin: '4000000000020', price: 3.5, unitGrams: 120 },
        { gtin: '4000000000037', price: 0.79, unitGrams: 500 },
      ],
      fixtures: [
        {
          id: 'top',
          zone: 'shop',
          at: [3, 0],
          size: [3, 0.5],
          facingDegrees: 180,
          slots: [
            { id: 't1', gtin: '4000000000013' },
            { id: 't2', gtin: '4000000000020' },
          ],
        },
        {
          id: 'right',
          zone: 'shop',
          at: [8.5, 1],
          size: [2.5, 0.5],
          facingDegrees: 270,
          slots: [{ id: 'r1', gtin: '4000000000037' }],
        },
        { id: 'free', zone: 'shop', slots: [{ id: 'f1', gtin: '4000000000013' }] },
      ],
      devices: [
        { id: 'cam-1', family: 'camera', dialect: 'aisle' },
        { id: 'till-1', family: 'till', dialect: 'aisle' },
        { id: 's-top', family: 'shelf', dialect: 'aisle', fixture: 'top' },
        { id: 's-right', family: 'shelf', dialect: 'aisle', fixture: 'right' },
      ],
    },
    'corner',
  );

describe.each([
  ['the demo shop', demoStore],
  ['a corner shop', cornerShop],
])('people in %s', (_, shop) => {
  it('never walk through fixtures, nor through walls but at doors', () => {
    const store = shop();
    const { width, depth } = store.floor;
    const plan = new FloorPlan(store, demoBehaviour());
    const last = new Map<number, Vec>();
    const indoors = ({ x, y }: Vec) => x > 0 && y > 0 && x < width && y < depth;
    const wrong: string[] = [];
    let crossings = 0;
    let steps = 0;
    simulate({
      store,
      minutes: 20,
      forget: true,
      onStep: ({ world }) => {
        for (const { personId, position } of world.people()) {
          steps += 1;
          if (plan.obstacles.some((obstacle) => inside(obstacle, position)))
            wrong.push(`in a unit at ${position.x}, ${position.y}`);
          const before = last.get(personId);
          if (before && indoors(before) !== indoors(position)) {
            crossings += 1;
            const atDoor = plan.doors.some(
              (door) =>
                distance(door.from, position) + distance(door.to, position) < distance(door.from, door.to) + 0.2,
            );
            if (!atDoor) wrong.push(`through the wall at ${position.x}, ${position.y}`);
          }
          last.set(personId, position);
        }
      },
    });
    expect(wrong).toEqual([]);
    expect(crossings).toBeGreaterThan(20);
    expect(steps).toBeGreaterThan(10_000);
  });

  it('never move faster than a brisk walk', () => {
    const last = new Map<number, Vec>();
    let fastest = 0;
    simulate({
      store: shop(),
      minutes: 5,
      forget: true,
      onStep: ({ world }) => {
        for (const { personId, position } of world.people()) {
          const before = last.get(personId);
          if (before) fastest = Math.max(fastest, distance(before, position) / 0.05);
          last.set(personId, position);
        }
      },
    });
    expect(fastest).toBeGreaterThan(0.8);
    expect(fastest).toBeLessThan(2.2);
  });

  it('cross an entrance once on the way in and once on the way out', () => {
    const { ledger } = simulate({ store: shop(), minutes: 30 });
    const crossings = linesOf<{ direction: string }>(ledger, 'crossing');
    const visits = linesOf<{ enterTs: number }>(ledger, 'visit');
    expect(crossings.filter(({ direction }) => direction === 'in').length).toBeGreaterThan(20);
    expect(visits.length).toBeGreaterThan(50);
  });

  it('buy, and pay at a till', () => {
    const { ledger } = simulate({ store: shop(), minutes: 30 });
    expect(linesOf(ledger, 'sale').length).toBeGreaterThan(10);
  });
});

describe('the floor plan', () => {
  it('puts shoppers before the face of each unit, on walkable ground clear of the edges of zones', () => {
    const plan = new FloorPlan(demoStore(), demoBehaviour());
    expect(plan.slots).toHaveLength(78);
    for (const slot of plan.slots) {
      expect(plan.grid.isWalkable(slot.stand), slot.slotId).toBe(true);
      expect(plan.edgeRoom(slot.stand), slot.slotId).toBeGreaterThan(0.4);
      const zone = plan.zones.find(({ zoneId }) => zoneId === slot.zoneId);
      expect(inside(zone?.polygon ?? [], slot.stand), slot.slotId).toBe(true);
    }
  });

  it('turns units by their facing: 270 looks left, with its width down the plan', () => {
    const plan = new FloorPlan(cornerShop(), demoBehaviour());
    const right = plan.slots.find((slot) => slot.slotId === 'r1');
    expect(right?.stand.x).toBeLessThan(8.5);
    expect(right?.stand.y).toBeCloseTo(2.25, 1);
    expect(bounds(plan.obstacles[1] as Vec[])).toEqual({ low: { x: 8.5, y: 1 }, high: { x: 9, y: 3.5 } });
  });
});

describe('opening hours', () => {
  it('lets nobody in while the shop is closed', () => {
    const store: StoreFile = { ...demoStore(), hours: [{ days: ['tue'], open: '09:00', close: '22:00' }] };
    const behaviour = demoBehaviour();
    behaviour.arrivals.warmUpMinutes = 0;
    const monday = simulate({ store, behaviour, minutes: 10 });
    const tuesday = simulate({ store, behaviour, minutes: 10, startTs: Date.parse('2026-03-03T09:00:00+08:00') });
    expect(linesOf(monday.ledger, 'crossing')).toEqual([]);
    expect(linesOf(tuesday.ledger, 'crossing').length).toBeGreaterThan(5);
  });
});
