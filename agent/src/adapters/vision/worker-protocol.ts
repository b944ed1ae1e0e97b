import type { ModelManifest } from '../../config/model-manifest.js';
import type { Detections } from '../../ports/detector.js';
import type { ModelErrorCode } from '../../ports/model-error.js';
import type { DetectorOptions } from './inline-detector.js';

/** What WorkerDetector and its thread say to each other. */
export type WorkerOptions = DetectorOptions;

export type ToWorker =
  /** `picture` is handed over, not copied */
  { kind: 'detect'; id: number; picture: Uint8Array } | { kind: 'close' };

export type FromWorker =
  | { kind: 'ready'; manifest: ModelManifest }
  /** the model is not what its manifest says; the thread ends */
  | { kind: 'refused'; code: ModelErrorCode; file: string; field: string; reason: string }
  | { kind: 'found'; id: number; detections: Detections }
  | { kind: 'failed'; id: number; picture: boolean; message: string };
