import type { ClientBase } from 'pg';

/** Facts of other years lie in one partition before and one behind: a clock that is wrong makes no table of its own. */
const FIRST_YEAR = 2015;
const LAST_YEAR = 2099;
/** any number of our own: who makes a partition holds it */
const PARTITION_LOCK = 4_715_073;

interface Partition {
  name: string;
  /** epoch ms, [from, to), as SQL */
  from: string;
  to: string;
}

/** The month of UTC that a moment lies in. */
export function partitionOf(ts: number): Partition {
  const date = new Date(ts);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
  if (year < FIRST_YEAR) return { name: 'series_fact_before', from: 'MINVALUE', to: String(Date.UTC(FIRST_YEAR, 0)) };
  if (year > LAST_YEAR) return { name: 'series_fact_after', from: String(Date.UTC(LAST_YEAR + 1, 0)), to: 'MAXVALUE' };
  return {
    name: `series_fact_${year}_${String(month + 1).padStart(2, '0')}`,
    from: String(Date.UTC(year, month)),
    to: String(Date.UTC(year, month + 1)),
  };
}

/**
 * Makes a partition unless it is there. It is made apart and attached then: that keeps nobody from reading or writing, as making it in its
 * place would.
 */
export async function makePartition(client: ClientBase, { name, from, to }: Partition): Promise<void> {
  await client.query('BEGIN');
  await client.query('SELECT pg_advisory_xact_lock($1)', [PARTITION_LOCK]);
  const { rowCount } = await client.query('SELECT 1 FROM pg_inherits WHERE inhrelid = to_regclass($1)', [name]);
  if (rowCount === 0) {
    await client.query(`CREATE TABLE ${name} (LIKE series_fact INCLUDING DEFAULTS INCLUDING CONSTRAINTS)`);
    await client.query(`ALTER TABLE series_fact ATTACH PARTITION ${name} FOR VALUES FROM (${from}) TO (${to})`);
  }
  await client.query('COMMIT');
}
