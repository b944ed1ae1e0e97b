import { AisleError, type Remedy } from '@aisle/contracts';

/** Somebody else's file could not be had, or is another one than it should be. */
export class FetchError extends AisleError {
  readonly code = 'fetch';

  override get remedy(): Remedy {
    return 'retry';
  }
}

export interface Progress {
  /** bytes so far */
  done: number;
  /** bytes in all, where that is known */
  total: number | undefined;
}
