import type { WalkTestRow } from '@aisle/contracts';
import type { CredentialRecord, DeviceRecords, DeviceStep, TareRecord } from '../../ports/device-records.js';
import type { Sqlite } from './sqlite.js';

type Credential = NonNullable<DeviceStep['credential']>;

/** The tables of getting devices in. Inbox commands and versions are the catalog's business: it calls these within its transactions. */
export class SqliteDeviceRecords implements Omit<DeviceRecords, 'changeDevice' | 'addTare'> {
  constructor(private readonly db: Sqlite) {}

  putCredential(storeId: string, { deviceId, sha256 }: Credential, ts: number): void {
    const [issued, revoked] = sha256 === null ? [null, ts] : [ts, null];
    this.db.run(
      `INSERT INTO device_credential (store_id, device_id, sha256, issued_ts, revoked_ts) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (store_id, device_id) DO UPDATE SET sha256 = excluded.sha256,
         issued_ts = coalesce(excluded.issued_ts, issued_ts), revoked_ts = excluded.revoked_ts`,
      [storeId, deviceId, sha256, issued, revoked],
    );
  }

  async credentials(storeId: string): Promise<CredentialRecord[]> {
    const rows = this.db.all(
      `SELECT device_id, sha256, issued_ts, revoked_ts, EXISTS (
         SELECT 1 FROM inbox JOIN store USING (store_id) WHERE inbox.store_id = device_credential.store_id
           AND kind = 'credential' AND seq > inbox_acked AND json_extract(command, '$.deviceId') = device_id
       ) AS pending FROM device_credential WHERE store_id = ? ORDER BY device_id`,
      [storeId],
    );
    return rows.map((row) => ({
      deviceId: String(row['device_id']),
      sha256: row['sha256'] === null ? null : String(row['sha256']),
      issuedTs: row['issued_ts'] === null ? null : Number(row['issued_ts']),
      revokedTs: row['revoked_ts'] === null ? null : Number(row['revoked_ts']),
      pending: Number(row['pending']) === 1,
    }));
  }

  putTare(storeId: string, { slotId, knownGrams, ts, by }: TareRecord): void {
    this.db.run(
      `INSERT INTO slot_tare (store_id, slot_id, known_grams, ts, by_whom) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (store_id, slot_id) DO UPDATE SET known_grams = excluded.known_grams, ts = excluded.ts, by_whom = excluded.by_whom`,
      [storeId, slotId, knownGrams, ts, by],
    );
  }

  async tares(storeId: string): Promise<TareRecord[]> {
    return this.db.all('SELECT * FROM slot_tare WHERE store_id = ? ORDER BY slot_id', [storeId]).map((row) => ({
      slotId: String(row['slot_id']),
      knownGrams: Number(row['known_grams']),
      ts: Number(row['ts']),
      by: String(row['by_whom']),
    }));
  }

  async putWalkTest(storeId: string, test: WalkTestRow): Promise<void> {
    this.db.run(
      `INSERT INTO walk_test (store_id, walk_test_id, ended_ts, body) VALUES (?, ?, ?, ?)
       ON CONFLICT (store_id, walk_test_id) DO UPDATE SET body = excluded.body`,
      [storeId, test.walkTestId, test.endedTs, JSON.stringify(test)],
    );
  }

  async walkTests(storeId: string, limit: number): Promise<WalkTestRow[]> {
    return this.db
      .all('SELECT body FROM walk_test WHERE store_id = ? ORDER BY ended_ts DESC, walk_test_id LIMIT ?', [
        storeId,
        limit,
      ])
      .map((row) => JSON.parse(String(row['body'])) as WalkTestRow);
  }
}
