/**
 * What the interest model sees of a moment of a stay: behaviour only. No clock time, no zone, no camera, so that what was
 * learnt in one shop holds in another. A change in meaning or order is a new version: models and stored samples name it.
 */
export const FEATURES_VERSION = 1;

/** In the order in which the model gets them. Seconds, metres and metres per second; long times are cut at their limit. */
export const FEATURE_NAMES = [
  /** of this stay so far, at most 600 */
  'dwellSeconds',
  /** since the person was first seen in the shop, at most 3600 */
  'shopSeconds',
  /** now, smoothed over about a second */
  'speed',
  /** mean of this stay */
  'meanSpeed',
  /** share of this stay spent slower than 0.3 m/s */
  'slowShare',
  /** how often the person came to a stand in this stay */
  'stops',
  /** of the stand that goes on, 0 while walking, at most 120 */
  'standSeconds',
  /** since the last stand ended; 0 while standing, 60 when there was none */
  'sinceStandSeconds',
  /** to the nearest fixture of the zone (its edge where the file places none) */
  'fixtureMetres',
  /** cosine between the way the person moves and the way to that fixture, fading to 0 below 0.5 m/s */
  'heading',
  /** by which the distance to it shrinks, smoothed over about a second */
  'approachSpeed',
  /** within 1.2 m of a fixture in this stay, at most 600 */
  'reachSeconds',
  /** within 1.2 m without a break up to now, at most 120 */
  'reachSpellSeconds',
  /** from entering the zone to coming within 1.2 m; 60 when not yet */
  'arrivalSeconds',
  /** how far the person got from where they entered ÷ the way they walked for it */
  'directness',
  /** earlier visits to this zone */
  'returns',
  /** earlier visits to other zones with a category */
  'otherVisits',
  /** items taken so far in the shop (known for at least 10 s) */
  'pickups',
  /** of these, taken from this zone's category in this stay */
  'pickupsHere',
  /** since the last of them, 120 when there was none */
  'sincePickupSeconds',
] as const;
export type FeatureName = (typeof FEATURE_NAMES)[number];
export const FEATURE_COUNT = FEATURE_NAMES.length;

/** The event time ahead, in seconds, that an answer is about: will something of the zone's category be taken within it? */
export const HORIZON_SECONDS = 60;
