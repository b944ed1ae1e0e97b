/** A name that tried to log in or to speak and is not in the store file. */
export interface Knock {
  name: string;
  count: number;
  /** wall clock, epoch ms */
  firstTs: number;
  lastTs: number;
}

const MOST_NAMES = 50;
const LONGEST_NAME = 64;

/** Who knocks and is not let in: so that an installer sees the name that a device goes by. No addresses; bounded, since anybody can knock. */
export class Knocks {
  /** the newest last */
  readonly #byName = new Map<string, Knock>();
  #total = 0;

  /** All knocks since the start, those of forgotten names too. */
  get total(): number {
    return this.#total;
  }

  /** @param now wall clock, epoch ms */
  add(given: string, now: number): void {
    const name = shown(given);
    if (name === '') return;
    this.#total += 1;
    const known = this.#byName.get(name);
    this.#byName.delete(name);
    this.#byName.set(name, {
      name,
      count: (known?.count ?? 0) + 1,
      firstTs: known?.firstTs ?? now,
      lastTs: now,
    });
    if (this.#byName.size > MOST_NAMES) this.#byName.delete(this.#byName.keys().next().value as string);
  }

  /** The newest first, without those that have been let in since. */
  list(isKnown: (name: string) => boolean): Knock[] {
    return [...this.#byName.values()].reverse().filter(({ name }) => !isKnown(name));
  }
}

/** As people can read it: no control characters or halves of characters, and no longer than a line. */
function shown(name: string): string {
  const text = name.replaceAll(/\p{C}/gu, '').trim();
  return text.length <= LONGEST_NAME
    ? text
    : [...text.slice(0, LONGEST_NAME)].filter((c) => !/\p{Cs}/u.test(c)).join('');
}
