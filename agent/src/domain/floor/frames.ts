/** What one camera saw of the floor at one moment: between the image trackers and whoever merges cameras. Lengths in millimetres. */
export interface FloorFrame {
  deviceId: string;
  /** event time, epoch ms */
  ts: number;
  /** placed by this agent; false: the camera's own positions */
  made: boolean;
  people: FloorPerson[];
}

export interface FloorPerson {
  /** of the camera's track */
  id: string;
  x: number;
  y: number;
  /** how uncertain the place is (standard deviation) */
  spread: number;
  /** how far they face the camera, smoothed over the track; left out where that is not known */
  facing?: number | undefined;
  /** not seen well enough for a while to be told from a thing: goes on as somebody known, is nobody new */
  doubtful?: boolean;
  /** earlier samples that are known only now, oldest first: a track's own, from before it was taken for a person */
  earlier?: [ts: number, x: number, y: number][];
}

/** How uncertain a position is that a camera tells itself. */
export const TOLD_SPREAD_MM = 50;
