/** How good probabilities are. `auc`: chance that a moment with an outcome ranks above one without; 0.5 is guessing. */
export interface Scores {
  auc: number;
  /** mean squared error of the probability; lower is better */
  brier: number;
  /** expected calibration error over 10 bins of equal mass: how far what is said lies from what happens, on average */
  ece: number;
}

/** Says how likely it is that something is taken soon. */
export interface InterestModel {
  /** name and first 12 hex digits of the file's SHA-256 */
  readonly name: string;
  /**
   * @param features row by row, FEATURE_COUNT numbers each; not touched afterwards
   * @returns one probability per row, in ppm
   */
  judge(features: Float32Array): Promise<Int32Array>;
  close(): Promise<void>;
}

/** `manifest.json` beside `interest.onnx`. */
export interface InterestManifest {
  name: string;
  file: string;
  /** of the file, hex */
  sha256: string;
  /** the features in the order that the model takes them; another list or version is refused */
  features: { version: number; names: string[] };
  /** what the probability is about, seconds ahead */
  horizonSeconds: number;
  /** in words: which shops, seeds and parameters, or which shop's own samples */
  trainedOn: string;
  /** measured on moments that training never saw; of the model and of the plain dwell threshold */
  scores: Record<string, { moments: number; model: Scores; dwellThreshold: Scores }>;
  licence: string;
}

/** What gives a probability, 0 to 1, for each row of raw features. */
export interface InterestNetwork {
  /** @throws Error where the graph is of another shape */
  probabilities(features: Float32Array): Promise<ArrayLike<number>>;
  close(): Promise<void>;
}
