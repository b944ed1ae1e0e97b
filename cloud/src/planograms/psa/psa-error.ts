import { AisleError, problem, type Problem, type ProblemValues } from '@aisle/contracts';

export type PsaProblemCode =
  | 'psaTooLarge'
  | 'psaFirstLine'
  | 'psaNotUtf8'
  | 'psaCodePage'
  | 'psaProjectFirst'
  | 'psaOneProject'
  | 'psaBeforePlanogram'
  | 'psaCharacter'
  | 'psaAmbiguous';

/** The file cannot be read, or a text not be written into it. */
export class PsaError extends AisleError<PsaProblemCode> {
  readonly problem: Problem;

  /** @param line of the file, from 1 @param column of the row, from 0 for its type */
  constructor(
    readonly code: PsaProblemCode,
    values: ProblemValues,
    readonly line?: number,
    readonly column?: number,
  ) {
    const found = problem('', code, values as never);
    super(line === undefined ? found.message : `line ${line}: ${found.message}`);
    this.problem = found;
  }
}
