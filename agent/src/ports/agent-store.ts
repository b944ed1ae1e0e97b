import type { Fact } from '@aisle/contracts';
import type { StoredWindow } from '../domain/engine/engine-api.js';

/** What waits for the cloud. One row per fact key and journal: the newest statement. */
export interface OutboxRow {
  key: string;
  kind: string;
  generation: number;
  seq: number;
  ts: number;
  /** the fact as JSON */
  payload: string;
}

export interface RowFilter {
  /** event time, epoch ms: from `fromTs` up to, but not, `toTs` */
  fromTs: number;
  toTs: number;
  limit: number;
  /** of these kinds only */
  kinds: readonly string[];
  /** without these keys */
  exclude: ReadonlySet<string>;
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
  /** Windows of these kinds whose time is not before `fromTs`, epoch ms. */
  windowsFrom(fromTs: number, kinds: readonly string[]): StoredWindow[];
  /** Forgets snapshot and windows: they belong to a journal that is gone. */
  forgetState(): void;

  /** Puts facts into the outbox; of a key the higher (generation, seq) wins. */
  saveFacts(journalId: string, facts: readonly Fact[]): void;
  /** Rows of a journal that match, oldest first. */
  takeRows(journalId: string, which: RowFilter): OutboxRow[];
  /** Removes rows that have not been stated anew since they were taken. */
  removeRows(journalId: string, rows: readonly Pick<OutboxRow, 'key' | 'generation' | 'seq'>[]): void;
  /** Drops the oldest minute facts, never records; returns how many. */
  dropOldestMinuteFacts(count: number): number;
  outbox(): { waiting: number; oldestTs: number | null };
  /** Rows of other kinds than these, by kind. Minute facts are not counted: no cloud is without them. */
  waitingBut(kinds: readonly string[]): { kind: string; count: number }[];
  /** How many of these keys have a row. */
  stored(journalId: string, keys: readonly string[]): number;
  /** Journals that still have rows waiting. */
  journalsWaiting(): string[];

  epoch(journalId: string): number | undefined;
  setEpoch(journalId: string, epoch: number): void;
  meta(key: string): string | undefined;
  setMeta(key: string, value: string): void;

  /** Comes back once everything committed so far is on the disk. */
  sync(): Promise<void>;
}
