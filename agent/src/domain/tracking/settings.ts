/**
 * What can be set, with units and what raising (↑) or lowering (↓) costs. Lengths are in sizes: a person's size is the
 * larger of the box's height and twice its width, about a body's height in side views and overhead alike. Nothing is
 * counted in frames.
 */
export interface TrackerSettings {
  /** Score from which a detection is sure. ↑ fewer false tracks, more breaks. ↓ clutter starts tracks. */
  sureScore: number;
  /** Score below which a detection is nothing. ↑ more breaks in crowds. ↓ tracks stick to clutter. */
  minScore: number;
  /** Score from which a detection can start a track. ↑ people found late. ↓ more false tracks. */
  startScore: number;
  /** Evidence until a track is confirmed, seconds. ↑ fewer false tracks, short appearances are lost. ↓ flicker counts. */
  confirmSeconds: number;
  /** How long a track that is not yet confirmed may go unseen, seconds. ↑ more false tracks. ↓ weak people never start. */
  provisionalLostSeconds: number;
  /** How long a confirmed track may go unseen and still be found again, seconds. ↑ more mix-ups. ↓ more breaks. */
  maxLostSeconds: number;
  /**
   * How long a track may live on detections that could not have started it, seconds; Infinity: for ever. ↑ what people walked past
   * (a shelf's corner that looks like half a person) keeps their tracks. ↓ who stands half hidden for long breaks.
   */
  unsureSeconds: number;
  /** Nobody moves faster, sizes per second. ↑ more mix-ups at low frame rates. ↓ runners are lost. */
  maxSpeed: number;
  /** Speed of a person about whom nothing is known yet, sizes per second (standard deviation). ↑ mix-ups. ↓ lost starts. */
  startSpeed: number;
  /** How suddenly people change their speed, sizes per second after one second. ↑ mix-ups. ↓ turns are lost. */
  acceleration: number;
  /** Jitter of a box's centre, sizes (standard deviation). ↑ slower to follow. ↓ jitter becomes speed. */
  centreNoise: number;
  /** For how long jitter stays the same, seconds. ↑ sluggish at high frame rates. ↓ slow jitter becomes speed. */
  jitterSeconds: number;
  /** Jitter of a box's width and height, sizes (standard deviation). ↑ slower to follow. ↓ partly hidden people break. */
  sizeNoise: number;
  /** A pair that costs more is none. ↑ more mix-ups. ↓ more breaks. Full overlap at the prediction costs 0. */
  costLimit: number;
  /** What each second out of sight adds to a pair's cost. ↑ more breaks after occlusion. ↓ strangers inherit tracks. */
  lostPenalty: number;
  /** Gate in standard deviations of the prediction. ↑ mix-ups. ↓ breaks. */
  gate: number;
  /** What the pairing pays for missing overlap, against 1 for standing a whole gate away from the prediction. */
  overlapWeight: number;
  /** What the pairing pays for a box of another size. ↑ half hidden people break. ↓ mix-ups between near and far. */
  sizeWeight: number;
  /** What the pairing pays for turning back. ↑ turns break. ↓ people who pass each other are mixed up. */
  directionWeight: number;
  /** Over how long a track's direction is taken, seconds. ↑ sluggish. ↓ jitter looks like turning. */
  directionSeconds: number;
  /** Overlap (0 to 1) with the last observed box from which a lost track is found again where it vanished. */
  lastSeenOverlap: number;
  /** Noise of a position on the floor, metres (standard deviation). */
  floorNoiseMetres: number;
  /** Nobody moves faster on the floor, metres per second. */
  floorMaxSpeed: number;
  /** Like `acceleration`, metres per second after one second. */
  floorAcceleration: number;
  /** Share of the floor's distance in the pairing where both sides know it, 0 to 1; the rest is the picture's. */
  floorWeight: number;
}

export const DEFAULT_SETTINGS: Readonly<TrackerSettings> = {
  sureScore: 0.5,
  minScore: 0.15,
  startScore: 0.75,
  confirmSeconds: 0.1,
  provisionalLostSeconds: 0.15,
  maxLostSeconds: 2,
  unsureSeconds: Infinity,
  maxSpeed: 2.5,
  startSpeed: 0.5,
  acceleration: 0.12,
  centreNoise: 0.055,
  jitterSeconds: 0.12,
  costLimit: 2.8,
  lostPenalty: 0.25,
  sizeNoise: 0.1,
  gate: 3.5,
  overlapWeight: 2,
  sizeWeight: 1.2,
  directionWeight: 0.25,
  directionSeconds: 0.4,
  lastSeenOverlap: 0.4,
  floorNoiseMetres: 0.2,
  floorMaxSpeed: 4,
  floorAcceleration: 0.4,
  floorWeight: 0.5,
};
