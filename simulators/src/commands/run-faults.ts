import type { StoreFile } from '@aisle/contracts';
import { CommandCloudLine, ProxyCloudLine, type CloudLine } from '../adapters/cloud-cut.js';
import { readText, shopFile, UsageError } from '../adapters/files.js';
import { parseFaults } from '../faults/fault-file.js';
import { FaultPlan } from '../faults/plan.js';

/** `--faults`: none, default, or a file; undefined: nothing goes wrong. */
export function faultsOption(
  text: string | undefined,
  about: { store: StoreFile; seed: number; startTs: number },
): FaultPlan | undefined {
  if (text === undefined || text === 'none') return undefined;
  const source = text === 'default' ? shopFile('faults.yaml') : text;
  return new FaultPlan(parseFaults(readText(source), source), about.store, about.seed, about.startTs);
}

/** `--cloud-proxy PORT=HOST:PORT` or `--cloud-cut COMMAND`. */
export async function cloudLineOption(
  proxy: string | undefined,
  command: string | undefined,
  complain: (line: string) => void,
): Promise<CloudLine | undefined> {
  if (proxy !== undefined && command !== undefined)
    throw new UsageError('--cloud-proxy and --cloud-cut exclude each other');
  if (command !== undefined) return new CommandCloudLine(command, complain);
  if (proxy === undefined) return undefined;
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
