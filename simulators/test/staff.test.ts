import { readFileSync } from 'node:fs';
import { parseStoreFile } from '@aisle/contracts';
import { describe, expect, it } from 'vitest';
import { readBehaviour } from '../src/adapters/files.js';
import { Returned } from '../src/ledger/returned.js';
import { World } from '../src/world/world.js';
import { START } from './support.js';

const shops = new URL('../shops/', import.meta.url);
const store = parseStoreFile(readFileSync(new URL('all-dialects.yaml', shops), 'utf8'), 'all-dialects.yaml');
const behaviour = readBehaviour(new URL('all-dialects.behaviour.yaml', shops).pathname);

describe('staff who fill up shelves', () => {
  it('stand before what they fill, however full the shop', () => {
    const arrivals = { ...behaviour.arrivals, perHour: 1_200 };
    const busy = { ...behaviour, arrivals, stock: { ...behaviour.stock, initialShare: { least: 0.1, most: 0.4 } } };
    const away: number[] = [];
    const world: World = new World(store, busy, 2, START, {
      onSold: () => undefined,
      onHandled: ({ slotId, units, personId }) => {
        const person = [...world.people()].find((one) => one.personId === personId);
        const { stand } = world.shelves.slot(slotId).place;
        if (units > 0 && person?.staff === true)
          away.push(Math.hypot(person.position.x - stand.x, person.position.y - stand.y));
      },
    });
    while (world.now() < START + 5 * 60_000) world.advance();
    expect(away.length).toBeGreaterThan(30);
    expect(Math.max(...away)).toBeLessThan(2.5);
  });
});

describe('what is returned, as the ledger says it', () => {
  const [fixture] = store.fixtures ?? [];
  const [x, y] = fixture?.at ?? [0, 0];
  const slotId = fixture?.slots?.[0]?.id ?? '';
  const handled = (ts: number, units: number) => ({
    ...{ ts, slotId, units, gtin: '', zoneId: null, staff: false, personId: 7 },
  });
  const staffAt = (returned: Returned, ts: number, metres: number) =>
    returned.sample(ts, [{ personId: -1, x: Math.round((x + 1) * 1000), y: Math.round((y + 0.6 + metres) * 1000) }]);

  it('is what shoppers put back, unless staff stand at the fixture', () => {
    for (const [metres, expected] of [
      [0.5, 0],
      [1.2, 0],
      [1.5, 1],
    ] as const) {
      const returned = new Returned(store);
      returned.of(handled(0, -1));
      staffAt(returned, 1_000, metres);
      staffAt(returned, 3_000, metres);
      expect(returned.of(handled(3_100, 1)), `${metres} m`).toBe(expected);
    }
  });

  it('is also what shoppers put back while staff walk past', () => {
    const returned = new Returned(store);
    returned.of(handled(0, -1));
    for (const [index, metres] of [3, 2.2, 1.4, 0.6].entries()) staffAt(returned, 1_000 + index * 800, metres);
    expect(returned.of(handled(3_500, 1))).toBe(1);
  });
});
