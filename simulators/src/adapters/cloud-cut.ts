import { spawn } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { createServer, connect, type Server, type Socket } from 'node:net';

/** Cuts the line from a shop to its cloud, and mends it. */
export interface CloudLine {
  set(cut: boolean): void;
  stop(): Promise<void>;
}

/** Runs a command with `cut` or `mend` as its last word. What it says goes to our own output. */
export class CommandCloudLine implements CloudLine {
  constructor(
    private readonly command: string,
    private readonly complain: (line: string) => void,
  ) {}

  set(cut: boolean): void {
    const child = spawn(`${this.command} ${cut ? 'cut' : 'mend'}`, {
      shell: true,
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    child.on('error', (error) => this.complain(`--cloud-cut: ${error.message}`));
    child.on('exit', (code) => code !== 0 && this.complain(`--cloud-cut ended with ${code ?? 'a signal'}`));
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }
}

/** Cuts by a file, as systems do that were started with `--trial`. */
export class FileCloudLine implements CloudLine {
  constructor(private readonly file: string) {}

  set(cut: boolean): void {
    if (cut) writeFileSync(this.file, '');
    else rmSync(this.file, { force: true });
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }
}

/** A port that leads to the cloud's, for an agent that is told to go through it. While cut, nobody gets through or stays. */
export class ProxyCloudLine implements CloudLine {
  private readonly sockets = new Set<Socket>();
  private readonly server: Server;
  private cut = false;

  constructor(
    private readonly listen: { port: number; host: string },
    private readonly target: { port: number; host: string },
  ) {
    this.server = createServer((socket) => this.join(socket));
  }

  /** Resolves to the port that it listens on. */
  start(): Promise<number> {
    return new Promise((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(this.listen.port, this.listen.host, () => {
        const address = this.server.address();
        resolve(typeof address === 'object' && address ? address.port : this.listen.port);
      });
    });
  }

  set(cut: boolean): void {
    this.cut = cut;
    if (cut) for (const socket of this.sockets) socket.destroy();
  }

  private join(near: Socket): void {
    if (this.cut) {
      near.destroy();
      return;
    }
    const far = connect(this.target.port, this.target.host);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.sockets.add(one);
      one.setNoDelay(true);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        this.sockets.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  }

  async stop(): Promise<void> {
    this.set(true);
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }
}
