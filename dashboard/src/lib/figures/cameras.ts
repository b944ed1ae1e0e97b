import type { LiveCamera } from '@aisle/contracts';

/** Above these a camera wants a look: people who walk fast are lost, and figures come late. */
export const DROPPED_SHARE = 0.01;
export const SLOW_MS = 500;

export type CameraWorry = 'dropped' | 'slow' | 'waiting' | NonNullable<LiveCamera['problem']>;

/** Share of the pictures that were never looked at because newer ones came first; null before the first picture. */
export const droppedShare = (camera: LiveCamera): number | null =>
  camera.received > 0 ? camera.dropped / camera.received : null;

/** What is not as it should be with a camera's pictures, the gravest first; empty when all is well. */
export function cameraWorries(camera: LiveCamera): CameraWorry[] {
  const worries: CameraWorry[] = [];
  if (camera.problem) worries.push(camera.problem);
  if (camera.source === 'waiting') worries.push('waiting');
  if ((droppedShare(camera) ?? 0) > DROPPED_SHARE) worries.push('dropped');
  if ((camera.latencyMs?.p95 ?? 0) > SLOW_MS) worries.push('slow');
  return worries;
}
