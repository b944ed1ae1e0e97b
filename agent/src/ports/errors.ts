/** The agent cannot start, or not go on: said in one line, with exit code 2. `code` is for programs, the message for people. */
export class StartError extends Error {
  override readonly name = 'StartError';
  constructor(
    readonly code: 'config' | 'credentials' | 'portInUse' | 'corruptJournal' | 'corruptDatabase' | 'io',
    message: string,
  ) {
    super(message);
  }
}
