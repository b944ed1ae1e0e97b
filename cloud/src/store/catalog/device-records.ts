import type { WalkTestRow } from '@aisle/contracts';
import type { CredentialRecord, DeviceRecords, DeviceStep, TareRecord } from '../../ports/device-records.js';
import type { StoreVersion } from '../../ports/store-versions.js';
import type { CatalogDatabase, Db } from './database.js';
import { enqueue } from './inbox.js';
import { appendVersion, changed } from './store-versions.js';

type Credential = NonNullable<DeviceStep['credential']>;

export class DeviceTables implements DeviceRecords {
  constructor(private readonly database: CatalogDatabase) {}

  changeDevice({ storeId, ts, storeFile, credential }: DeviceStep): Promise<StoreVersion | undefined> {
    return this.database.together(async (db) => {
      const { current_version: newest } = await this.database.lockStore(db, storeId);
      if (storeFile && storeFile.madeFrom !== newest) throw changed(newest);
      let first: StoreVersion | undefined;
      if (storeFile) {
        const steps = [{ ...storeFile, validFrom: ts }, ...(storeFile.later ?? [])];
        for (const [index, { file, validFrom, author = null, note = null }] of steps.entries()) {
          const given = { storeId, storeFile: file, createdTs: ts, validFrom, author, note, basedOn: newest };
          const version = await appendVersion(db, given, newest + index + 1, 'dashboard', null);
          first ??= version;
        }
      }
      if (credential) {
        const { deviceId, sha256, replaced } = credential;
        await putCredential(db, storeId, credential, ts);
        await enqueue(db, storeId, {
          kind: 'credential',
          deviceId,
          sha256,
          ...(replaced === true && { replaced }),
        });
      }
      return first;
    });
  }

  async credentials(storeId: string): Promise<CredentialRecord[]> {
    const rows = await this.database.once((db) =>
      db
        .selectFrom('device_credential')
        .select(['device_id', 'sha256', 'issued_ts', 'revoked_ts'])
        .select((of) =>
          of
            .selectFrom('inbox')
            .innerJoin('store', 'store.store_id', 'inbox.store_id')
            .select((each) => each.fn.countAll<number>().as('waiting'))
            .whereRef('inbox.store_id', '=', 'device_credential.store_id')
            .where('inbox.kind', '=', 'credential')
            .whereRef('inbox.subject', '=', 'device_credential.device_id')
            .where((is) => is.or([is('inbox.seq', '>', is.ref('store.inbox_acked')), is('held_since', 'is not', null)]))
            .$asScalar()
            .as('waiting'),
        )
        .where('store_id', '=', storeId)
        .orderBy('device_id')
        .execute(),
    );
    return rows.map((row) => ({
      deviceId: row.device_id,
      sha256: row.sha256,
      issuedTs: row.issued_ts,
      revokedTs: row.revoked_ts,
      pending: Number(row.waiting) > 0,
    }));
  }

  addTare({ storeId, slotId, knownGrams, ts, by }: TareRecord & { storeId: string }): Promise<void> {
    return this.database.together(async (db) => {
      await this.database.lockStore(db, storeId);
      const values = { known_grams: knownGrams, ts, by_whom: by };
      await db
        .insertInto('slot_tare')
        .values({ store_id: storeId, slot_id: slotId, ...values })
        .onConflict((conflict) => conflict.columns(['store_id', 'slot_id']).doUpdateSet(values))
        .execute();
      await enqueue(db, storeId, { kind: 'tare', slotId, knownGrams });
    });
  }

  async tares(storeId: string): Promise<TareRecord[]> {
    const rows = await this.database.once((db) =>
      db.selectFrom('slot_tare').selectAll().where('store_id', '=', storeId).orderBy('slot_id').execute(),
    );
    return rows.map((row) => ({ slotId: row.slot_id, knownGrams: row.known_grams, ts: row.ts, by: row.by_whom }));
  }

  async putWalkTest(storeId: string, test: WalkTestRow): Promise<void> {
    const body = JSON.stringify(test);
    await this.database.once((db) =>
      db
        .insertInto('walk_test')
        .values({ store_id: storeId, walk_test_id: test.walkTestId, ended_ts: test.endedTs, body })
        .onConflict((conflict) => conflict.columns(['store_id', 'walk_test_id']).doUpdateSet({ body }))
        .execute(),
    );
  }

  async walkTests(storeId: string, limit: number): Promise<WalkTestRow[]> {
    const rows = await this.database.once((db) =>
      db
        .selectFrom('walk_test')
        .select('body')
        .where('store_id', '=', storeId)
        .orderBy('ended_ts', 'desc')
        .orderBy('walk_test_id')
        .limit(limit)
        .execute(),
    );
    return rows.map(({ body }) => JSON.parse(body) as WalkTestRow);
  }
}

async function putCredential(db: Db, storeId: string, { deviceId, sha256 }: Credential, ts: number): Promise<void> {
  const [issued, revoked] = sha256 === null ? [null, ts] : [ts, null];
  await db
    .insertInto('device_credential')
    .values({ store_id: storeId, device_id: deviceId, sha256, issued_ts: issued, revoked_ts: revoked })
    .onConflict((conflict) =>
      conflict.columns(['store_id', 'device_id']).doUpdateSet({
        sha256,
        revoked_ts: revoked,
        // when a password was made is known also after it was revoked
        ...(issued !== null && { issued_ts: issued }),
      }),
    )
    .execute();
}
