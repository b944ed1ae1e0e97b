/**
 * What can be done about an error. `retry`: the same may go well later. `drop`: this input never will, whatever comes after it may.
 * `stop`: nothing goes on until a person has mended something.
 */
export type Remedy = 'retry' | 'drop' | 'stop';

/** The base of every error of ours: a code for programs (nobody reads its message but people), its context, and what can be done. */
export abstract class AisleError<Code extends string = string> extends Error {
  abstract readonly code: Code;

  get remedy(): Remedy {
    return 'drop';
  }
}

/** Problems of a file, each with its path, as one text for people. */
export const problemsText = (source: string, problems: readonly { field: string; message: string }[]): string =>
  `${source}: ${problems.map(({ field, message }) => `${field} ${message}`.trim()).join('; ')}`;
