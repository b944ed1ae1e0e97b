/** What the run asks the process that keeps Vitest, and what that says. Files are absolute paths. */
export type Question =
  | { kind: 'related'; file: string }
  | {
      kind: 'run';
      /** in this order */
      tests: readonly string[];
      /** the number of the mutant that is on */
      mutant?: number;
      /** a file for what the tests came by */
      notes?: string;
      /** ends after so many failed tests; 0 never */
      bail: number;
    };

export interface Ran {
  file: string;
  /** of its tests and hooks, without the imports */
  milliseconds: number;
  /** the first test that failed, or what kept the file from running */
  failure: string | null;
}

export type Answer =
  | { kind: 'ready' }
  | { kind: 'related'; tests: string[] }
  | { kind: 'ran'; ran: Ran[]; unhandled: string[] }
  | { kind: 'broken'; message: string };
