import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  SCAN_LINK_MS,
  scanLinkOf,
  type AgentCampaign,
  type DecidedEvent,
  type DomainEvent,
  type Fact,
  type PlayEvent,
} from '@aisle/contracts';
import { createEngine } from '../../src/domain/engine/engine.js';
import { ScanLinks } from '../../src/screens/scan-links.js';
import { STORE } from '../runtime/harness.js';

const KEY = 'ab'.repeat(32);
const AT = 'https://aisle.example/s/AbCdEf12';
const DECISION = '0f8fad5b-d9cb-469f-a165-70867728950e';
const NOW = Date.UTC(2026, 4, 6, 4, 0);

describe('short links of plays', () => {
  const links = new ScanLinks();
  const decision = { decisionId: DECISION, ts: NOW, campaignId: 'c1' };

  it('are none before the cloud has said where they lead', () => {
    expect(links.linkOf(decision, '06901234567892')).toBeNull();
    links.apply({ seq: 1, inboxSeq: 0, event: { kind: 'scanKey', ts: NOW, scanKey: { at: AT, key: KEY } } });
    expect(links.isNews({ at: AT, key: KEY })).toBe(false);
    expect(links.isNews({ at: `${AT}x`, key: KEY })).toBe(true);
  });

  it('say decision, campaign, product and end, signed, in less than 100 characters', () => {
    const link = links.linkOf(decision, '06901234567892') ?? '';
    expect(link.startsWith(AT)).toBe(true);
    expect(link.length).toBeLessThan(100);
    const bytes = Buffer.from(link.slice(AT.length), 'base64url');
    const mac = createHmac('sha256', Buffer.from(KEY, 'hex')).update(bytes.subarray(0, 31)).digest();
    expect(bytes.subarray(31).equals(mac.subarray(0, 10))).toBe(true);
    expect(scanLinkOf(bytes.subarray(0, 31))).toMatchObject({
      ...{ decisionId: DECISION, untilTs: NOW + SCAN_LINK_MS, gtin: '6901234567892' },
    });
  });

  it('are there again after a restart, of plays without a campaign or a product too', () => {
    const again = new ScanLinks();
    again.restore(JSON.parse(JSON.stringify(links.save())));
    expect(again.linkOf(decision, 'plu-4011')).toBe(links.linkOf(decision, undefined));
    expect(again.linkOf({ ...decision, campaignId: null }, undefined)).not.toBeNull();
    expect(again.linkOf({ ...decision, decisionId: 'd-1' }, undefined)).toBeNull();
  });
});

describe('a scan', () => {
  const decided = (more: Partial<DecidedEvent> = {}): DecidedEvent => ({
    ...{ kind: 'decided', ts: NOW, decisionId: DECISION, screenId: 'screen-1', contentId: 'milk', category: 'dairy' },
    ...{ reason: '', probabilityMicro: 1_000_000, heldOut: false, campaignId: 'c1', arm: 'treated', scannable: true },
    candidates: [],
    ...more,
  });
  let digest = 0;
  const play = (endedTs: number): PlayEvent => ({
    ...{ kind: 'play', deviceId: 'screen-1', ts: endedTs, receivedTs: endedTs, digest: `d${(digest += 1)}` },
    ...{ decisionId: DECISION, contentId: 'milk', startedTs: NOW + 40, endedTs, completed: endedTs > NOW + 40 },
  });
  const scan = (decisionId = DECISION): DomainEvent => ({
    ...{ kind: 'scanned', ts: NOW + 9_000, scan: { decisionId, ts: NOW + 9_000 } },
  });

  /** What the plays of these events come to, with the engine put away and taken up again between any two of them. */
  function playsOf(events: readonly DomainEvent[], restarts = false): Fact[] {
    let engine = createEngine();
    const facts = new Map<string, Fact>();
    const all: DomainEvent[] = [{ kind: 'configured', ts: NOW, version: 1, storeFile: STORE }, ...events];
    for (const [at, event] of all.entries()) {
      engine.apply(at + 1, event);
      for (const fact of engine.takeFacts()) if (fact.kind === 'play') facts.set(fact.subject, fact);
      if (restarts) engine = createEngine(JSON.parse(JSON.stringify(engine.snapshot())) as never);
    }
    return [...facts.values()];
  }
  const scansOf = (events: readonly DomainEvent[], restarts = false) =>
    playsOf(events, restarts).map(({ value }) => (value as { scans?: number }).scans);

  it.each([
    ['while it plays', [play(NOW + 40), scan(), scan(), play(NOW + 8_000)]],
    ['after it has ended', [play(NOW + 40), play(NOW + 8_000), scan(), scan()]],
    ['before the player has told of it', [scan(), play(NOW + 40), scan(), play(NOW + 8_000)]],
  ])('counts for its play, %s, also over restarts', (_when, events) => {
    expect(scansOf([decided(), ...events])).toEqual([2]);
    expect(scansOf([decided(), ...events], true)).toEqual([2]);
  });

  it('is 0 for a play that bore a code nobody followed, and unknown for one without a code', () => {
    const plain = decided({ scannable: false });
    expect(scansOf([decided(), play(NOW + 8_000)])).toEqual([0]);
    expect(scansOf([plain, play(NOW + 8_000), scan()])).toEqual([undefined]);
  });

  it('of a decision that nobody made changes nothing', () => {
    expect(scansOf([decided(), play(NOW + 8_000), scan('other')])).toEqual([0]);
  });

  it('leaves the chain of plays as it is: what came later is not in its hash', () => {
    const link = (events: readonly DomainEvent[]) => (playsOf(events)[0]?.value as { link?: unknown }).link;
    expect(link([decided(), play(NOW + 8_000), scan()])).toEqual(link([decided(), play(NOW + 8_000)]));
  });

  it('counts for the block in which the choice was made, however late the phone was', () => {
    const campaign: AgentCampaign = {
      ...{ campaignId: 'c1', revision: 1, name: 'Milk', state: 'live', screens: null, category: 'dairy', gtins: [] },
      items: [{ contentId: 'milk', template: 'product', gtins: [], category: 'dairy', weight: 1 }],
      ...{ goal: 'scans', policy: 'bandit', holdoutPpm: 0, blockMinutes: 20, washInMinutes: 5, minPlaySeconds: 8 },
      ...{ dailyCap: null, frequencyCap: null, weight: 1, fromTs: null, toTs: null, days: null, hours: null, seed: 7 },
    };
    const minute = 60_000;
    const seen = (ts: number): DomainEvent => ({
      ...{ kind: 'positions', deviceId: 'cam-1', ts, receivedTs: ts, digest: `p${ts}`, people: [] },
    });
    const engine = createEngine();
    const blocks = new Map<string, unknown>();
    const events: DomainEvent[] = [
      { kind: 'configured', ts: NOW, version: 1, storeFile: STORE },
      { kind: 'campaign', ts: NOW - 60 * minute, campaign },
      ...[6, 12, 19, 26].map((after) => seen(NOW + after * minute)),
      decided({ ts: NOW + 19 * minute }),
      { ...scan(), ts: NOW + 27 * minute } as DomainEvent,
    ];
    for (const [at, event] of events.entries()) {
      engine.apply(at + 1, event);
      for (const fact of engine.takeFacts())
        if (fact.kind === 'block') blocks.set(fact.subject, (fact.value as { scans: number }).scans);
    }
    expect([...blocks.values()]).toEqual([1, 0]);
  });
});
