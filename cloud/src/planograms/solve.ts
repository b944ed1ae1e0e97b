import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import { AisleError } from '@aisle/contracts';
import type { Clock } from '../ports/index.js';

/** What the solver found. `values` has one number for each column, in the order of `columns`; undefined: it found no solution. */
export interface Solved {
  status: 'optimal' | 'infeasible' | 'stopped';
  values?: number[];
  /** share by which another solution may be better; null: not known */
  gap: number | null;
}
export interface Problem01 {
  /** CPLEX LP format */
  text: string;
  columns: readonly string[];
  /** a solution to begin with, one number for each column */
  start?: readonly number[] | undefined;
  /** seconds */
  timeLimit: number;
}

/** The solver is WebAssembly that does not return until it is done: it works on a thread of its own, and the cloud goes on meanwhile. */
const THREAD = `
const { parentPort, workerData } = require('node:worker_threads');
const loaded = require(workerData.library)();
const solve = (highs, { text, columns, start, timeLimit }) => highs.withModel({ format: 'lp', data: text }, (model) => {
  model.options.set({ output_flag: false, time_limit: timeLimit, mip_rel_gap: 1e-6, random_seed: 1 });
  const places = columns.map((name) => model.getColByName(name));
  if (start) {
    const colValue = new Array(columns.length).fill(0);
    places.forEach((place, at) => { colValue[place] = start[at]; });
    model.setSolution({ colValue });
  }
  model.run();
  const { optimal, infeasible, unboundedOrInfeasible } = highs.constants.modelStatus;
  const code = model.getModelStatus();
  const isThere = model.info.get('primal_solution_status') === 2;
  const found = isThere ? model.getSolution().colValue : undefined;
  const gap = Number(model.info.get('mip_gap'));
  return {
    status: code === optimal ? 'optimal' : code === infeasible || code === unboundedOrInfeasible ? 'infeasible' : 'stopped',
    values: found && places.map((place) => found[place]),
    gap: isThere && Number.isFinite(gap) ? gap : null,
  };
});
parentPort.on('message', (problem) => {
  loaded.then((highs) => solve(highs, problem)).then(
    (solved) => parentPort.postMessage({ solved }),
    (error) => parentPort.postMessage({ failed: String(error && error.message) }),
  );
});
`;
/** Over its limit by so much it is stopped from outside: loading it and writing its answer takes a little. */
const GRACE_MS = 30_000;
/** Nobody asked for so long: the thread and its memory go. */
const IDLE_MS = 60_000;

export class SolverFailed extends AisleError {
  readonly code = 'solverFailed';
  override readonly name = 'SolverFailed';
}

type Answer = { solved: Solved } | { failed: string };
const nothing = (): void => undefined;

/** HiGHS on a thread of its own: loaded when it is first asked, gone when nobody asks. */
export class Solver {
  #thread: Worker | undefined;
  #keep: () => void = nothing;
  /** one after the other: each takes a whole core */
  #queue: Promise<unknown> = Promise.resolve();

  constructor(private readonly clock: Pick<Clock, 'after'>) {}

  /** Solves a problem with whole numbers. @throws SolverFailed */
  solve(problem: Problem01): Promise<Solved> {
    const turn = this.#queue.then(() => this.#onThread(problem));
    this.#queue = turn.catch(nothing);
    return turn;
  }

  /** Ends the thread; it is started anew when asked again. */
  async close(): Promise<void> {
    this.#keep();
    const worker = this.#thread;
    this.#thread = undefined;
    await worker?.terminate();
  }

  #onThread(problem: Problem01): Promise<Solved> {
    this.#keep();
    const worker = (this.#thread ??= started());
    worker.ref();
    return new Promise<Solved>((resolve, reject) => {
      const end = (settle: () => void): void => {
        cancel();
        worker.off('message', answered).off('error', failed).off('exit', ended);
        // a process that has nothing else to do ends
        worker.unref();
        settle();
      };
      const gone = (why: string): void =>
        end(() => {
          if (this.#thread === worker) this.#thread = undefined;
          void worker.terminate();
          reject(new SolverFailed(`the solver ${why}`));
        });
      const cancel = this.clock.after(problem.timeLimit * 1000 + GRACE_MS, () => gone('did not answer'));
      const answered = (answer: Answer): void => {
        if (!('solved' in answer)) return gone(`failed: ${answer.failed}`);
        end(() => resolve(answer.solved));
        this.#keep = this.clock.after(IDLE_MS, () => void this.close());
      };
      const failed = (error: Error): void => gone(`failed: ${error.message}`);
      const ended = (code: number): void => gone(`ended with ${code}`);
      worker.on('message', answered).on('error', failed).on('exit', ended);
      worker.postMessage(problem);
    });
  }
}

const started = (): Worker =>
  new Worker(THREAD, { eval: true, workerData: { library: createRequire(import.meta.url).resolve('highs') } });
