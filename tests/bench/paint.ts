import { setTimeout as sleep } from 'node:timers/promises';
import { openBrowser, signIn } from '../support/browser.js';
import { chromium, integrator } from '../support/devices.js';
import { smallShop, writeShop } from '../support/shop.js';
import { System } from '../support/system.js';
import { atMost, percentile, type Figure } from './figures.js';

const RATE = 500;
const SECONDS = 20;

/**
 * Milliseconds from a sensor's message to the paint that shows it, at 500 messages/s: 50 positions, the rest weights. A message's own
 * `ts` is the moment it is sent; the canvas says which event time it has painted, and when.
 */
export async function benchPaint(): Promise<Figure[]> {
  if (!chromium) throw new Error('Chromium is not installed');
  const system = await System.start({ storeFile: writeShop(smallShop()) });
  const browser = await openBrowser();
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    await signIn(page, system.access);
    await page.evaluate(() => {
      const paints: [number, number][] = [];
      Object.assign(window, { paints });
      const canvas = document.querySelector('canvas');
      if (!canvas) throw new Error('no canvas');
      new MutationObserver(() =>
        paints.push([Number(canvas.dataset['ts']), Number(canvas.dataset['paintedAt'])]),
      ).observe(canvas, { attributes: true });
    });
    const client = await integrator(system.access);
    const sent: number[] = [];
    const began = Date.now();
    for (let tick = 0; tick < SECONDS * 50; tick += 1) {
      const due = began + tick * 20;
      const wait = due - Date.now();
      if (wait > 0) await sleep(wait);
      const ts = Date.now();
      if (sent.at(-1) !== ts) {
        const people = Array.from({ length: 10 }, (_, person) => ({
          id: String(person),
          x: 10 + 9 * Math.sin(tick / 40 + person),
          y: 5 + 4 * Math.cos(tick / 30 + person),
        }));
        client.publish('aisle/v1/devices/cam-1/camera/positions', JSON.stringify({ ts, people }), { qos: 1 });
        sent.push(ts);
      }
      for (let i = 0; i < RATE / 50 - 1; i += 1) {
        client.publish(
          'aisle/v1/devices/shelf-1/shelf/weight',
          JSON.stringify({ ts: ts * 1 - 8 + i, slot: 'fx-1-a', grams: 8000 + i }),
          { qos: 1 },
        );
      }
    }
    await sleep(1000);
    const paints = await page.evaluate(() => (window as unknown as { paints: [number, number][] }).paints);
    await client.endAsync();
    // The first second warms up. A message counts as shown by the first paint of its time or a later one.
    const latencies = sent.slice(50).flatMap((ts) => {
      const paint = paints.find(([painted]) => painted >= ts);
      return paint ? [paint[1] - ts] : [];
    });
    if (latencies.length < (sent.length - 50) * 0.98)
      throw new Error(`only ${latencies.length} of ${sent.length - 50} messages were seen painted`);
    const name = `sensor message → browser paint, ${RATE} messages/s`;
    return [
      atMost(`${name}, p99`, percentile(latencies, 0.99), 'ms', { name: 'promised', value: 150 }),
      atMost(`${name}, p50`, percentile(latencies, 0.5), 'ms', { name: 'promised p99', value: 150 }),
    ];
  } finally {
    await browser.close();
    await system.stop();
  }
}
