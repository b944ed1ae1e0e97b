import { isIP } from 'node:net';
import path from 'node:path';

const NAME = /^(?=.{1,253}$)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*$/i;

/** Whether a text is a host's name (RFC 1123, with the underscore that some networks use) or an address. */
export const isHost = (text: string): boolean => isIP(text) !== 0 || NAME.test(text);

/** A file or folder as whoever typed the command means it: npm runs commands in the folder of the project. */
export const givenPath = (...names: string[]): string => path.resolve(process.env['INIT_CWD'] ?? '.', ...names);

/**
 * Runs a command to its end. What it throws is told on standard error, as `scrub` leaves it.
 * @param statusOf exit status of an error, 2 (used wrongly) when left out
 */
export function runProgram(
  main: (args: string[]) => number | Promise<number>,
  {
    scrub = (text) => text,
    statusOf = () => 2,
  }: { scrub?(text: string): string; statusOf?(error: unknown): number } = {},
): void {
  Promise.resolve(process.argv.slice(2))
    .then(main)
    .then(
      (status) => (process.exitCode = status),
      (error: unknown) => {
        process.stderr.write(`${scrub((error as Error).message)}\n`);
        process.exitCode = statusOf(error);
      },
    );
}
