/** What holds where the store file says nothing. A file without schemas: pages take it for little. */

/** Seconds of dwell from which a visit is engaged, where the zone does not say. */
export const DEFAULT_ENGAGED_AFTER_SECONDS = 5;
/** Share of its time that must have been sensed before a ratio is shown. */
export const DEFAULT_MINIMUM_COVERAGE = 0.5;
