/**
 * A campaign in a simulated shop whose shoppers react to screens by a stated strength: the messages of its devices through the agent's own decoders,
 * engine and director, and its blocks through the cloud's proof. What the campaign truly did is told by the shop, unit by unit.
 */
import { MINUTE_MS, parseStoreFile, type AgentCampaign, type FactValue, type LiftView } from '@aisle/contracts';
import { indexStore } from '../../../agent/src/devices/store-index.js';
import { ScreenDirector } from '../../../agent/src/screens/director.js';
import { liftOf } from '../../../cloud/src/campaigns/proof.js';
import { readBehaviour } from '../../../simulators/src/adapters/files.js';
import { aboutOf } from '../../../simulators/src/devices/screen.js';
import { NOISELESS } from '../../../simulators/src/devices/settings.js';
import { Random } from '../../../simulators/src/random.js';
import { Simulation } from '../../../simulators/src/run/simulation.js';
import type { Behaviour } from '../../../simulators/src/settings/behaviour.js';
import { AgentInMemory } from '../../fuzz/twin-engine.js';
import { smallShop } from '../../support/shop.js';
import { root } from '../../support/system.js';
import path from 'node:path';
import { stringify } from 'yaml';

const START = Date.parse('2026-03-02T08:00:00+08:00');
const STEP_MS = 2_000;
const MILK = '06901234567892';
const CAMPAIGN_ID = '5f0c8a1b2c3d4e5f60';

/**
 * Everybody walks past the screen behind the door; scales that never run empty. What is shown has no category, so that the plain loop of the blocks
 * that are held out shows nothing of it.
 */
const SHOP = {
  ...smallShop(),
  zones: (smallShop().zones as { id: string; polygon: number[][] }[]).map((zone) =>
    zone.id === 'by-screen'
      ? {
          ...zone,
          polygon: [
            [7, 5.5],
            [13, 5.5],
            [13, 9],
            [7, 9],
          ],
        }
      : zone,
  ),
  products: (smallShop().products as { gtin: string }[]).map((product) =>
    product.gtin === MILK ? { gtin: MILK, name: 'Milk', price: 12.5, unitGrams: 100 } : product,
  ),
  fixtures: (smallShop().fixtures as { slots: object[] }[]).map((fixture) => ({
    ...fixture,
    slots: fixture.slots.map((slot) => ({ ...slot, capacity: 800 })),
  })),
  devices: [
    { id: 'cam-1', family: 'camera', dialect: 'aisle' },
    { id: 'shelf-1', family: 'shelf', dialect: 'aisle', fixture: 'fx-1' },
    { id: 'shelf-2', family: 'shelf', dialect: 'aisle', fixture: 'fx-2' },
    { id: 'screen-1', family: 'screen', dialect: 'aisle', zone: 'by-screen' },
  ],
};

const CAMPAIGN: AgentCampaign = {
  ...{ campaignId: CAMPAIGN_ID, revision: 1, name: 'Milk', state: 'live', screens: null },
  items: [{ contentId: 'milk', template: 'product', gtins: [MILK], category: null, weight: 1 }],
  ...{ category: null, gtins: [MILK], goal: 'pickups', policy: 'bandit', holdoutPpm: 500_000 },
  ...{ blockMinutes: 5, washInMinutes: 1, minPlaySeconds: 8, dailyCap: null, frequencyCap: null, weight: 1 },
  ...{ fromTs: null, toTs: null, days: null, hours: null, seed: 7 },
};

export interface TwinCampaign {
  lift: LiftView;
  /** (1 + moved ÷ others, of units taken in counted spans of treated blocks) ÷ (the same, held out) − 1 */
  truth: number;
  blocks: number;
  taken: number;
}

/** @param strength how many times more often a noticed product is taken, beyond the usual */
export function campaignInTwin({
  seed,
  hours,
  strength,
}: {
  seed: number;
  hours: number;
  strength: number;
}): TwinCampaign {
  const store = parseStoreFile(stringify(SHOP), 'twin');
  const usual = readBehaviour(path.join(root, 'simulators/shops/behaviour.yaml'));
  const behaviour: Behaviour = {
    ...usual,
    arrivals: { ...usual.arrivals, perHour: 130, passersByPerHour: 0, groupShare: 0, dayProfile: Array(24).fill(1) },
    kinds: { short: { share: 1, wants: [0, 1], browses: [1, 1], lingers: [0, 0], pace: 1.1 } },
    categoryWeights: {},
    shelf: {
      ...usual.shelf,
      lookSeconds: { mean: 6, variation: 0.4 },
      inspectSeconds: { mean: 2, variation: 0.3 },
      ...{ takeShare: 0.45, impulseShare: 0.25, putbackShare: 0, secondUnitShare: 0 },
    },
    hall: { stopShare: 0, seconds: usual.hall.seconds },
    till: { ...usual.till, giveUpShare: 1 },
    stock: { ...usual.stock, restockBelowShare: 0, initialShare: { least: 1, most: 1 } },
    screens: { strength, noticeShare: 1, rememberSeconds: 60 },
  };
  const endTs = START + hours * 60 * MINUTE_MS;
  const ledger: { type: string; ts: number; gtin?: string; units?: number }[] = [];
  const shop = new Simulation({
    ...{ store, behaviour, seed, startTs: START, endTs, noise: false },
    settings: { ...NOISELESS, camera: { ...NOISELESS.camera, intervalMs: 1000 } },
    families: new Set(['camera', 'shelf', 'screen']),
    writeLedger: (line) => ledger.push(JSON.parse(line)),
  });
  const agent = new AgentInMemory(store, START);
  agent.tell({ kind: 'campaign', ts: START, campaign: { ...CAMPAIGN, seed } });
  const index = indexStore(store, 1);
  const chance = Random.stream(seed, 'agent');
  const idle = { cancel: () => undefined };
  let ids = 0;
  const director: ScreenDirector = new ScreenDirector({
    config: () => index,
    book: () => agent.screens,
    audienceOf: (zoneId) => agent.audienceOf(zoneId),
    decide: (event) => {
      agent.tell(event);
      director.apply({ seq: (ids += 1), inboxSeq: 0, event });
    },
    publish: (topic, payload) => shop.show(topic.split('/').at(-3) as string, aboutOf(JSON.parse(payload))),
    clock: { now: () => shop.ts, monotonicMs: () => shop.ts, after: () => idle, every: () => idle },
    random: { next: () => chance.next(), id: () => `decision-${(ids += 1)}` },
  });
  director.start();
  while (shop.ts < endTs) {
    const { ts } = shop;
    for (const message of shop.advance()) agent.hear(message.topic, Buffer.from(message.bytes ?? message.payload), ts);
    if ((ts - START) % STEP_MS === 0) director.look();
  }
  const blocks = [...agent.facts().values()].flatMap((fact) =>
    fact.kind === 'block' ? [fact.value as FactValue<'block'>] : [],
  );
  const lift = liftOf(
    {
      ...{ campaignId: CAMPAIGN_ID, seed, isOver: true, plannedDays: hours / 24 },
      settings: {
        ...{ goal: 'pickups', holdout: 0.5, gtins: [MILK], category: null, policy: 'bandit', washInMinutes: 1 },
        content: [{ template: 'product', gtins: [MILK] }],
      },
    },
    [{ storeId: 'small', storeFile: store, blocks }],
  );
  const units = (type: string, arm: 'treated' | 'heldOut'): number =>
    ledger
      .filter((line) => line.type === type && line.gtin === MILK)
      .filter(({ ts }) => blocks.some((one) => one.arm === arm && ts >= one.countedFromTs && ts < one.toTs))
      .reduce((sum, line) => sum + (line.units ?? 0), 0);
  const factor = (arm: 'treated' | 'heldOut'): number => {
    const moved = units('moved', arm);
    return 1 + moved / (units('pickup', arm) - moved);
  };
  return {
    lift,
    truth: factor('treated') / factor('heldOut') - 1,
    blocks: blocks.length,
    taken: units('pickup', 'treated') + units('pickup', 'heldOut'),
  };
}
