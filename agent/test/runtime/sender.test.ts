import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { beforeEach, describe, expect, it } from 'vitest';
import { MAX_BATCH_FACTS, type Ack, type Fact } from '@aisle/contracts';
import { LibsqlStore } from '../../src/adapters/libsql-store.js';
import type { CloudLink } from '../../src/ports/cloud-link.js';
import { Outbox } from '../../src/uplink/outbox.js';
import { FactSender } from '../../src/uplink/sender.js';
import { TestClock } from '../frames/support.js';
import { quiet, tempDir, until } from './harness.js';

const fact = (n: number): Fact =>
  ({ kind: 'coverage', subject: 'cam-1', ts: n * 60_000, seq: n, generation: 0, configVersion: 1, value: { sensedMs: 1 } }); // prettier-ignore
const ALL = { fromTs: 0, toTs: Infinity, limit: 9999, kinds: ['coverage'], exclude: new Set<string>() };

let clock: TestClock;
let outbox: Outbox;
let sender: FactSender;
let sent: { batchId: string; journalId: string; facts: Fact[] }[];

beforeEach(() => {
  clock = new TestClock();
  outbox = new Outbox(new LibsqlStore(path.join(tempDir(), 'agent.db')));
  outbox.open();
  sent = [];
  const link = {
    send: async (_topic: string, payload: Buffer) =>
      void sent.push(JSON.parse(gunzipSync(payload).toString()) as (typeof sent)[0]),
  } as unknown as CloudLink;
  let ids = 0;
  const random = { next: () => 0.5, id: () => `b-${(ids += 1)}` };
  sender = new FactSender('demo', outbox, link, clock, random, quiet, () => 0, { answerMs: 30_000 });
});
const begin = (...journals: string[]) => sender.open(new Map(journals.map((id, index) => [id, index + 1])), { coverage: 2 }); // prettier-ignore
/** Time passes until so many batches are on their way. */
const batches = (count: number) =>
  until(`${count} batches`, async () => {
    await clock.pass(1000);
    return sent.length >= count;
  });
const answer = (batchId: string, over: Partial<Ack> = {}) =>
  sender.answer({ batchId, status: 'committed', refused: [], ...over });
const waiting = (journal: string) => outbox.takeRows(journal, ALL).length;

describe('a batch', () => {
  it('that the cloud does not answer is sent again, and goes once it is answered', async () => {
    outbox.saveFacts('j', [fact(1), fact(2)]);
    begin('j');
    await batches(1);
    await clock.pass(10_000);
    expect(sent).toHaveLength(1);
    await clock.pass(20_000);
    await batches(2);
    expect(sent[1]?.facts).toEqual(sent[0]?.facts);
    expect([sent[1]?.batchId, sender.batchesInFlight]).not.toEqual([sent[0]?.batchId, 2]);
    // The answer to the first came late: it means nothing any more.
    answer('b-1');
    expect(waiting('j')).toBe(2);
    answer('b-2');
    expect([waiting('j'), sender.batchesInFlight]).toEqual([0, 0]);
    outbox.close();
  });

  it('that was full has the next one go as soon as it is answered, without waiting for a round', async () => {
    const inFlight = 4;
    outbox.saveFacts(
      'j',
      Array.from({ length: (inFlight + 1) * MAX_BATCH_FACTS }, (_, n) => fact(n)),
    );
    begin('j');
    await batches(inFlight);
    expect(waiting('j')).toBe(ALL.limit);
    // no time passes any more
    answer('b-1');
    await until('the next batch', () => sent.length > inFlight, 5_000);
    expect(sent[inFlight]?.facts).toHaveLength(MAX_BATCH_FACTS);
    outbox.close();
  });

  it('of an unknown epoch asks for a new hello where its journal is in use; one that is gone keeps what it left', async () => {
    outbox.saveFacts('gone', [fact(1)]);
    outbox.saveSnapshot({ journalId: 'gone', seq: 1, json: '{}', windows: [], savedTs: 0, forgetSavedBefore: 0 }, []);
    outbox.saveFacts('j', [fact(2)]);
    begin('j', 'gone');
    await batches(2);
    const of = (journal: string) => sent.find(({ journalId }) => journalId === journal)?.batchId ?? '';
    expect(answer(of('gone'), { status: 'refused', reason: 'epoch' })).toBe(false);
    expect(answer(of('j'), { status: 'refused', reason: 'epoch' })).toBe(true);
    expect([waiting('j'), waiting('gone')]).toEqual([1, 1]);
    outbox.close();
  });
});
