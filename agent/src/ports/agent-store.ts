import type { Fact } from '@aisle/contracts';
import type { StoredWindow } from '../domain/engine/engine-api.js';

/** What waits for the cloud. One row per fact key and journal: the newest statement. */
export interface OutboxRow {
  key: string;
  seq: number;
  ts: number;
  /** the fact as JSON */
  payload: string;
}

export interface SavedSnapshot {
  /** the last event that is in it */
  seq: number;
  json: string;
}

export interface SnapshotWrite {
  journalId: string;
  seq: number;
  json: string;
  /** windows that left the engine since the snapshot before */
  windows: readonly StoredWindow[];
  /** wall clock now, epoch ms */
  savedTs: number;
  /** windows stored before this (wall clock, epoch ms) and not since can never be touched again */
  forgetSavedBefore: number;
}

/** The agent's own database. Calls are synchronous and short; `sync` makes what was written durable. */
export interface AgentStore {
  /** @throws StartError naming the file when it is corrupt */
  open(): void;
  close(): void;

  snapshot(journalId: string): SavedSnapshot | undefined;
  saveSnapshot(snapshot: SnapshotWrite, facts: readonly Fact[]): void;
  windows(keys: readonly string[]): StoredWindow[];
  /** Forgets snapshot and windows: they belong to a journal that is gone. */
  forgetState(): void;

  /** Puts facts into the outbox; the higher seq of a key wins. */
  saveFacts(journalId: string, facts: readonly Fact[]): void;
  /** At most `limit` rows of a journal, oldest first, from event time `fromTs` up to, but not, `toTs`, without `exclude`d keys. */
  takeRows(journalId: string, fromTs: number, toTs: number, limit: number, exclude: ReadonlySet<string>): OutboxRow[];
  /** Removes rows whose seq has not risen since they were taken. */
  removeRows(journalId: string, rows: readonly { key: string; seq: number }[]): void;
  /** Drops the oldest minute facts, never records; returns how many. */
  dropOldestMinuteFacts(count: number): number;
  outbox(): { waiting: number; oldestTs: number | null };
  /** Journals that still have rows waiting. */
  journalsWaiting(): string[];

  epoch(journalId: string): number | undefined;
  setEpoch(journalId: string, epoch: number): void;
  meta(key: string): string | undefined;
  setMeta(key: string, value: string): void;

  /** Comes back once everything committed so far is on the disk. */
  sync(): Promise<void>;
}
