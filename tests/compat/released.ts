import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Fact } from '@aisle/contracts';
import { root } from '../support/system.js';
import type { Answers } from './questions.js';
import type { Said } from './said.js';

/** What releases have left behind, as `make.ts` made it. */
const here = path.join(root, 'tests/compat');
export const RELEASES = readdirSync(here).filter(
  (name) => /^\d/.test(name) && statSync(path.join(here, name)).isDirectory(),
);

export interface Expected {
  /** the journal's last entry */
  lastSeq: number;
  /** events in the journal, by kind */
  kinds: Record<string, number>;
  /** what the release's own engine made of the journal, the newest statement of each */
  facts: Fact[];
  answers: {
    /** over what the cloud holds, while the agent is away with facts in its outbox */
    cloud: Answers;
    /** once those are delivered */
    delivered: Answers;
    /** with what waited for the agent, and after more has happened in the shop */
    later: Answers;
  };
}

/** One message between agent and cloud: `base64` is gzip as it went over the wire. */
export interface Wire {
  from: 'agent' | 'cloud';
  channel: string;
  text?: string;
  base64?: string;
}

export class Released {
  readonly storeFiles: string;
  readonly storeFile: string;
  constructor(readonly release: string) {
    this.storeFiles = path.join(here, release, 'store-files');
    this.storeFile = path.join(this.storeFiles, 'all-dialects.yaml');
  }

  private text(name: string): string {
    return gunzipSync(readFileSync(path.join(here, this.release, name))).toString('utf8');
  }
  private lines<T>(name: string): T[] {
    return this.text(name)
      .split('\n')
      .map((line) => JSON.parse(line) as T);
  }
  get expected(): Expected {
    return JSON.parse(this.text('expected.json.gz')) as Expected;
  }
  get wire(): Wire[] {
    return this.lines('uplink.jsonl.gz');
  }
  get later(): Said[] {
    return this.lines('later.jsonl.gz');
  }

  /** The data folder, as the release left it, in a place of its own. */
  unpack(): { dir: string; remove(): void } {
    const dir = mkdtempSync(path.join(tmpdir(), 'aisle-released-'));
    const unzip = (below: string): void => {
      const from = path.join(here, this.release, 'data', below);
      mkdirSync(path.join(dir, below), { recursive: true, mode: 0o700 });
      for (const name of readdirSync(from)) {
        if (!name.endsWith('.gz')) unzip(path.join(below, name));
        else
          writeFileSync(path.join(dir, below, name.slice(0, -3)), gunzipSync(readFileSync(path.join(from, name))), {
            mode: 0o600,
          });
      }
    };
    unzip('');
    return { dir, remove: () => rmSync(dir, { recursive: true, force: true }) };
  }
}
