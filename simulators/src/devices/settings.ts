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
  readonly rfid: {
    /** white noise of a tag's strength, dB; 0: strength follows from the distance alone, and reads as well */
    readonly sigmaDb: number;
    /** share of turns in which a tag that is near enough is not read */
    readonly missedShare: number;
    /** whether antennas read what is not theirs: goods of the neighbours, what is carried past */
    readonly strays: boolean;
    /** how much louder than they should be such strays are, dB */
    readonly strayDb: number;
  };
  readonly ble: {
    readonly sigmaDb: number;
    /** share of advertisements that meet another radio's and are lost */
    readonly missedShare: number;
    readonly weakestDbm: number;
  };
  /** cameras that analyse by themselves */
  readonly smartCamera: {
    /** share of crossings, or of a person's pictures, that are missed */
    readonly missedShare: number;
    /** white noise of a box's edges */
    readonly sigmaPixels: number;
  };
  readonly till: {
    /** tills that write files write one this often, where they sold something */
    readonly fileMs: number;
    /** shares of receipts with a line rung up by mistake, and of receipts that are voided whole and rung up again */
    readonly voidedLineShare: number;
    readonly voidedShare: number;
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
  rfid: { sigmaDb: 1.5, missedShare: 0.05, strays: true, strayDb: 0 },
  ble: { sigmaDb: 4, missedShare: 0.1, weakestDbm: -95 },
  smartCamera: { missedShare: 0.01, sigmaPixels: 1.5 },
  till: { fileMs: 20_000, voidedLineShare: 0.03, voidedShare: 0.02 },
  stateIntervalMs: 10_000,
};

export const NOISELESS: DeviceSettings = {
  camera: { ...NOISY.camera, sigmaMetres: 0, missingShare: 0, breakShare: 0 },
  shelf: { ...NOISY.shelf, sigmaGrams: 0, driftGramsPerHour: 0, hands: false },
  rfid: { sigmaDb: 0, missedShare: 0, strays: false, strayDb: 0 },
  ble: { sigmaDb: 0, missedShare: 0, weakestDbm: -95 },
  smartCamera: { missedShare: 0, sigmaPixels: 0 },
  till: NOISY.till,
  stateIntervalMs: NOISY.stateIntervalMs,
};
