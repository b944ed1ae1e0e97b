import { gzipSync } from 'node:zlib';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Ack } from '@aisle/contracts';
import { AgentLink, type AgentLinkParts } from '../../src/ingest/agent-link.js';
import type { Committer, WaitingBatch } from '../../src/ingest/committer.js';
import { crossings } from './harness.js';
import { ManualClock, settled } from './manual-clock.js';

const quiet = () => undefined;
let waiting: WaitingBatch[];
let acks: [storeId: string, ack: Ack][];
let link: AgentLink;
let warned: [details: object, message: string][];

beforeEach(() => {
  const own: WaitingBatch[] = (waiting = []);
  acks = [];
  warned = [];
  const parts: Partial<AgentLinkParts> = {
    clock: new ManualClock(),
    committer: { add: (batch: WaitingBatch) => own.push(batch) } as unknown as Committer,
    agents: { knownEpoch: async () => 1 } as unknown as AgentLinkParts['agents'],
    metrics: { batch: quiet } as unknown as AgentLinkParts['metrics'],
    send: (storeId, channel, message) => {
      if (channel === 'ack') acks.push([storeId, message as Ack]);
      return true;
    },
    log: { info: quiet, warn: (details, message) => void warned.push([details, message]), error: quiet },
  };
  link = new AgentLink(parts as AgentLinkParts);
});

let sent = 0;
const batch = (over: object = {}): Buffer =>
  gzipSync(JSON.stringify({ batchId: `b-${++sent}`, journalId: 'j', epoch: 1, facts: [crossings(1, 1)], ...over }));
const say = (storeId: string, payload = batch()) => link.message(storeId, 'facts', payload);
const read = (count: number) => expect.poll(() => waiting.length).toBe(count);
const acknowledge = (one: WaitingBatch | undefined) =>
  one?.done({ batchId: one.batch.batchId, status: 'committed', refused: [] });

describe('an agent that has more batches open than an honest one', () => {
  it('is held back with the eighth, until one of its own is acknowledged', async () => {
    for (let count = 0; count < 7; count += 1) expect(say('demo')).toBeUndefined();
    let released = false;
    const held = say('demo');
    expect(held).toBeInstanceOf(Promise);
    expect(link.heldBack).toBe(1);
    const end = (held as Promise<void>).then(() => (released = true));
    await read(8);
    // Another agent's end frees no place of this one.
    expect(say('other')).toBeUndefined();
    await read(9);
    acknowledge(waiting[8]);
    await Promise.resolve();
    expect(released).toBe(false);
    acknowledge(waiting[0]);
    await end;
    expect(link.heldBack).toBe(0);
    expect(acks.map(([storeId]) => storeId)).toEqual(['other', 'demo']);
    // Seven are open again: there is room for none but the one that is held.
    expect(say('demo')).toBeInstanceOf(Promise);
  });

  it('is held back no longer than others by batches that cannot be read', async () => {
    for (let count = 0; count < 40; count += 1) {
      const held = say('demo', Buffer.from('no gzip'));
      if (held) await held;
    }
    await expect.poll(() => say('demo', batch())).toBeUndefined();
  });
});

it('agents are held back together once 256 batches are open, and go on as they are acknowledged', async () => {
  const held: Promise<void>[] = [];
  for (let count = 0; count < 255; count += 1) expect(say(`shop-${Math.floor(count / 7)}`)).toBeUndefined();
  for (const shop of ['late-1', 'late-2']) held.push(say(shop) as Promise<void>);
  expect(held.every((one) => one instanceof Promise)).toBe(true);
  await read(257);
  acknowledge(waiting[0]);
  acknowledge(waiting[1]);
  await Promise.all(held);
});

it('of many batches at once only so much is unpacked as can be held, in their order, and nothing is left behind', async () => {
  // text that cannot be packed: a hundred kilobytes each
  const noise = (at: number) =>
    Array.from({ length: 60_000 }, (_, i) => ((i * 7919 + at * 104_729) ** 2 % 1_000_003).toString(36)).join('');
  const sizes = Array.from({ length: 12 }, (_, at) => batch({ batchId: `large-${at}`, padding: noise(at) }));
  expect(sizes.every(({ length }) => length > 80_000)).toBe(true);
  sizes.forEach((payload, at) => void say(`shop-${at}`, payload));
  const within = Math.floor((512 * 1024) / Math.max(...sizes.map(({ length }) => length)));
  await read(within);
  await settled();
  expect(waiting).toHaveLength(within);
  for (let at = 0; at < sizes.length; at += 1) {
    await expect.poll(() => waiting.length).toBeGreaterThan(at);
    expect(waiting.length).toBeLessThanOrEqual(at + within);
    acknowledge(waiting[at]);
  }
  expect(acks).toHaveLength(12);
  // one that is larger than all that may be open is taken by itself
  void say('demo', batch({ padding: Array.from({ length: 8 }, (_, at) => noise(at)).join('') }));
  await read(13);
});

it('a batch that is refused is answered with the reason, by its own id', async () => {
  void say('demo', batch({ batchId: 'other-life', epoch: 2 }));
  void say('demo', batch({ batchId: 'shapeless', facts: 7 }));
  await expect.poll(() => acks.length).toBe(2);
  expect(acks.map(([, { batchId, status, reason }]) => [batchId, status, reason]).sort()).toEqual([
    ['other-life', 'refused', 'epoch'],
    ['shapeless', 'refused', 'malformed'],
  ]);
  expect(waiting).toEqual([]);
});

it('the epoch of the journal that an agent has told is not asked for with every batch; of another one it is', async () => {
  const asked: string[] = [];
  const parts = (link as unknown as { parts: AgentLinkParts }).parts;
  Object.assign(parts, {
    agents: {
      epochOf: async () => 3,
      knownEpoch: async (_store: string, journalId: string) => (asked.push(journalId), 1),
      noteAgent: async () => undefined,
    },
    versions: { currentVersion: async () => undefined },
    ready: async () => undefined,
  });
  const hello = { journalId: 'journal-now', agentVersion: '1', configVersion: 1, inboxSeq: 0 };
  link.message('demo', 'hello', Buffer.from(JSON.stringify(hello)));
  await link.settle();
  void say('demo', batch({ journalId: 'journal-now', epoch: 3 }));
  void say('demo', batch({ journalId: 'journal-now', epoch: 1, batchId: 'of-no-epoch' }));
  void say('demo', batch({ journalId: 'journal-before', epoch: 1 }));
  await read(2);
  expect(asked).toEqual(['journal-before']);
  expect(acks.map(([, ack]) => ack)).toMatchObject([{ batchId: 'of-no-epoch', status: 'refused', reason: 'epoch' }]);
  link.gone('demo');
  void say('demo', batch({ journalId: 'journal-now', epoch: 1 }));
  await read(3);
  expect(asked).toEqual(['journal-before', 'journal-now']);
});

it('what an agent says is handled in its order, and what is no acknowledgement is left out', async () => {
  const told: [string, number][] = [];
  const ends: (() => void)[] = [];
  Object.assign((link as unknown as { parts: AgentLinkParts }).parts, {
    inboxAcknowledged: (storeId: string, { seq }: { seq: number }) => {
      told.push([storeId, seq]);
      return new Promise<void>((end) => ends.push(end));
    },
  });
  for (const text of ['{"seq":7}', '{"seq":"7"}', '{"seq":8}']) link.message('demo', 'inbox-ack', Buffer.from(text));
  link.message('other', 'inbox-ack', Buffer.from('{"seq":1}'));
  await settled();
  // Nobody waits for another agent, and each for what it has said before.
  expect(told).toEqual([
    ['demo', 7],
    ['other', 1],
  ]);
  for (const end of ends.splice(0)) end();
  await settled();
  expect(told.at(-1)).toEqual(['demo', 8]);
  for (const end of ends) end();
  await link.settle();
  expect(warned).toEqual([
    [
      { store: 'demo', channel: 'inbox-ack', field: 'seq' },
      expect.stringContaining('a message of an agent was refused: seq '),
    ],
  ]);
});
