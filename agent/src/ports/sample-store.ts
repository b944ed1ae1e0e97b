import type { InterestSample } from '../domain/engine/engine-api.js';

/** A stored moment and how it turned out. */
export interface StoredSample {
  /** event time, epoch ms */
  ts: number;
  features: Float32Array;
  taken: boolean;
  /** what the model in force then said, in ppm; null without one */
  ppm: number | null;
}

/** What the shop's interest model can be retrained from. Names neither people nor zones. */
export interface SampleStore {
  /** The same sample of the same journal again changes nothing. */
  saveSamples(journalId: string, version: number, samples: readonly InterestSample[]): void;
  /** Forgets samples that lie more than `keepMs` of event time behind the newest, and the oldest beyond `most`. */
  pruneSamples(keepMs: number, most: number): void;
  /** Those made with this version of the features, oldest first. */
  samples(version: number): StoredSample[];
}
