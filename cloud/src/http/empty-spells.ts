import type { HttpParts } from './parts.js';

/** When slots were empty, by the book of incidents. */
export const emptySpells =
  ({ incidents }: Pick<HttpParts, 'incidents'>, storeId: string) =>
  async (from: number, to: number) =>
    (await incidents.within(storeId, from, to))
      .filter(({ kind }) => kind === 'outOfStock')
      .map(({ subject, since, until }) => ({
        slotId: subject,
        from: Date.parse(since),
        to: until === null ? null : Date.parse(until),
      }));
