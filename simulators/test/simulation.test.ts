import { CameraPositions, DeviceState, ShelfWeight, TillSale, compile } from '@aisle/contracts';
import { describe, expect, it } from 'vitest';
import { demoBehaviour, demoRun, demoStore, linesOf, payloadsOf, simulate, START } from './support.js';

interface Sale {
  receipt: string;
  lines: { gtin: string; quantity: number; net: number }[];
}

describe('a simulated shop', () => {
  it('writes the same ledger and sends the same messages for the same seed and start', () => {
    const [first, second] = [demoRun({ seed: 7 }), simulate({ seed: 7 })];
    expect(second.ledger.join('\n')).toBe(first.ledger.join('\n'));
    expect(second.messages).toEqual(first.messages);
    expect(first.ledger.length).toBeGreaterThan(50);
  });

  it.each([
    ['another seed', { seed: 8 }],
    ['another start', { seed: 7, startTs: START + 3_600_000 }],
  ])('writes another ledger for %s', (_, options) => {
    const events = (ledger: string[]) =>
      ledger.filter((line) => line.startsWith('{"type":"crossing"')).map((line) => line.replace(/"ts":\d+/, ''));
    expect(events(demoRun(options).ledger)).not.toEqual(events(demoRun({ seed: 7 }).ledger));
  });

  it('lives through the same minutes whether its devices are noisy or not', () => {
    const without = (ledger: string[]) => ledger.slice(1);
    expect(without(simulate({ seed: 7, noise: false }).ledger)).toEqual(without(demoRun({ seed: 7 }).ledger));
  });

  it('has shoppers inside from the first moment, some ten to twenty-five of them', () => {
    const { ledger } = demoRun({ minutes: 25 });
    expect(linesOf<{ inside: number }>(ledger, 'run')[0]?.inside).toBeGreaterThan(4);
    const inside = linesOf<{ inside: number }>(ledger, 'minute').map((minute) => minute.inside);
    const mean = inside.reduce((sum, count) => sum + count, 0) / inside.length;
    expect(mean).toBeGreaterThan(8);
    expect(mean).toBeLessThan(30);
  });

  it('counts as many inside as really are, all the time: entries less exits', () => {
    const floor = demoStore().floor;
    let checked = 0;
    const counts = new Map<number, number>();
    const { ledger, simulation } = simulate({
      minutes: 15,
      onStep: ({ ts, world }) => {
        if ((ts - START) % 60_000 === 0)
          counts.set(
            ts,
            [...world.people()].filter(
              ({ position: { x, y } }) => x <= floor.width && y <= floor.depth && x >= 0 && y >= 0,
            ).length,
          );
      },
    });
    function counted(line: { ts: number; inside: number }) {
      // The ledger counts at the camera's sample times, which a whole minute is one of.
      const really = counts.get(line.ts + 60_000);
      if (really === undefined) return;
      checked += 1;
      // Whoever crosses within that very sample may be on either side of the minute's count.
      expect(Math.abs(line.inside - really)).toBeLessThanOrEqual(1);
    }
    for (const line of linesOf<{ ts: number; inside: number }>(ledger, 'minute')) counted(line);
    expect(checked).toBeGreaterThan(10);
    const end = linesOf<{ inside: number }>(ledger, 'end')[0]?.inside;
    const head = linesOf<{ inside: number }>(ledger, 'run')[0]?.inside as number;
    const crossings = linesOf<{ direction: string }>(ledger, 'crossing');
    const net = crossings.reduce((sum, { direction }) => sum + (direction === 'in' ? 1 : -1), 0);
    expect(end).toBe(head + net);
    expect(simulation.ts).toBe(START + 15 * 60_000);
  });

  it('loses and gains no unit: stock at the end is stock at the start, less pickups, plus putbacks', () => {
    const { ledger } = demoRun({ minutes: 25 });
    const stock = { ...linesOf<{ stock: Record<string, number> }>(ledger, 'run')[0]?.stock };
    for (const type of ['pickup', 'putback']) {
      for (const { slotId, units } of linesOf<{ slotId: string; units: number }>(ledger, type)) {
        stock[slotId] = (stock[slotId] as number) + (type === 'pickup' ? -units : units);
      }
    }
    expect(stock).toEqual(linesOf<{ stock: Record<string, number> }>(ledger, 'end')[0]?.stock);
    expect(Math.min(...Object.values(stock))).toBeGreaterThanOrEqual(0);
  });

  it('fills up slots that run low, and never above their capacity', () => {
    const behaviour = demoBehaviour();
    behaviour.stock.initialShare = { least: 0.2, most: 0.3 };
    const { ledger } = simulate({ minutes: 10, behaviour });
    const capacity = new Map(
      demoStore().fixtures?.flatMap((fixture) =>
        (fixture.slots ?? []).map((slot) => [slot.id, slot.capacity as number]),
      ),
    );
    const staff = linesOf<{ staff?: boolean; units: number }>(ledger, 'putback').filter((line) => line.staff);
    expect(staff.length).toBeGreaterThan(20);
    for (const [slotId, units] of Object.entries(
      linesOf<{ stock: Record<string, number> }>(ledger, 'end')[0]?.stock ?? {},
    )) {
      expect(units, slotId).toBeLessThanOrEqual(capacity.get(slotId) as number);
    }
  });

  it('tells every sale of the ledger at the till, to the cent, and sells at the price less the discount', () => {
    const simulated = demoRun({ minutes: 25 });
    const told = new Map(
      payloadsOf<Sale & { lines: { gross: number; discount?: number }[] }>(simulated, 'till/sale').map((sale) => [
        sale.receipt,
        sale,
      ]),
    );
    const sales = linesOf<Sale>(simulated.ledger, 'sale');
    expect(sales.length).toBeGreaterThan(20);
    expect(told.size).toBe(sales.length);
    const prices = new Map(demoStore().products?.map((product) => [product.gtin, product.price as number]));
    for (const sale of sales) {
      const message = told.get(sale.receipt);
      expect(message?.lines.map(({ gtin, quantity, net }) => ({ gtin, quantity, net }))).toEqual(sale.lines);
      for (const line of message?.lines ?? []) {
        expect(line.gross).toBeCloseTo(line.quantity * (prices.get(line.gtin) as number), 9);
        expect(line.net).toBeCloseTo(line.gross - (line.discount ?? 0), 9);
        expect(Math.round(line.net * 100) / 100).toBe(line.net);
      }
    }
  });

  it('sells nothing that was not taken from a shelf', () => {
    const behaviour = demoBehaviour();
    behaviour.arrivals.warmUpMinutes = 0;
    behaviour.till.returnShare = 0;
    const { ledger } = simulate({ minutes: 30, behaviour });
    const held = new Map<string, number>();
    let sold = 0;
    for (const text of ledger) {
      const line = JSON.parse(text) as {
        type: string;
        gtin: string;
        units: number;
        staff?: boolean;
        lines: Sale['lines'];
      };
      const add = (gtin: string, units: number) => held.set(gtin, (held.get(gtin) ?? 0) + units);
      if (line.type === 'pickup') add(line.gtin, line.units);
      else if (line.type === 'putback' && !line.staff) add(line.gtin, -line.units);
      else if (line.type === 'sale') for (const { gtin, quantity } of line.lines) add(gtin, -quantity);
      if (line.type === 'sale') sold += 1;
      expect(Math.min(0, ...held.values())).toBe(0);
    }
    expect(sold).toBeGreaterThan(10);
  });

  it('sends returns and discounts now and then', () => {
    const behaviour = demoBehaviour();
    behaviour.till.returnShare = 0.5;
    behaviour.till.discountShare = 0.5;
    const sales = payloadsOf<{ type: string; lines: { quantity: number; net: number; discount?: number }[] }>(
      simulate({ minutes: 15, behaviour }),
      'till/sale',
    );
    const returns = sales.filter((sale) => sale.type === 'return');
    expect(returns.length).toBeGreaterThan(3);
    for (const { lines } of returns)
      for (const line of lines) expect([line.quantity, Math.sign(line.net)]).toEqual([-1, -1]);
    expect(sales.some((sale) => sale.lines.some((line) => (line.discount ?? 0) > 0))).toBe(true);
  });

  it('never numbers two receipts alike, over restarts too', () => {
    const receipts = [
      demoRun({ minutes: 25 }),
      simulate({ minutes: 10, startTs: START + 60_000 }),
      demoRun({ seed: 7 }),
    ].flatMap(({ ledger }) => linesOf<Sale>(ledger, 'sale').map((sale) => sale.receipt));
    expect(receipts.length).toBeGreaterThan(20);
    expect(new Set(receipts).size).toBe(receipts.length);
  });

  it('speaks the native dialect: every message fits its schema, on a topic of its own device', () => {
    const { messages } = demoRun({ minutes: 25 });
    const schemas = {
      'camera/positions': compile(CameraPositions),
      'shelf/weight': compile(ShelfWeight),
      'till/sale': compile(TillSale),
      state: compile(DeviceState),
    };
    const seen = new Map<string, number>();
    const wrong: unknown[] = [];
    for (const { message } of messages) {
      const [, deviceId, channel] = /^aisle\/v1\/devices\/([^/]+)\/(.+)$/.exec(message.topic) ?? [];
      const checked = schemas[channel as keyof typeof schemas].check(JSON.parse(message.payload));
      if (!checked.ok || deviceId !== message.deviceId || message.retain !== (channel === 'state'))
        wrong.push({ message, checked });
      seen.set(channel as string, (seen.get(channel as string) ?? 0) + 1);
    }
    expect(wrong).toEqual([]);
    expect([...seen.keys()].sort()).toEqual(Object.keys(schemas).sort());
  });

  it('keeps each device and slot in rising event time, and each message at its time', () => {
    const last = new Map<string, number>();
    const wrong: unknown[] = [];
    for (const { ts, message } of demoRun({ seed: 7 }).messages) {
      const payload = JSON.parse(message.payload) as { ts: number; slot?: string };
      const key = `${message.topic} ${payload.slot ?? ''}`;
      if (payload.ts < (last.get(key) ?? 0) || ts - payload.ts > 50) wrong.push(message);
      last.set(key, payload.ts);
    }
    expect(wrong).toEqual([]);
    expect(last.size).toBeGreaterThan(100);
  });

  it('sends everybody 2.5 times a second, nobody too: a message every 400 ms', () => {
    const behaviour = demoBehaviour();
    behaviour.arrivals.perHour = 0;
    behaviour.arrivals.passersByPerHour = 0;
    const positions = payloadsOf<{ ts: number; people: unknown[] }>(
      simulate({ minutes: 1, behaviour }),
      'camera/positions',
    );
    expect(positions.map(({ ts }) => ts - START)).toEqual(Array.from({ length: 150 }, (_, index) => index * 400));
    expect(positions.every(({ people }) => people.length === 0)).toBe(true);
  });
});
