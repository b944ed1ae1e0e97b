import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { Answer, Question } from './questions.js';

/** How long the process has until it can be asked, milliseconds: it reads the whole tree's configuration first. */
const STARTS_WITHIN = 120_000;

/** The process that keeps Vitest: started when something is asked, killed with all that it started when it hangs. */
export class HostProcess {
  private child: ChildProcess | undefined;

  /**
   * @param program the bundled `host.ts`
   * @param setup what stands before each test file (`in-worker.ts`)
   * @param copy the tree whose tests it runs
   * @param tests how the paths of the test files begin that it knows; all where there are none
   */
  constructor(
    private readonly program: string,
    private readonly setup: string,
    private readonly copy: string,
    private readonly tests: readonly string[],
  ) {}

  /**
   * The answer, or undefined when none came within `milliseconds`: then the process is gone.
   * @throws when the process breaks or says that it cannot
   */
  async ask(question: Question, milliseconds: number): Promise<Answer | undefined> {
    const child = (this.child ??= await this.start());
    const answer = answerOf(child, milliseconds);
    child.send(question);
    const said = await answer;
    if (said === undefined) this.stop();
    if (said?.kind === 'broken') throw new Error(said.message);
    return said;
  }

  stop(): void {
    const { child } = this;
    this.child = undefined;
    if (child?.pid === undefined || child.exitCode !== null) return;
    // It leads a group of its own, in which the processes of the tests are.
    process.kill(-child.pid, 'SIGKILL');
  }

  private async start(): Promise<ChildProcess> {
    const child = fork(this.program, [this.copy, this.setup, ...this.tests], {
      cwd: this.copy,
      detached: true,
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      env: { ...process.env, NODE_ENV: 'test' },
    });
    this.child = child;
    if ((await answerOf(child, STARTS_WITHIN))?.kind !== 'ready') {
      this.stop();
      throw new Error('Vitest did not start');
    }
    return child;
  }
}

async function answerOf(child: ChildProcess, milliseconds: number): Promise<Answer | undefined> {
  const stop = new AbortController();
  const limit = setTimeout(() => stop.abort(), milliseconds);
  const { signal } = stop;
  try {
    return await Promise.race([
      once(child, 'message', { signal }).then(([answer]) => answer as Answer),
      once(child, 'exit', { signal }).then(([status]) => {
        throw new Error(`Vitest ended with ${String(status)}`);
      }),
    ]);
  } catch (error) {
    if ((error as Error).name === 'AbortError') return undefined;
    throw error;
  } finally {
    clearTimeout(limit);
    stop.abort();
  }
}
