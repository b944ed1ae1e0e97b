/** A person found in one frame. Lengths in pixels of the picture, the floor position in millimetres. */
export interface TrackerDetection {
  /** left and top edge */
  x: number;
  y: number;
  w: number;
  h: number;
  /** 0 to 1 */
  score: number;
  /** where the person stands, in pixels; the box's bottom centre where nothing better is known */
  foot?: readonly [number, number] | undefined;
  /** the same on the floor, in millimetres, where the camera is calibrated */
  floor?: readonly [number, number] | undefined;
}

/** One earlier moment of a track, kept until it is confirmed. */
export interface TrackSample {
  ts: number;
  /** left, top, width, height */
  box: [number, number, number, number];
  /** the same of the detection itself; left out in snapshots of earlier versions */
  seen?: [number, number, number, number];
  score: number;
  foot: [number, number];
  floor?: [number, number];
}

/** A track as it stands after a frame. */
export interface TrackedBox {
  /** rises from 1 in the order of first appearance; never used again */
  id: number;
  x: number;
  y: number;
  w: number;
  h: number;
  /** of the detection; of the last one where the track was not observed in this frame */
  score: number;
  foot: [number, number];
  floor?: [number, number];
  /** whether the track has enough evidence to be taken for a person */
  confirmed: boolean;
  /** confirmed by this very frame: `history` holds its earlier samples, oldest first, this frame's not included */
  confirmedNow: boolean;
  history?: TrackSample[];
  /** since its first detection */
  ageSeconds: number;
  /** since the last detection that could have started it */
  unsureSeconds: number;
  /** found in this frame; otherwise the box is a prediction */
  observed: boolean;
  /** index of the detection in the frame, -1 where not observed */
  detection: number;
}

/** A track's numbers for `save()`: plain JSON. */
export interface TrackSnapshot {
  id: number;
  state: number[];
  saved: number[];
  trail: number[];
  flags: { confirmed: boolean; floor: boolean };
  firstTs: number;
  lastTs: number;
  /** left out by earlier versions */
  sureTs?: number;
  evidence: number;
  misses: number;
  score: number;
  box: [number, number, number, number];
  foot: [number, number];
  floor?: [number, number];
  history: TrackSample[];
}

export interface TrackerSnapshot {
  nextId: number;
  lastTs: number | null;
  tracks: TrackSnapshot[];
}
