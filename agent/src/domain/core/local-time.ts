/** Clocks of time zones, as all processes read them. */
export { instantToWall, lastReset, wallTime, wallToInstant } from '@aisle/contracts';
