import type { DomainEvent } from '@aisle/contracts';
import { crossing, play, positions, sale, state, START, weight, type Seeded } from './shop.js';

type DeviceDay = Exclude<DomainEvent, { kind: 'configured' | 'decided' }>[];

/** What each device of the test shop sends, in its own order: late and doubled messages, outages and odd clocks included. */
export function randomDay(random: Seeded, minutes: number): DeviceDay[] {
  const end = START + minutes * 60_000;
  const days = [
    camera('cam-1'),
    camera('cam-2'),
    shelf('shelf-1', ['s1', 's2']),
    shelf('shelf-2', ['s3', 's4']),
    till('till-1'),
    till('till-day'),
    counter(),
    screen(),
  ];
  return days.map(withNoise);

  function camera(id: string): DeviceDay {
    const day: DeviceDay = [state(id, START)];
    let [x, y] = [random.next() * 12, random.next() * 9];
    for (let ts = START + random.whole(0, 5000); ts < end; ts += random.pick([400, 400, 400, 500, 1000, 2500])) {
      if (random.next() < 0.002) ts += random.whole(3000, 240_000);
      x = Math.abs(x + random.normal() * 0.5) % 12;
      y = Math.abs(y + random.normal() * 0.5) % 9.5;
      day.push(
        positions(
          id,
          ts,
          random.next() < 0.1
            ? []
            : [
                ['a', x, y],
                ['b', 12 - x, 9 - y],
              ],
        ),
      );
    }
    return day;
  }

  function shelf(id: string, slots: string[]): DeviceDay {
    const day: DeviceDay = [];
    const units = new Map(slots.map((slot) => [slot, 20]));
    const grams: Record<string, number> = { s1: 1000, s2: 120, s3: 1000, s4: 50 };
    for (let ts = START; ts < end; ts += 5000) {
      for (const slot of slots) {
        const send = (at: number) =>
          day.push(
            weight(id, ts + at, slot, (units.get(slot) as number) * (grams[slot] as number) + random.normal() * 5),
          );
        send(0);
        if (random.next() < 0.9) continue;
        units.set(slot, Math.max(0, Math.min(30, (units.get(slot) as number) + random.pick([-1, -1, -2, 1]))));
        for (let at = 1000; at <= 2250; at += 250) send(at);
      }
    }
    return day;
  }

  function till(id: string): DeviceDay {
    const day: DeviceDay = [];
    let receipt = 0;
    for (let ts = START + 30_000; ts < end; ts += random.whole(10_000, 90_000)) {
      const lines = [random.pick(['milk', 'yogurt', 'loose', 'unknown']), 'milk'].map(
        (gtin): [string, number, number] => {
          const quantity = random.pick([1, 1, 2, 3, -1]);
          return [gtin, quantity, quantity * random.whole(99, 1999)];
        },
      );
      const at = random.next() < 0.1 ? ts - random.whole(0, 3_000_000) : ts;
      const made = sale(id, at, `${id}-${(receipt += 1)}`, lines);
      day.push(made);
      if (random.next() < 0.1)
        day.push(
          { ...made, digest: `${made.digest}x` },
          { ...made, contentDigest: 'other', digest: `${made.digest}y` },
        );
    }
    return day;
  }

  function counter(): DeviceDay {
    const day: DeviceDay = [];
    for (let ts = START; ts < end; ts += random.whole(2000, 20_000)) {
      day.push(
        crossing(
          'counter',
          random.next() < 0.1 ? ts - random.whole(0, 1_000_000) : ts,
          random.pick(['in', 'out']),
          random.whole(1, 3),
        ),
      );
    }
    return day;
  }

  function screen(): DeviceDay {
    const day: DeviceDay = [];
    let n = 0;
    for (let ts = START + 8000; ts < end; ts += random.whole(8000, 60_000)) day.push(play(ts, `decision-${(n += 1)}`));
    return day;
  }

  function withNoise(day: DeviceDay): DeviceDay {
    const noisy: DeviceDay = [];
    day.forEach((event, index) => {
      noisy.push(event);
      if (random.next() < 0.02) noisy.push(event); // the same again
      const earlier = day[index - random.whole(1, 10)];
      if (earlier && 'digest' in earlier && random.next() < 0.02)
        noisy.push({ ...earlier, digest: `${earlier.digest}late` });
    });
    return noisy;
  }
}

/** One stream from several, each device's order kept. `hurry` devices run ahead of the others. */
export function interleave(random: Seeded, days: DeviceDay[], byTime: boolean): DomainEvent[] {
  const left = days.map((day) => [...day]);
  const stream: DomainEvent[] = [];
  for (;;) {
    const open = left.filter((day) => day.length > 0);
    if (open.length === 0) return stream;
    const next = byTime ? open.reduce((a, b) => ((a[0]?.ts ?? 0) <= (b[0]?.ts ?? 0) ? a : b)) : random.pick(open);
    const take = byTime ? 1 : random.whole(1, 40);
    stream.push(...next.splice(0, take));
  }
}
