import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DAY_MS, MINUTE_MS } from '@aisle/contracts';
import { packedSegment } from '../../agent/src/journal/segment.js';
import { System } from '../support/system.js';
import { atMost, type Figure } from './figures.js';

const GB = 1e9;
/** Until what is made once stands: the first journal file, the reserve. */
const WARM_UP_MS = MINUTE_MS;

/**
 * What the demo's agent has written to the disk after minutes at speed 1, by the kernel's count, and what its journal keeps: taken to
 * a day. A snapshot falls into it, as in every ten minutes of the day.
 */
export async function benchDisk(minutes: number): Promise<Figure[]> {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'aisle-disk-'));
  const system = await System.start({ dataDir, simulator: true });
  try {
    await sleep(WARM_UP_MS);
    const pid = system.pid('agent');
    const written = () => Number(/^write_bytes: (\d+)/m.exec(readFileSync(`/proc/${pid}/io`, 'utf8'))?.[1]);
    const [before, began] = [written(), Date.now()];
    await sleep(minutes * MINUTE_MS);
    const days = (Date.now() - began) / DAY_MS;
    const perDay = (written() - before) / days / GB;
    const alive = (Date.now() - began + WARM_UP_MS) / DAY_MS;
    await system.stop();
    const journal = path.join(dataDir, 'agent/journal');
    let open = 0;
    let closed = 0;
    for (const name of readdirSync(journal).filter((candidate) => candidate.endsWith('.log'))) {
      const file = readFileSync(path.join(journal, name));
      open += statSync(path.join(journal, name)).size;
      closed += (await packedSegment(file, name, 0, async () => true))?.length ?? file.length;
    }
    const over = `over ${minutes} min`;
    return [
      atMost(`written by the agent, ${over}`, perDay, 'GB a day', { name: 'promised', value: 2 }),
      atMost(`kept by the journal as it is written, ${over}`, open / alive / GB, 'GB a day', {
        name: 'promised',
        value: 0.4,
      }),
      atMost(`kept by the journal once closed, ${over}`, closed / alive / GB, 'GB a day', {
        name: 'promised',
        value: 0.4,
      }),
    ];
  } finally {
    await system.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}
