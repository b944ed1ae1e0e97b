import { AisleError, type Remedy } from '@aisle/contracts';

/** The agent cannot start, or not go on: said in one line, with exit code 2. `code` is for programs, the message for people. */
export class StartError extends AisleError {
  override readonly name = 'StartError';
  constructor(
    readonly code: 'config' | 'credentials' | 'portInUse' | 'corruptJournal' | 'corruptDatabase' | 'io',
    message: string,
  ) {
    super(message);
  }

  override get remedy(): Remedy {
    return 'stop';
  }
}
