import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { DomainEvent, Fact } from '@aisle/contracts';
import { createEngine } from '../../agent/src/domain/engine/engine.js';
import { unmeant } from './changes.js';
import { readJournal } from './journal-file.js';
import { Released, RELEASES } from './released.js';
import { statementDifferences, statementsOf } from './statements.js';

/** Releases up to 0.2 took the ids of cameras as they are, and knew no other way. */
function withIdsAsTheyAre(event: DomainEvent): DomainEvent {
  if (event.kind !== 'configured' && event.kind !== 'planned') return event;
  const devices = event.storeFile.devices?.map((device) =>
    device.family === 'camera' ? { ...device, stitch: false } : device,
  );
  return { ...event, storeFile: { ...event.storeFile, ...(devices && { devices }) } };
}

describe.each(RELEASES)('the journal that %s left behind', (release) => {
  const left = new Released(release);
  const folder = left.unpack();
  afterAll(() => folder.remove());
  const { expected } = left;

  it('is read whole: every kind of event that the release knew', () => {
    const kinds: Record<string, number> = {};
    for (const { event } of readJournal(path.join(folder.dir, 'agent/journal')))
      kinds[event.kind] = (kinds[event.kind] ?? 0) + 1;
    expect(kinds).toEqual(expected.kinds);
  });

  it('is replayed to the same facts', () => {
    const entries = readJournal(path.join(folder.dir, 'agent/journal'));
    expect(entries.at(-1)?.seq).toBe(expected.lastSeq);
    const engine = createEngine();
    const facts: Fact[] = [];
    for (const { seq, event } of entries) {
      // Nothing is ever taken out of this engine: there is nothing to hand back.
      if (engine.requires(event).length > 0) engine.load([]);
      engine.apply(seq, withIdsAsTheyAre(event));
      if (seq % 500 === 0) facts.push(...engine.takeFacts());
    }
    facts.push(...engine.takeFacts());
    const found = unmeant(release, statementDifferences(statementsOf(expected.facts), statementsOf(facts)));
    expect(found.slice(0, 20), `${found.length} differ`).toEqual([]);
  });
});
