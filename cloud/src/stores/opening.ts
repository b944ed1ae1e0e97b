import { StartError } from '../config/cloud-config.js';
import type { Replicas } from '../replicas/replicas.js';
import { StoreError, type Catalog, type MediaStore, type Random, type SeriesStore } from '../ports/index.js';

export interface OpenedParts {
  catalog: Catalog;
  series: SeriesStore;
  media: MediaStore;
  random: Random;
  replicas?: Pick<Replicas, 'open'>;
  /** facts that are gone are to be done without: a person has said so */
  acceptEmptyHistory?: boolean;
}

/** Opens everything that is kept. @throws StartError naming what cannot be used */
export async function openAll(parts: OpenedParts): Promise<void> {
  const { catalog, series, media } = parts;
  await saying(async () => {
    // what they share has the clock by which all the rest goes
    await parts.replicas?.open();
    for (const store of [catalog, series, media]) await store.open();
    await claim(parts);
  });
}

/** Two clouds with a catalog each would give out the same epochs, and lose each other's facts; so would one that has lost either. */
async function claim({ catalog, series, random, acceptEmptyHistory }: OpenedParts): Promise<void> {
  const catalogId = await catalog.identity(Buffer.from(random.secretBytes(12)).toString('hex'));
  const hasFacts = await catalog.hasFacts();
  const hasShops = (await catalog.stores.stores()).length > 0;
  const knows = !hasShops ? 'nothing' : hasFacts ? 'itsFacts' : 'shops';
  await series.claim({ catalogId, knows, ...(acceptEmptyHistory && { accept: true }) });
  if (!hasFacts) await catalog.noteFacts();
}

async function saying(task: () => Promise<void>): Promise<void> {
  try {
    await task();
  } catch (error) {
    if (error instanceof StoreError) throw new StartError('database', error.message);
    throw error;
  }
}
