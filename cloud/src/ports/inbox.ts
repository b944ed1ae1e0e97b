import type { InboxCommand } from '@aisle/contracts';

/** A command as it is given in; its sequence comes from the inbox. */
export type NewCommand = InboxCommand extends infer C ? (C extends InboxCommand ? Omit<C, 'seq'> : never) : never;

/** A command that its agent does not get for now. */
export interface HeldCommand {
  command: InboxCommand;
  /** wall clock, epoch ms */
  sinceTs: number;
  /** why, as a code */
  reason: string;
}

/** What goes down to each shop: durable commands with a sequence per store. */
export interface InboxRecords {
  /** At the end. Gives its sequence. @throws CatalogError `unknownStore` */
  addCommand(storeId: string, command: NewCommand): Promise<number>;
  /** Commands above `afterSeq` in rising order, but for those held back. */
  inboxAfter(storeId: string, afterSeq: number, limit: number): Promise<InboxCommand[]>;
  /**
   * Everything up to and including `seq` is in the agent's journal: kept no longer. Never goes back. What is held back stays,
   * and what an agent that comes back without its disk begins with: the newest store file with what is planned since, and the
   * newest credential of each device, statement of each campaign and order for each screen.
   */
  acknowledgeInbox(storeId: string, seq: number): Promise<void>;
  /**
   * The agent has seen `seq`, above all that this catalog gave out (which was lost, or restored from an older copy). What is
   * kept is numbered anew above it, in the same order: under its old number the agent would take it for done.
   */
  raiseInbox(storeId: string, seq: number): Promise<void>;

  /** Keeps a command back, whatever is acknowledged, until it is released. One that is held already keeps its moment. */
  holdCommand(storeId: string, seq: number, why: { ts: number; reason: string }): Promise<void>;
  /** In the order of their sequence. */
  heldCommands(storeId: string): Promise<HeldCommand[]>;
  /** Lets these go down after all: numbered anew at the end, in the same order. Gives how many there were. */
  releaseCommands(storeId: string, seqs: readonly number[]): Promise<number>;
  /** These are of no use any more. Only what is held back can be dropped. */
  dropCommands(storeId: string, seqs: readonly number[]): Promise<void>;
}
