import { describe, expect, it } from 'vitest';
import { Receipts, type Receipt } from '../../src/player/receipts.js';
import { MemoryShelf, type Shelf } from '../../src/player/shelf.js';

/** A line to the agent that can be cut: what came over it, and what it has acknowledged. */
class Line {
  up = true;
  readonly heard: Receipt[] = [];
  readonly #held: (() => void)[] = [];
  holds = false;
  send = (body: string, done: (delivered: boolean) => void): void => {
    if (!this.up) return done(false);
    this.heard.push(JSON.parse(body) as Receipt);
    if (this.holds) this.#held.push(() => done(true));
    else done(true);
  };
  acknowledge(): void {
    for (const done of this.#held.splice(0)) done();
  }
}
async function openReceipts(shelf: Shelf, line: Line, { off = null as number | null, most = 100 } = {}) {
  const receipts = new Receipts(shelf, line.send, () => off, most);
  await receipts.load();
  return receipts;
}

describe('receipts of plays', () => {
  it('are kept while the line is down, sent in order by the next life of the page, and once', async () => {
    const shelf = new MemoryShelf();
    const line = new Line();
    line.up = false;
    const before = await openReceipts(shelf, line);
    before.begin('d-1', 'milk', 100, 0);
    before.end(300);
    before.failed('d-2', 'film', 'notDecodable', 400);
    await before.settled();
    expect(before.waiting).toBe(3);
    line.up = true;
    const after = await openReceipts(shelf, line);
    after.flush();
    after.flush();
    await after.settled();
    await after.settled();
    expect(line.heard).toEqual([
      { ts: 100, decisionId: 'd-1', contentId: 'milk', startedTs: 100, endedTs: 100, completed: false },
      {
        ...{ ts: 300, decisionId: 'd-1', contentId: 'milk', startedTs: 100, endedTs: 300 },
        ...{ completed: true, outcome: 'completed' },
      },
      {
        ...{ ts: 400, decisionId: 'd-2', contentId: 'film', startedTs: 400, endedTs: 400 },
        ...{ completed: false, outcome: 'failed', trouble: 'notDecodable' },
      },
    ]);
    expect(after.waiting).toBe(0);
    expect(await shelf.keys('receipt:')).toEqual([]);
  });

  it('wait until they are acknowledged: a page that goes before says the same bytes again', async () => {
    const shelf = new MemoryShelf();
    const line = new Line();
    line.holds = true;
    const before = await openReceipts(shelf, line);
    before.begin('d-1', 'milk', 100, 0);
    await before.settled();
    const after = await openReceipts(shelf, line);
    after.flush();
    await after.settled();
    expect(line.heard[1]).toEqual(line.heard[0]);
    line.acknowledge();
    await after.settled();
    await after.settled();
    expect(await shelf.keys('receipt:')).toEqual([]);
  });

  it('end once each, whichever write the power goes before', async () => {
    /** A disk under a page whose power goes: later writes never come back. */
    class Dying extends MemoryShelf {
      left = Infinity;
      override async change(entries: Parameters<Shelf['change']>[0]): Promise<void> {
        if (this.left <= 0) return new Promise<never>(() => undefined);
        this.left -= 1;
        await super.change(entries);
      }
    }
    for (let writes = 0; writes < 6; writes += 1) {
      const shelf = new Dying();
      const line = new Line();
      line.up = false;
      const before = await openReceipts(shelf, line);
      shelf.left = writes;
      before.begin('d-1', 'milk', 100, 50);
      before.begin('d-2', 'juice', 200, 50);
      before.begin('d-3', 'bread', 300, 50);
      before.end(400);
      await Promise.race([before.settled(), new Promise((resolve) => setImmediate(resolve))]);
      shelf.left = Infinity;
      line.up = true;
      const after = await openReceipts(shelf, line);
      after.flush();
      await after.settled();
      await after.settled();
      for (const play of new Set(line.heard.map(({ decisionId }) => decisionId))) {
        const said = line.heard.filter(({ decisionId }) => decisionId === play).map(({ outcome }) => outcome);
        expect([writes, play, said[0], said.length]).toEqual([writes, play, undefined, 2]);
      }
      const ends = line.heard.flatMap(({ outcome }) => outcome ?? []);
      expect(ends.filter((outcome) => outcome === 'cut').length).toBe(writes > 0 && writes < 4 ? 1 : 0);
    }
  });

  it('of a page that was torn away end at its last sign of life, cut short', async () => {
    const shelf = new MemoryShelf();
    const line = new Line();
    const before = await openReceipts(shelf, line);
    before.begin('d-1', 'milk', 100, 0);
    before.touch(250);
    await before.settled();
    line.heard.length = 0;
    await openReceipts(shelf, line);
    expect(line.heard).toMatchObject([{ startedTs: 100, endedTs: 250, completed: false, outcome: 'cut' }]);
    line.heard.length = 0;
    await openReceipts(shelf, line);
    expect(line.heard).toEqual([]);
  });

  it('are complete from their least time on, and cut before', async () => {
    const line = new Line();
    const receipts = await openReceipts(new MemoryShelf(), line);
    receipts.begin('d-1', 'film', 0, 8_000);
    receipts.end(7_999);
    receipts.begin('d-2', 'film', 10_000, 8_000);
    receipts.end(18_000);
    receipts.begin('d-3', 'film', 20_000, 0);
    receipts.end(30_000, true);
    await receipts.settled();
    const ends = line.heard.filter(({ outcome }) => outcome !== undefined);
    expect(ends.map(({ decisionId, outcome, completed }) => [decisionId, outcome, completed])).toEqual([
      ['d-1', 'cut', false],
      ['d-2', 'completed', true],
      ['d-3', 'cut', false],
    ]);
  });

  it('say how far the clock is off, the same at the beginning and at the end', async () => {
    const line = new Line();
    const receipts = await openReceipts(new MemoryShelf(), line, { off: -5_000 });
    receipts.begin('d-1', 'milk', 100, 0);
    receipts.end(200);
    await receipts.settled();
    expect(line.heard.map(({ clockOffMs }) => clockOffMs)).toEqual([-5_000, -5_000]);
  });

  it('that have no room are counted, the oldest going first', async () => {
    const line = new Line();
    line.up = false;
    const receipts = await openReceipts(new MemoryShelf(), line, { most: 3 });
    for (let n = 1; n <= 5; n += 1) receipts.failed(`d-${n}`, 'film', 'notCached', n);
    await receipts.settled();
    expect([receipts.waiting, receipts.dropped]).toEqual([3, 2]);
    line.up = true;
    receipts.flush();
    await receipts.settled();
    expect(line.heard.map(({ decisionId }) => decisionId)).toEqual(['d-3', 'd-4', 'd-5']);
  });

  it('that the browser will not keep are sent all the same', async () => {
    const shelf = new MemoryShelf();
    shelf.set = () => Promise.reject(new Error('no room on the disk'));
    const line = new Line();
    const receipts = await openReceipts(shelf, line);
    receipts.begin('d-1', 'milk', 100, 0);
    receipts.end(300);
    await receipts.settled();
    await receipts.settled();
    expect(line.heard.map(({ endedTs }) => endedTs)).toEqual([100, 300]);
    expect(receipts.waiting).toBe(0);
  });
});
