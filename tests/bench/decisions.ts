import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { AgentCampaign, DecidedEvent, Device, DomainEvent, StoreFile, Zone } from '@aisle/contracts';
import { FsLogFiles } from '../../agent/src/adapters/fs-log-files.js';
import { systemClock, systemRandom } from '../../agent/src/adapters/system.js';
import { indexStore } from '../../agent/src/devices/store-index.js';
import type { AudienceMember } from '../../agent/src/domain/engine/engine-api.js';
import { createEngine } from '../../agent/src/domain/engine/engine.js';
import { Journal } from '../../agent/src/journal/journal.js';
import { packedSegment } from '../../agent/src/journal/segment.js';
import { ScreenDirector } from '../../agent/src/screens/director.js';
import { Random } from '../../simulators/src/random.js';
import { atMost, type Figure } from './figures.js';

const SCREENS = 50;
const ITEMS = 6;
/** Screens are looked at so often, as on the shop's clock. */
const STEP_MS = 500;
const MEASURED_MINUTES = 60;
const MOST_MEGABYTES = 50;
const START = Date.UTC(2026, 4, 6, 2);
const CATEGORIES = ['dairy', 'snacks', 'wine', 'fruit', 'bread', 'tea'] as const;
const square = (x: number): Zone['polygon'] => [
  [x, 0],
  [x + 1, 0],
  [x + 1, 1],
  [x, 1],
];

const SHOP = {
  store: { id: 'demo', name: 'Demo', timezone: 'Asia/Shanghai', currency: 'CNY' },
  floor: { width: 100, depth: 10 },
  zones: Array.from({ length: SCREENS }, (_, n) => ({
    ...{ id: `view-${n}`, kind: 'aisle', category: CATEGORIES[n % CATEGORIES.length], polygon: square(n) },
  })),
  devices: Array.from({ length: SCREENS }, (_, n): Device => {
    return { id: `screen-${n}`, family: 'screen', dialect: 'aisle', zone: `view-${n}` };
  }),
} as StoreFile;
const CAMPAIGN: AgentCampaign = {
  ...{ campaignId: '5f0c8a1b2c3d4e5f60', revision: 1, name: 'All', state: 'live', screens: null, category: null },
  items: Array.from({ length: ITEMS }, (_, n) => ({
    ...{
      contentId: `product-${(n * 0x9e3779b9).toString(16).padStart(16, '0').slice(0, 16)}`,
      template: 'product' as const,
    },
    ...{ gtins: [], category: CATEGORIES[n] as string, weight: 1 },
  })),
  ...{ gtins: [], goal: 'pickups', policy: 'bandit', holdoutPpm: 200_000, blockMinutes: 20, washInMinutes: 5 },
  ...{ minPlaySeconds: 8, dailyCap: null, frequencyCap: null, weight: 1, fromTs: null, toTs: null, days: null },
  ...{ hours: null, seed: 7 },
};

/** What a day of busy screens writes: an hour of them, in the journal as it lies on the disk once its files are closed. */
export async function benchDecisions(): Promise<Figure[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'aisle-decisions-'));
  try {
    const journal = new Journal(new FsLogFiles(folder), systemClock, systemRandom, {
      debug: () => undefined,
      info: () => undefined,
      warn: () => undefined,
      error: () => undefined,
    });
    await journal.open();
    let decisions = 0;
    for (const event of anHour()) {
      decisions += 1;
      const durable = new Promise((resolve) => journal.append(event, resolve));
      if (decisions % 50 === 0) await durable;
    }
    await journal.close();
    let bytes = 0;
    for (const name of readdirSync(folder).filter((file) => file.endsWith('.log'))) {
      const file = readFileSync(path.join(folder, name));
      const packed = await packedSegment(file, name, START, () => Promise.resolve(true));
      bytes += Math.min(file.length, packed?.length ?? file.length);
    }
    const perDay = (24 * 60) / MEASURED_MINUTES;
    return [
      atMost(
        `a day of decisions of ${SCREENS} screens in the journal (${Math.round((decisions * perDay) / 1000)},000 of them)`,
        (bytes * perDay) / 1e6,
        'MB',
        { name: 'promised', value: MOST_MEGABYTES },
        1,
      ),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** People before two screens of five, each for half a minute; every decision of the director. */
function* anHour(): Iterable<DomainEvent> {
  const chance = Random.stream(1, 'people');
  const engine = createEngine();
  const index = indexStore(SHOP, 1);
  const decided: DecidedEvent[] = [];
  let now = START;
  let seq = 0;
  const apply = (event: DomainEvent): void => {
    seq += 1;
    engine.apply(seq, event);
    director.apply({ seq, inboxSeq: 0, event });
  };
  const idle = { cancel: () => undefined };
  const people = new Map<string, { since: number; until: number; category: number }>();
  const director: ScreenDirector = new ScreenDirector({
    config: () => index,
    book: () => engine.screens,
    audienceOf: (zoneId): AudienceMember[] => {
      const here = people.get(zoneId);
      if (!here || now < here.since || now >= here.until) return [];
      const zone = `view-${here.category}`;
      return [
        {
          stayMs: now - here.since,
          ts: now,
          dwellMsByZone: new Map([[zone, now - here.since + 20_000]]),
          interestByZone: new Map([[zone, { ppm: 100_000 * (1 + here.category), ageMs: 1_000 }]]),
        },
      ];
    },
    decide: (event) => {
      decided.push(event);
      apply(event);
    },
    publish: () => undefined,
    clock: { now: () => now, monotonicMs: () => now, after: () => idle, every: () => idle },
    random: { next: () => chance.next(), id: () => systemRandom.id() },
  });
  apply({ kind: 'configured', ts: now, version: 1, storeFile: SHOP });
  apply({ kind: 'campaign', ts: now, campaign: CAMPAIGN });
  director.start();
  for (; now < START + MEASURED_MINUTES * 60_000; now += STEP_MS) {
    for (let n = 0; n < SCREENS; n += 1) {
      const zoneId = `view-${n}`;
      const here = people.get(zoneId);
      if (here && here.until > now) continue;
      const since = now + chance.integer(10_000, 80_000);
      people.set(zoneId, { since, until: since + 30_000, category: chance.integer(0, CATEGORIES.length - 1) });
    }
    director.look();
    yield* decided.splice(0);
  }
}
