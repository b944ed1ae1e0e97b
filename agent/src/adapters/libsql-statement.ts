import type Database from 'libsql';

type Bound = null | number | bigint | string | Buffer;

/**
 * libsql aborts the process when a bare Buffer or a boolean is bound: only arrays go to it, of null, number, bigint, string
 * and Buffer. @throws TypeError for anything else
 */
export function bindable(values: readonly unknown[]): Bound[] {
  if (!Array.isArray(values)) throw new TypeError('parameters must be an array');
  for (const [index, value] of values.entries()) {
    const fits =
      value === null ||
      typeof value === 'number' ||
      typeof value === 'bigint' ||
      typeof value === 'string' ||
      Buffer.isBuffer(value);
    if (!fits) throw new TypeError(`parameter ${index} cannot be bound: ${typeof value}`);
  }
  return values as Bound[];
}

export class Statement {
  readonly #statement: Database.Statement<unknown[]>;
  constructor(database: Database.Database, sql: string) {
    this.#statement = database.prepare(sql);
  }
  run(...values: unknown[]): number {
    return this.#statement.run(bindable(values)).changes;
  }
  rows<T>(...values: unknown[]): T[] {
    return this.#statement.all(bindable(values)) as T[];
  }
  row<T>(...values: unknown[]): T | undefined {
    return this.#statement.get(bindable(values)) as T | undefined;
  }
}
