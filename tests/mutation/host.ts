import { BaseSequencer, createVitest, type TestSpecification, type Vitest } from 'vitest/node';
import type { Answer, Question, Ran } from './questions.js';

/**
 * A process that keeps one Vitest on the copied tree, so that nothing is compiled anew for each mutant. It may hang with
 * a mutant: the one that asks kills it then, and starts another.
 */
const [root = process.cwd(), setup = '', ...beginnings] = process.argv.slice(2);

let order: readonly string[] = [];
class GivenOrder extends BaseSequencer {
  override sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return Promise.resolve([...files].sort((a, b) => order.indexOf(a.moduleId) - order.indexOf(b.moduleId)));
  }
}

const vitest = await createVitest('test', {
  root,
  // The suite's own settings divide it into projects, with tests, times and processes of their own.
  config: false,
  watch: false,
  run: true,
  include:
    beginnings.length === 0
      ? ['{contracts,agent,cloud,simulators}/test/**/*.test.ts']
      : beginnings.flatMap((beginning) => [beginning, `${beginning}*.test.ts`, `${beginning}*/**/*.test.ts`]),
  exclude: ['**/node_modules/**', '**/dist/**', '**/browser/**'],
  setupFiles: [setup],
  reporters: [{}],
  pool: 'forks',
  // One process for all files of a mutant: what they share is imported once.
  isolate: false,
  maxWorkers: 1,
  fileParallelism: false,
  passWithNoTests: true,
  testTimeout: 15_000,
  hookTimeout: 15_000,
  teardownTimeout: 1000,
  sequence: { sequencer: GivenOrder },
});

// Until it has looked for them, it knows none of the files that it is asked to run.
await vitest.globTestSpecifications();

process.on('message', (question: Question) => {
  answer(vitest, question).then(
    (said) => process.send?.(said),
    (error: unknown) => process.send?.({ kind: 'broken', message: (error as Error).message } satisfies Answer),
  );
});
process.on('disconnect', () => process.exit(0));
process.send?.({ kind: 'ready' } satisfies Answer);

async function answer(vitest: Vitest, question: Question): Promise<Answer> {
  if (question.kind === 'related') {
    vitest.config.related = [question.file];
    const tests = (await vitest.getRelevantTestSpecifications()).map(({ moduleId }) => moduleId);
    vitest.config.related = [];
    return { kind: 'related', tests };
  }
  for (const project of [vitest, ...vitest.projects]) {
    project.config.bail = question.bail;
    // What the processes of the tests are started with.
    project.config.env = {
      ...project.config.env,
      AISLE_MUTANT: String(question.mutant ?? -1),
      AISLE_MUTANTS_SEEN: question.notes ?? '',
    };
  }
  order = question.tests;
  // Vitest tells of all that it has ever run: what failed for another mutant must not count for this one.
  vitest.state.filesMap.clear();
  vitest.state.idMap.clear();
  const specifications = question.tests.flatMap((file) => vitest.getModuleSpecifications(file));
  const { testModules, unhandledErrors } = await vitest.runTestSpecifications(specifications);
  const ran: Ran[] = testModules.map((module) => ({
    file: module.moduleId,
    milliseconds: module.diagnostic().duration,
    failure: failureOf(module),
  }));
  return { kind: 'ran', ran, unhandled: unhandledErrors.map((error) => String((error as Error).message)) };
}

function failureOf(module: Awaited<ReturnType<Vitest['runTestSpecifications']>>['testModules'][number]): string | null {
  for (const error of module.errors()) return error.message;
  for (const test of module.children.allTests('failed')) return test.fullName;
  return module.state() === 'failed' ? 'failed' : null;
}
