import type { Calibration, LiveCamera, LiveDevice, StoreFile } from '@aisle/contracts';

/** What the camera pages are told: types only, shared with their scripts. All lengths in metres or pixels, as named. */
export interface CameraSummary {
  id: string;
  name: { en: string; zh: string };
  state: LiveDevice['state'];
  camera: LiveCamera | null;
  /** why its stream is not running, in words; empty while it is, and where pictures come by MQTT */
  trouble: string;
  /** the same for a reader of each language */
  troubleWords: { en: string; zh: string };
  /** `page`: made here; `storeFile`: from the store file */
  calibration: 'page' | 'storeFile' | null;
}

/** The floor plan as far as the pages draw it, metres. */
export interface PlanView {
  width: number;
  depth: number;
  zones: { id: string; name: { en: string; zh: string }; kind: string; polygon: [number, number][] }[];
  fixtures: { id: string; x: number; y: number; width: number; depth: number }[];
  entrances: { id: string; line: [[number, number], [number, number]] }[];
}

export interface CameraDetail extends CameraSummary {
  /** in force now */
  calibrationValue: Calibration | null;
  storeFileCalibration: Calibration | null;
  plan: PlanView;
}

/** A person in a picture, pixels of that picture. */
export interface SeenPerson {
  box: [x: number, y: number, w: number, h: number];
  /** 0 to 1 */
  score: number;
  foot: [x: number, y: number];
  /** whom it is taken for; null: nobody yet */
  trackId: string | null;
  confirmed: boolean;
  staff: boolean;
  /** metres on the floor; null where the camera is not calibrated or the foot lies above the horizon */
  floor: [x: number, y: number] | null;
  zoneIds: string[];
}

/** What comes with a picture, before its bytes: people and picture are of the same moment. */
export interface ViewHead {
  /** of the picture; ask for what comes after it */
  seq: number;
  /** event time, epoch ms; null without a picture */
  ts: number | null;
  width: number;
  height: number;
  people: SeenPerson[];
  /** of this picture */
  latencyMs: number;
  status: CameraSummary;
}

export interface SavedCalibration {
  calibration: Calibration | null;
  from: CameraSummary['calibration'];
}

export const namesOf = (
  name: NonNullable<StoreFile['zones']>[number]['name'],
  id: string,
): { en: string; zh: string } =>
  typeof name === 'object' ? { en: name.en, zh: name.zh ?? name.en } : { en: name ?? id, zh: name ?? id };
