import { instantOf } from '@aisle/contracts';
import { UsageError } from '../adapters/files.js';

/** An option's text → its value, or an error that names the option. */
export function timeOption(name: string, text: string | undefined, nowMs: number): number {
  if (text === undefined) return nowMs;
  const ts = /^\d+$/.test(text) ? Number(text) : instantOf(text);
  if (typeof ts === 'string' || !Number.isSafeInteger(ts) || ts < 0)
    throw new UsageError(`--${name}: expected a time such as 2026-03-02T09:00:00+08:00, got "${text}"`);
  return ts;
}

export function numberOption(
  name: string,
  text: string | undefined,
  fallback: number,
  least: number,
  most = Number.MAX_SAFE_INTEGER,
): number {
  if (text === undefined) return fallback;
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value < least || value > most) {
    throw new UsageError(
      `--${name}: expected a number of at least ${least}${most < Number.MAX_SAFE_INTEGER ? ` and at most ${most}` : ''}, got "${text}"`,
    );
  }
  return value;
}

export function wholeOption(name: string, text: string | undefined, fallback: number): number {
  const value = numberOption(name, text, fallback, 0);
  if (!Number.isSafeInteger(value)) throw new UsageError(`--${name}: expected a whole number, got "${text}"`);
  return value;
}

/** A factor on the wall clock; "max" is Infinity. */
export function speedOption(text: string | undefined): number {
  return text === 'max' ? Infinity : numberOption('speed', text, 1, 0.01);
}

export function pairOption(name: string, text: string | undefined): [number, number] {
  const cells = (text ?? '0,0').split(',');
  const [x, y] = cells.map(Number);
  if (cells.length !== 2 || cells.some((cell) => cell.trim() === '') || !Number.isFinite(x) || !Number.isFinite(y)) {
    throw new UsageError(`--${name}: expected two numbers such as 3,4.5, got "${text}"`);
  }
  return [x as number, y as number];
}

export function neededOption(name: string, text: string | undefined): string {
  if (text === undefined || text === '') throw new UsageError(`--${name} is needed`);
  return text;
}

export interface Silence {
  readonly deviceId: string;
  readonly fromMinute: number;
  readonly toMinute: number;
}

/** `cam-1:10-50` → that device is silent from minute 10 to minute 50. */
export function silenceOption(text: string): Silence {
  const found = /^(.+):(\d+(?:\.\d+)?)-(\d+(?:\.\d+)?)$/.exec(text);
  if (!found) throw new UsageError(`--silence: expected DEVICE:FROM-TO in minutes such as cam-1:10-50, got "${text}"`);
  return { deviceId: found[1] as string, fromMinute: Number(found[2]), toMinute: Number(found[3]) };
}
