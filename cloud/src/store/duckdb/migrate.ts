import type { Connection } from './connection.js';
import { HAS_META, MIGRATIONS, READ_VERSION, SCHEMA, SCHEMA_VERSION, WRITE_VERSION } from './schema.js';

/**
 * Makes the tables, or brings those of an older version to this one, in one transaction.
 * @returns whether nothing had been there
 * @throws Error that names the version, when the file was written by a newer one
 */
export async function bringToSchema(connection: Connection): Promise<boolean> {
  const [meta] = await connection.rows(HAS_META);
  const [row] = meta?.[0] ? await connection.rows(READ_VERSION) : [];
  const version = row ? Number(row[0]) : undefined;
  if (version !== undefined && version > SCHEMA_VERSION)
    throw new Error(`its schema is version ${version}, this program knows up to ${SCHEMA_VERSION}`);
  await connection.transaction(async (raw) => {
    for (let at = version ?? SCHEMA_VERSION; at < SCHEMA_VERSION; at++)
      for (const statement of MIGRATIONS.get(at) ?? []) await raw.run(statement);
    for (const statement of SCHEMA) await raw.run(statement);
    if (version !== SCHEMA_VERSION) for (const statement of WRITE_VERSION) await raw.run(statement);
  });
  return version === undefined;
}
