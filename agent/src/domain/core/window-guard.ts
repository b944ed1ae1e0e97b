import { AisleError } from '@aisle/contracts';
import type { KindRules, Window } from './window-kind.js';

/** A part has looked at a window that it had not required: a bug of ours, which a paged-out window would turn into a wrong figure. */
export class WindowGuardError extends AisleError {
  readonly code = 'windowGuard';
}

/**
 * Only in tests: knows which windows the event at hand has required. Whatever else is looked at must be pinned, since only then
 * is it certain to be in memory.
 */
export class WindowGuard {
  private readonly required = new Set<string>();
  private watching = false;
  /** pins windows as before a sweep; undefined once that is done for the event at hand */
  private pin: (() => void) | undefined;

  /** An event begins: its requirements follow. */
  begin(): void {
    this.required.clear();
    this.watching = false;
  }

  /** All requirements of the event are known. */
  watch(pin: () => void): void {
    this.watching = true;
    this.pin = pin;
  }

  /** Between events whoever likes may look. */
  end(): void {
    this.watching = false;
  }

  unwatched(work: () => void): void {
    const was = this.watching;
    this.watching = false;
    work();
    this.watching = was;
  }

  require(kind: string, ts: number, subject: string): void {
    this.required.add(`${kind}|${ts}|${subject}`);
  }

  look<D>(
    { name, dropped, whole, pinned }: KindRules<D>,
    ts: number,
    subject: string,
    cell: readonly Window<D>[] | undefined,
  ): void {
    if (!this.watching || dropped || whole || this.required.has(`${name}|${ts}|${subject}`)) return;
    if (cell && pinned) {
      this.pin?.();
      this.pin = undefined;
      if (cell.some((window) => pinned(window))) return;
    }
    throw new WindowGuardError(`the window ${name}|${ts}|${subject} was not required`);
  }
}
