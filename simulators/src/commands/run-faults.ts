import type { StoreFile } from '@aisle/contracts';
import type { FaultsOf } from '../scenario/scenario.js';
import { CommandCloudLine, FileCloudLine, ProxyCloudLine, type CloudLine } from '../adapters/cloud-cut.js';
import { readText, shopFile, UsageError } from '../adapters/files.js';
import { checkFaults, parseFaults, type Faults } from '../faults/fault-file.js';
import { FaultPlan } from '../faults/plan.js';

/** `--faults`: none, default, a file, or what a scenario says; undefined: nothing goes wrong. */
export function faultsOption(
  told: string | FaultsOf | undefined,
  about: { store: StoreFile; seed: number; startTs: number },
): FaultPlan | undefined {
  if (told === undefined || told === 'none') return undefined;
  return new FaultPlan(faultsOf(told), about.store, about.seed, about.startTs);
}

function faultsOf(told: string | FaultsOf): Faults {
  if (typeof told === 'string') {
    const source = told === 'default' ? shopFile('faults.yaml') : told;
    return parseFaults(readText(source), source);
  }
  const { extends: base, ...own } = told;
  return checkFaults({ ...(base === undefined ? {} : faultsOf(base)), ...own }, 'faults');
}

/** `--cloud-proxy PORT=HOST:PORT` or `--cloud-cut COMMAND`. */
export async function cloudLineOption(
  proxy: string | undefined,
  command: string | undefined,
  complain: (line: string) => void,
  cutFile?: string,
): Promise<CloudLine | undefined> {
  if (proxy !== undefined && command !== undefined)
    throw new UsageError('--cloud-proxy and --cloud-cut exclude each other');
  if (command !== undefined) return new CommandCloudLine(command, complain);
  if (proxy === undefined) return cutFile === undefined ? undefined : new FileCloudLine(cutFile);
  const found = /^(\d+)=(.+):(\d+)$/.exec(proxy);
  if (!found)
    throw new UsageError(`--cloud-proxy: expected PORT=HOST:PORT such as 1994=127.0.0.1:1884, got "${proxy}"`);
  const line = new ProxyCloudLine(
    { port: Number(found[1]), host: '127.0.0.1' },
    { port: Number(found[3]), host: found[2] as string },
  );
  await line.start();
  return line;
}

/** Cuts and mends the line as the plan says. To be asked again and again. */
export class CloudWatch {
  private cut = false;

  constructor(
    private readonly plan: FaultPlan | undefined,
    private readonly line: CloudLine | undefined,
  ) {}

  at(ts: number): void {
    const cut = this.plan?.isCloudCut(ts) ?? false;
    if (cut === this.cut) return;
    this.cut = cut;
    this.line?.set(cut);
  }

  /** Nobody is left without a line behind a run. */
  async end(): Promise<void> {
    if (this.cut) this.line?.set(false);
    await this.line?.stop();
  }
}
