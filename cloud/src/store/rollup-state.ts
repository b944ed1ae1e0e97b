import { createHash } from 'node:crypto';
import { HOUR_MS } from '@aisle/contracts';
import { hourOf } from './row-rules.js';

/** What was last written in the hours of a rollup, as one short text: equal texts mean that nothing was written since. */
export function stateOf(
  stamps: ReadonlyMap<number, string | number>,
  { from, to }: { from: number; to: number },
): string {
  const hash = createHash('sha256');
  for (let hour = hourOf(from); hour < to; hour += HOUR_MS) hash.update(`${hour}:${stamps.get(hour) ?? ''};`);
  return hash.digest('base64url').slice(0, 22);
}
