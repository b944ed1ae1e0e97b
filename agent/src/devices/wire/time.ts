/** Times as vendors write them, as all processes read them. */
export { instantToWall, parseInstant, parseInZone, wallTime, wallToInstant } from '@aisle/contracts';
