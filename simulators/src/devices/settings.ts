/** How good the devices are. Lengths in metres, times in milliseconds, weights in grams. */
export interface DeviceSettings {
  readonly camera: {
    readonly intervalMs: number;
    /** white noise per axis */
    readonly sigmaMetres: number;
    /** share of a person's samples that the camera misses */
    readonly missingShare: number;
    /** people closer than this may be mixed up, once each time they come close */
    readonly closeMetres: number;
    readonly breakShare: number;
    /** of those breaks: the two swap ids; otherwise one of them gets a new one */
    readonly swapShare: number;
  };
  readonly shelf: {
    readonly sampleMs: number;
    readonly sigmaGrams: number;
    /** standard deviation of the drift after an hour */
    readonly driftGramsPerHour: number;
    /** a sample this far from the reported level is sent at once … */
    readonly changeGrams: number;
    /** … and this many after it */
    readonly samplesAfterChange: number;
    readonly heartbeatMs: number;
    /** whether hands are felt */
    readonly hands: boolean;
  };
  readonly stateIntervalMs: number;
}

export const NOISY: DeviceSettings = {
  camera: { intervalMs: 400, sigmaMetres: 0.15, missingShare: 0.02, closeMetres: 0.5, breakShare: 0.2, swapShare: 0.3 },
  shelf: {
    sampleMs: 250,
    sigmaGrams: 5,
    driftGramsPerHour: 8,
    changeGrams: 25,
    samplesAfterChange: 4,
    heartbeatMs: 5000,
    hands: true,
  },
  stateIntervalMs: 10_000,
};

export const NOISELESS: DeviceSettings = {
  camera: { ...NOISY.camera, sigmaMetres: 0, missingShare: 0, breakShare: 0 },
  shelf: { ...NOISY.shelf, sigmaGrams: 0, driftGramsPerHour: 0, hands: false },
  stateIntervalMs: NOISY.stateIntervalMs,
};
