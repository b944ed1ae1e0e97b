/**
 * Figures that later releases mean otherwise than the release that left the data behind: the only differences that are
 * accepted. Each says why.
 */
export interface Change {
  /** matches where the difference was found, as `differences` tells it: "slot|1772413200000|fx-01-a.putbacks: 1, expected 2" */
  at: RegExp;
  why: string;
}

/** By the release that left the data behind. */
const CHANGES: Record<string, readonly Change[]> = {};

/** What is left of the differences once those that are meant are taken out. */
export const unmeant = (release: string, found: readonly string[]): string[] =>
  found.filter((text) => !(CHANGES[release] ?? []).some(({ at }) => at.test(text)));
