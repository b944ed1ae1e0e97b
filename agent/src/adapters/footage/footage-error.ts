import { AisleError } from '@aisle/contracts';

/** A recording that cannot be read, in words that name it. */
export class FootageError extends AisleError {
  override readonly name = 'FootageError';
  readonly code = 'footage';
}
