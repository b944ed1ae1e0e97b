import type { AgentStatus } from '@aisle/contracts';
import { escape } from './look.js';
import type { Language } from './request.js';

/** What waits for the other side, or for its time: shown only while there is something. */
export type Sides = Pick<AgentStatus, 'held' | 'planned' | 'recompute'>;

const WORDS = {
  en: {
    held: (count: number, kinds: string) => `${count} facts wait for a newer cloud (${kinds})`,
    planned: (version: number, at: string) => `store file version ${version} comes into force at ${at} UTC`,
    recompute: (state: 'running' | 'done' | 'failed', from: string, facts: number) =>
      ({
        running: `figures since ${from} UTC are being computed anew`,
        done: `figures since ${from} UTC were computed anew: ${facts} facts`,
        failed: `figures since ${from} UTC could not be computed anew`,
      })[state],
  },
  zh: {
    held: (count: number, kinds: string) => `${count} 条数据等云端升级后上传（${kinds}）`,
    planned: (version: number, at: string) => `门店文件第 ${version} 版将于 ${at}（UTC）生效`,
    recompute: (state: 'running' | 'done' | 'failed', from: string, facts: number) =>
      ({
        running: `正在重算 ${from}（UTC）以来的数据`,
        done: `已重算 ${from}（UTC）以来的数据，共 ${facts} 条`,
        failed: `${from}（UTC）以来的数据未能重算`,
      })[state],
  },
} as const;

export function sidesLine({ held = [], planned = [], recompute }: Sides, language: Language): string {
  const words = WORDS[language];
  const time = (ts: number) => new Date(ts).toISOString().replace('T', ' ').slice(0, 16);
  const said = planned.map(({ version, validFrom }) => words.planned(version, time(validFrom)));
  const count = held.reduce((sum, kind) => sum + kind.count, 0);
  if (count > 0) said.unshift(words.held(count, held.map(({ kind }) => kind).join(', ')));
  if (recompute)
    said.push(words.recompute(recompute.state, time(recompute.reachedTs ?? recompute.fromTs), recompute.facts));
  return said.length === 0 ? '' : `<p>${said.map(escape).join(' · ')}</p>`;
}
