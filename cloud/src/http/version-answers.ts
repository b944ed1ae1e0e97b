import { ApiError, ChangedVersion, InvalidVersion, type Problem } from '@aisle/contracts';
import { InvalidEdit } from '../versions/edit.js';
import { ChangedMeanwhile } from '../versions/versions.js';
import { errorBody } from './errors.js';

/** How whoever makes a version may be refused. */
export const VERSION_REFUSALS = {
  400: InvalidVersion,
  401: ApiError,
  403: ApiError,
  404: ApiError,
  409: ChangedVersion,
} as const;

/** The answer to a version that cannot be made: all that is wrong with it, or what was changed meanwhile. Anything else is thrown on. */
export function versionRefusal(error: unknown): { status: 400 | 409; body: object } {
  if (error instanceof InvalidEdit) {
    const { error: told } = errorBody('invalid', error.problems[0] as Problem);
    return { status: 400, body: { error: { ...told, message: error.message, problems: error.problems } } };
  }
  if (!(error instanceof ChangedMeanwhile)) throw error;
  return { status: 409, body: { ...errorBody('changed', error.problem), current: error.current } };
}
