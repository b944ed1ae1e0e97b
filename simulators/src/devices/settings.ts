/** How good the devices are. Lengths in metres, times in milliseconds, weights in grams; MEANINGS says what each is. */
export interface DeviceSettings {
  readonly camera: {
    readonly intervalMs: number;
    readonly sigmaMetres: number;
    readonly missingShare: number;
    readonly closeMetres: number;
    readonly breakShare: number;
    readonly swapShare: number;
  };
  readonly shelf: {
    readonly sampleMs: number;
    readonly sigmaGrams: number;
    readonly driftGramsPerHour: number;
    readonly changeGrams: number;
    readonly samplesAfterChange: number;
    readonly heartbeatMs: number;
    readonly hands: boolean;
  };
  readonly rfid: {
    readonly sigmaDb: number;
    readonly missedShare: number;
    readonly strays: boolean;
    readonly strayDb: number;
  };
  readonly ble: {
    readonly sigmaDb: number;
    readonly missedShare: number;
    readonly weakestDbm: number;
  };
  readonly smartCamera: {
    readonly missedShare: number;
    readonly sigmaPixels: number;
  };
  readonly till: {
    readonly fileMs: number;
    readonly voidedLineShare: number;
    readonly voidedShare: number;
  };
  readonly stateIntervalMs: number;
}

/** What each setting means; of a group its own meaning, then its settings'. */
export type Meanings<T> = {
  readonly [K in keyof T]: T[K] extends object ? readonly [meaning: string, settings: Meanings<T[K]>] : string;
};

export const MEANINGS: Meanings<DeviceSettings> = {
  camera: [
    'Cameras that tell positions.',
    {
      intervalMs: 'Milliseconds between two messages.',
      sigmaMetres: 'White noise of a position on each axis, metres (one standard deviation).',
      missingShare: 'Share of a person’s samples that the camera misses.',
      closeMetres: 'People closer than these metres may be mixed up, once each time they come close.',
      breakShare: 'Share of such times in which they are.',
      swapShare: 'Share of those in which the two swap ids; else one of them gets a new one.',
    },
  ],
  shelf: [
    'Shelves that weigh.',
    {
      sampleMs: 'Milliseconds between two samples.',
      sigmaGrams: 'White noise of a sample, grams (one standard deviation).',
      driftGramsPerHour: 'Standard deviation of the drift after an hour, grams.',
      changeGrams: 'A sample that is so many grams from the reported level is sent at once.',
      samplesAfterChange: 'How many samples are sent after such a one.',
      heartbeatMs: 'Milliseconds after which the level is told anyway.',
      hands: 'Whether hands are felt while they reach in.',
    },
  ],
  rfid: [
    'RFID readers.',
    {
      sigmaDb:
        'White noise of a tag’s strength, decibels; 0: strength follows from the distance alone, and reads as well.',
      missedShare: 'Share of turns in which a tag that is near enough is not read.',
      strays: 'Whether antennas read what is not theirs: goods of the neighbours, what is carried past.',
      strayDb: 'How much louder than they should be such strays are, decibels.',
    },
  ],
  ble: [
    'Bluetooth receivers.',
    {
      sigmaDb: 'White noise of a signal’s strength, decibels.',
      missedShare: 'Share of advertisements that meet another radio’s and are lost.',
      weakestDbm: 'What is weaker is not heard, dBm.',
    },
  ],
  smartCamera: [
    'Cameras that analyse themselves.',
    {
      missedShare: 'Share of crossings, or of a person’s pictures, that are missed.',
      sigmaPixels: 'White noise of a box’s edges, pixels.',
    },
  ],
  till: [
    'Tills of every dialect.',
    {
      fileMs: 'Milliseconds after which a till that writes files writes one, where it sold something.',
      voidedLineShare: 'Share of receipts with a line that was rung up by mistake.',
      voidedShare: 'Share of receipts that are voided whole and rung up again.',
    },
  ],
  stateIntervalMs: 'Milliseconds between two times that a device says it is there.',
};

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
