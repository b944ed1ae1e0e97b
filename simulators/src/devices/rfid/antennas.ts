import type { Antenna, Device } from '@aisle/contracts';
import { DOOR_INSIDE_METRES, centreOf, middleOf, type FloorPlan, type SlotPlace } from '../../world/floor-plan.js';
import { distance, offset, type Vec } from '../../world/geometry.js';
import { goodsOf } from '../../world/items.js';
import type { AntennaPlace } from './reader.js';

/** Gates read further than shelves, dB. */
const BOOST: Readonly<Record<NonNullable<Antenna['role']>, number>> = {
  shelf: 0,
  storage: 6,
  fitting: 6,
  till: 8,
  exit: 16,
};

/** A reader's antennas as the store file puts them: in shelves, over a till, at a door. */
export function antennasOf(device: Device, plan: FloorPlan): AntennaPlace[] {
  return (device.antennas ?? []).map((antenna) => {
    const role = antenna.role ?? 'shelf';
    const slots = slotsOf(antenna, plan);
    return {
      antenna: antenna.antenna,
      at: placeOf(antenna, slots, plan),
      boostDb: BOOST[role],
      slots: new Set(role === 'shelf' || role === 'storage' ? slots.map(({ slotId }) => slotId) : []),
      gate: role !== 'shelf' && role !== 'storage',
    };
  });
}

/** Slots whose goods have tags: those that an antenna of a shelf reads. */
export const taggedBy = (device: Device, plan: FloorPlan): string[] =>
  antennasOf(device, plan).flatMap(({ slots }) => [...slots]);

function slotsOf({ slot, fixture, zone }: Antenna, plan: FloorPlan): SlotPlace[] {
  if (slot !== undefined) return plan.slots.filter(({ slotId }) => slotId === slot);
  if (fixture !== undefined) return plan.slots.filter(({ fixtureId }) => fixtureId === fixture);
  return plan.slots.filter(({ zoneId }) => zoneId === zone);
}

function placeOf({ role, zone, fixture, slot }: Antenna, slots: readonly SlotPlace[], plan: FloorPlan): Vec {
  const found = plan.zones.find(({ zoneId }) => zoneId === zone);
  const centre = found && centreOf(found.polygon);
  if (role === 'exit') {
    const doors = plan.doors.map((door) => offset(middleOf(door), door.inward, DOOR_INSIDE_METRES / 2));
    if (!centre) return doors[0] ?? { x: 0, y: 0 };
    return doors.reduce((best, at) => (distance(at, centre) < distance(best, centre) ? at : best), doors[0] ?? centre);
  }
  if (role === 'till' && centre) {
    const spots = plan.tills.map(({ spots: [first] }) => first as Vec);
    return spots.reduce((best, at) => (distance(at, centre) < distance(best, centre) ? at : best), spots[0] ?? centre);
  }
  if ((slot !== undefined || fixture !== undefined || !centre) && slots.length > 0) {
    const goods = slots.map(goodsOf);
    const sum = goods.reduce((all, at) => ({ x: all.x + at.x, y: all.y + at.y }), { x: 0, y: 0 });
    return { x: sum.x / goods.length, y: sum.y / goods.length };
  }
  return centre ?? { x: 0, y: 0 };
}
