import { AisleError } from '@aisle/contracts';
import { message, type Message } from '../devices/message.js';

/** A recorded step: everybody seen at one instant, in the order of the file. */
export interface WalkStep {
  /** frames of 1/25 s since the recording began */
  readonly frame: number;
  readonly people: readonly { readonly id: string; readonly x: number; readonly y: number }[];
}
export class WalksError extends AisleError {
  override readonly name = 'WalksError';
  readonly code = 'walks';
}

export const FRAME_MS = 40;

/** Tab-separated `frame, person, x, y` (ten frames = 0.4 s) → one step per frame step, empty ones too. @throws WalksError naming the line */
export function parseWalks(text: string, source: string): WalkStep[] {
  const byFrame = new Map<number, { id: string; x: number; y: number }[]>();
  text.split(/\r?\n/).forEach((line, index) => {
    if (line.trim() === '') return;
    const cells = line.trim().split(/\s+/);
    const [frame, person, x, y] = cells.map(Number) as [number, number, number, number];
    if (cells.length !== 4 || ![frame, person, x, y].every(Number.isFinite)) {
      throw new WalksError(`${source}, line ${index + 1}: expected frame, person, x and y, got "${line.slice(0, 60)}"`);
    }
    const people = byFrame.get(frame) ?? [];
    people.push({ id: String(person), x, y });
    byFrame.set(frame, people);
  });
  const frames = [...byFrame.keys()].sort((a, b) => a - b);
  const stepFrames = stepOf(frames);
  const steps: WalkStep[] = [];
  frames.forEach((frame, index) => {
    const next = frames[index + 1];
    steps.push({ frame, people: byFrame.get(frame) ?? [] });
    if (next === undefined) return;
    for (let empty = frame + stepFrames; empty < next; empty += stepFrames) steps.push({ frame: empty, people: [] });
  });
  return steps;
}

/** The usual distance between frames: ten in these recordings. */
function stepOf(frames: readonly number[]): number {
  const counts = new Map<number, number>();
  frames.slice(1).forEach((frame, index) => {
    const gap = frame - (frames[index] as number);
    counts.set(gap, (counts.get(gap) ?? 0) + 1);
  });
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? 10;
}

export interface ReplayOptions {
  readonly deviceId: string;
  readonly offset: readonly [number, number];
  readonly startTs: number;
  /** seconds of the recording, from inclusive, to exclusive */
  readonly fromSeconds: number;
  readonly toSeconds: number;
}

/** The steps as camera positions on the floor. */
export function* replayMessages(
  steps: readonly WalkStep[],
  options: ReplayOptions,
): Generator<{ ts: number; message: Message }> {
  const [dx, dy] = options.offset;
  for (const step of steps) {
    const ms = step.frame * FRAME_MS;
    if (ms < options.fromSeconds * 1000 || ms >= options.toSeconds * 1000) continue;
    const ts = options.startTs + ms;
    // Unrounded: the receiver's rounding to millimetres is to be the only one.
    const people = step.people.map(({ id, x, y }) => ({ id, x: x + dx, y: y + dy }));
    yield { ts, message: message(options.deviceId, 'camera/positions', { ts, people }) };
  }
}
