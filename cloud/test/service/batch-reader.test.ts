import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { MAX_UNPACKED_BYTES, problemOf, readBatch } from '../../src/ingest/batch-reader.js';
import { crossings } from './harness.js';

const zipped = (what: unknown): Buffer => gzipSync(typeof what === 'string' ? what : JSON.stringify(what));
const fact = crossings(1, 1);
const batch = { batchId: 'b', journalId: 'j', epoch: 1 };

describe('a batch that cannot be read', () => {
  it.each([
    ['no gzip', Buffer.from('{}'), 'unpack', undefined],
    ['too large', zipped(' '.repeat(MAX_UNPACKED_BYTES + 1)), 'unpack', undefined],
    ['no JSON', zipped('{'), 'json', undefined],
    ['not a batch', zipped(null), 'shape', undefined],
    ['not a batch, but with an id', zipped({ batchId: 'b' }), 'shape', 'b'],
    ['with an id of no use', zipped({ batchId: '' }), 'shape', undefined],
    ['with an id that is too long', zipped({ batchId: 'b'.repeat(65) }), 'shape', undefined],
    ['with the longest id', zipped({ batchId: 'b'.repeat(64) }), 'shape', 'b'.repeat(64)],
  ])('%s: the reason is a code', async (_what, payload, reason, batchId) => {
    const result = await readBatch(payload);
    expect(result).toMatchObject({ ok: false, reason });
    expect(result.ok || result.batchId).toBe(batchId);
  });
});

it.each([
  ['small', 0],
  ['small, and large once it is unpacked', 1_000_000],
])('a batch that is %s is read', async (_what, padding) => {
  const payload = zipped({ ...batch, facts: [fact], padding: ' '.repeat(padding) });
  expect(payload.length).toBeLessThan(16 * 1024);
  expect(await readBatch(payload)).toMatchObject({ ok: true, batch: { batchId: 'b', facts: [fact] } });
});

describe('a fact that is not what it should be', () => {
  it.each([
    ['nothing', null, '', 'malformed'],
    ['no object', 7, '', 'malformed'],
    ['without a kind', {}, 'kind', 'malformed'],
    ['of a kind that is no text', { kind: 7 }, 'kind', 'malformed'],
    ['of a kind that this cloud does not know', { kind: 'weather' }, 'kind', 'unknownKind'],
    ['of a kind that every object has', { kind: 'toString' }, 'kind', 'unknownKind'],
    ['with a wrong value', { ...fact, value: { in: -1, out: 0, source: 'tracks' } }, 'value.in', 'malformed'],
  ])('%s: its field and a code', (_what, given, field, code) => {
    expect(problemOf(given)).toMatchObject({ field, code });
  });

  it('leaves the others of its batch as they are, and where they stood', async () => {
    const result = await readBatch(zipped({ ...batch, facts: [fact, { kind: 'weather' }, fact] }));
    expect(result).toMatchObject({
      ok: true,
      batch: { indexes: [0, 2], refused: [{ index: 1, code: 'unknownKind' }] },
    });
    expect(problemOf(fact)).toBeUndefined();
  });
});
