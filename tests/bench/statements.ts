import { setTimeout as sleep } from 'node:timers/promises';
import { factKey, MINUTE_MS, RECORD_KINDS, type Fact } from '@aisle/contracts';
import { gunzipSync } from 'node:zlib';
import { withRecordedAgent } from './recorded-agent.js';
import { atMost, type Figure } from './figures.js';

const MINUTES = 4;
/** Until the shop is busy, and while the last minutes are still being stated. */
const WARM_UP_MS = MINUTE_MS;
/** What the demo shop said of 128 keys a minute while facts went up each second. */
const BEFORE = { perMinute: 1921, perKey: 15 };

/** How often the demo's agent states the facts of a minute to its cloud while nobody reads them, and how often once in all. */
export async function benchStatements(): Promise<Figure[]> {
  return withRecordedAgent(async (recorder) => {
    await sleep(WARM_UP_MS);
    const said = recorder.messages.length;
    await sleep(MINUTES * MINUTE_MS);
    const facts = recorder.messages.slice(said).flatMap(({ from, topic, payload }) => {
      if (from !== 'agent' || !topic.endsWith('/up/facts')) return [];
      return (JSON.parse(gunzipSync(payload).toString()) as { facts: Fact[] }).facts;
    });
    const ofMinutes = facts.filter(({ kind }) => !RECORD_KINDS.has(kind));
    const keys = new Set(ofMinutes.map(factKey));
    if (keys.size < MINUTES * 20) throw new Error(`only ${keys.size} facts were stated: the shop stood still`);
    const before = (value: number) => ({ name: 'each second', value });
    return [
      atMost('statements of facts, nobody reading', facts.length / MINUTES, 'a minute', before(BEFORE.perMinute), 0.5),
      atMost('statements of a minute’s fact', ofMinutes.length / keys.size, 'per fact', before(BEFORE.perKey), 0.5),
    ];
  });
}
