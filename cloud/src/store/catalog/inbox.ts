import type { InboxCommand } from '@aisle/contracts';
import type { ExpressionBuilder } from 'kysely';
import type { HeldCommand, InboxRecords, NewCommand } from '../../ports/inbox.js';
import type { CatalogDatabase, Db } from './database.js';
import type { CatalogTables } from './tables.js';

export class InboxTable implements InboxRecords {
  constructor(private readonly database: CatalogDatabase) {}

  addCommand(storeId: string, command: NewCommand): Promise<number> {
    return this.database.together(async (db) => {
      await this.database.lockStore(db, storeId);
      return enqueue(db, storeId, command);
    });
  }

  async inboxAfter(storeId: string, afterSeq: number, limit: number): Promise<InboxCommand[]> {
    const rows = await this.database.once((db) =>
      db
        .selectFrom('inbox')
        .select(['seq', 'command'])
        .where('store_id', '=', storeId)
        .where('seq', '>', afterSeq)
        .where('held_since', 'is', null)
        .orderBy('seq')
        .limit(limit)
        .execute(),
    );
    return rows.map(commandOf);
  }

  acknowledgeInbox(storeId: string, seq: number): Promise<void> {
    return this.database.together(async (db) => {
      const { inbox_seq, inbox_acked } = await this.database.lockStore(db, storeId);
      // an agent that claims more than it was sent must not make the inbox forget what is still to come
      const acked = Math.max(inbox_acked, Math.min(seq, inbox_seq));
      await db.updateTable('store').set({ inbox_acked: acked }).where('store_id', '=', storeId).execute();
      await db
        .deleteFrom('inbox')
        .where('store_id', '=', storeId)
        .where('seq', '<=', acked)
        .where('held_since', 'is', null)
        .where((is) =>
          is.or([
            is('kind', 'not in', ['storeFile', 'planned', ...KEYED]),
            is.and([
              is('kind', 'in', ['storeFile', 'planned']),
              is.exists(laterCommand(is, acked).where('later.kind', '=', 'storeFile')),
            ]),
            is.and([
              is('kind', 'in', [...KEYED]),
              is.exists(
                laterCommand(is, acked)
                  .whereRef('later.kind', '=', 'inbox.kind')
                  .whereRef('later.subject', '=', 'inbox.subject'),
              ),
            ]),
          ]),
        )
        .execute();
    });
  }

  raiseInbox(storeId: string, above: number): Promise<void> {
    return this.database.together(async (db) => {
      const { inbox_seq } = await this.database.lockStore(db, storeId);
      if (inbox_seq >= above) return;
      // every new number is above every old one, so none meets another on the way
      await db
        .updateTable('inbox')
        .set((column) => ({ seq: column('seq', '+', above) }))
        .where('store_id', '=', storeId)
        .execute();
      await db
        .updateTable('store')
        .set({ inbox_seq: inbox_seq + above, inbox_acked: above })
        .where('store_id', '=', storeId)
        .execute();
    });
  }

  async holdCommand(storeId: string, seq: number, why: { ts: number; reason: string }): Promise<void> {
    await this.database.once((db) =>
      db
        .updateTable('inbox')
        .set((column) => ({
          held_since: column.fn.coalesce('held_since', column.val(why.ts)),
          held_reason: why.reason,
        }))
        .where('store_id', '=', storeId)
        .where('seq', '=', seq)
        .execute(),
    );
  }

  async heldCommands(storeId: string): Promise<HeldCommand[]> {
    const rows = await this.database.once((db) =>
      db
        .selectFrom('inbox')
        .select(['seq', 'command', 'held_since', 'held_reason'])
        .where('store_id', '=', storeId)
        .where('held_since', 'is not', null)
        .orderBy('seq')
        .execute(),
    );
    return rows.map((row) => ({
      command: commandOf(row),
      sinceTs: row.held_since as number,
      reason: row.held_reason as string,
    }));
  }

  releaseCommands(storeId: string, seqs: readonly number[]): Promise<number> {
    return this.database.together(async (db) => {
      const { inbox_seq } = await this.database.lockStore(db, storeId);
      if (seqs.length === 0) return 0;
      const held = await db
        .selectFrom('inbox')
        .select('seq')
        .where('store_id', '=', storeId)
        .where('seq', 'in', [...seqs])
        .where('held_since', 'is not', null)
        .orderBy('seq')
        .execute();
      for (const [index, { seq }] of held.entries()) {
        await db
          .updateTable('inbox')
          .set({ seq: inbox_seq + index + 1, held_since: null, held_reason: null })
          .where('store_id', '=', storeId)
          .where('seq', '=', seq)
          .execute();
      }
      await db
        .updateTable('store')
        .set({ inbox_seq: inbox_seq + held.length })
        .where('store_id', '=', storeId)
        .execute();
      return held.length;
    });
  }

  async dropCommands(storeId: string, seqs: readonly number[]): Promise<void> {
    if (seqs.length === 0) return;
    await this.database.once((db) =>
      db
        .deleteFrom('inbox')
        .where('store_id', '=', storeId)
        .where('seq', 'in', [...seqs])
        .where('held_since', 'is not', null)
        .execute(),
    );
  }
}

/** Puts a command at the end. The caller holds the store's row. */
export async function enqueue(db: Db, storeId: string, command: NewCommand): Promise<number> {
  const { inbox_seq: seq } = await db
    .updateTable('store')
    .set((column) => ({ inbox_seq: column('inbox_seq', '+', 1) }))
    .where('store_id', '=', storeId)
    .returning('inbox_seq')
    .executeTakeFirstOrThrow();
  await db
    .insertInto('inbox')
    .values({
      store_id: storeId,
      seq,
      kind: command.kind,
      command: JSON.stringify(command),
      subject: subjectOf(command),
    })
    .execute();
  return seq;
}

/** Commands of which the newest of each subject is kept, for an agent that comes back without its disk. */
const KEYED = ['credential', 'campaign', 'screenOrder', 'prior'] as const;

function subjectOf(command: NewCommand): string | null {
  if (command.kind === 'credential') return command.deviceId;
  if (command.kind === 'campaign') return command.campaign.campaignId;
  if (command.kind === 'prior') return command.prior.goal;
  return command.kind === 'screenOrder' ? command.order.screenId : null;
}

/** The row's own number counts: what was numbered anew may hold an older one in its text. */
const commandOf = ({ seq, command }: { seq: number; command: string }): InboxCommand => ({
  ...(JSON.parse(command) as InboxCommand),
  seq,
});

/** One that takes the place of another: the agent has it. */
const laterCommand = (is: ExpressionBuilder<CatalogTables, 'inbox'>, acked: number) =>
  is
    .selectFrom('inbox as later')
    .select('later.seq')
    .whereRef('later.store_id', '=', 'inbox.store_id')
    .whereRef('later.seq', '>', 'inbox.seq')
    .where('later.seq', '<=', acked)
    .where('later.held_since', 'is', null);
