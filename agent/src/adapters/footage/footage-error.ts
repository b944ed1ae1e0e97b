/** A recording that cannot be read, in words that name it. */
export class FootageError extends Error {
  override readonly name = 'FootageError';
  readonly code = 'footage';
}
