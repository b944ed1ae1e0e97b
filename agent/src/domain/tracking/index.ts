export { Tracker, type Picture } from './tracker.js';
export { DEFAULT_SETTINGS, type TrackerSettings } from './settings.js';
export type { TrackedBox, TrackerDetection, TrackerSnapshot, TrackSample } from './types.js';
