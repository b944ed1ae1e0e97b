import { MINUTE_MS, type Fact } from '@aisle/contracts';

/** The kinds of which most facts say what the minute before said, of the same subjects. */
const ALIKE = new Set<string>(['coverage']);

/** Subjects that say the same, minute after minute. */
interface Run {
  readonly first: Fact;
  readonly subjects: string;
  readonly value: string;
  minutes: number;
}

/**
 * Facts as lines, to be sent together: by kind, in each of which they come in the order of time. A fact that is text costs no memory
 * to be kept. What many subjects say alike is one line, over all the minutes for which they go on saying it.
 */
export class Piece {
  private readonly kinds = new Map<string, Buffer[]>();
  /** by kind: what was said in the last minute, and may go on */
  private readonly running = new Map<string, Run[]>();
  bytes = 0;

  add(minute: readonly Fact[]): void {
    const texts = new Map<string, string>();
    const alike = new Map<string, Fact[]>();
    for (const fact of minute) {
      if (ALIKE.has(fact.kind)) {
        const known = alike.get(fact.kind);
        if (known) known.push(fact);
        else alike.set(fact.kind, [fact]);
      } else texts.set(fact.kind, `${texts.get(fact.kind) ?? ''}${JSON.stringify(fact)}\n`);
    }
    for (const [kind, text] of texts) this.keep(kind, text);
    for (const [kind, facts] of alike) this.goOn(kind, facts);
  }

  sorted(): Buffer {
    for (const kind of this.running.keys()) this.endRuns(kind);
    return Buffer.concat([...this.kinds].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, lines]) => lines));
  }

  private keep(kind: string, text: string): void {
    const lines = Buffer.from(text);
    const known = this.kinds.get(kind);
    if (known) known.push(lines);
    else this.kinds.set(kind, [lines]);
    this.bytes += lines.length;
  }

  private goOn(kind: string, facts: readonly Fact[]): void {
    const now = runsOf(facts);
    const before = this.running.get(kind) ?? [];
    const isSame = now.length === before.length && now.every((run, at) => follows(run, before[at] as Run));
    if (isSame) {
      for (const run of before) run.minutes += 1;
      return;
    }
    this.endRuns(kind);
    this.running.set(kind, now);
  }

  private endRuns(kind: string): void {
    for (const { first, subjects, minutes } of this.running.get(kind) ?? []) {
      const { subject: _subject, value, ...rest } = first;
      const said = { ...rest, subjects: JSON.parse(subjects) as string[], ...(minutes > 1 && { minutes }), value };
      this.keep(kind, `${JSON.stringify(said)}\n`);
    }
    this.running.delete(kind);
  }
}

/** Facts of one minute, by what they say. */
function runsOf(facts: readonly Fact[]): Run[] {
  const byValue = new Map<string, Fact[]>();
  for (const fact of facts) {
    const value = JSON.stringify(fact.value);
    const known = byValue.get(value);
    if (known) known.push(fact);
    else byValue.set(value, [fact]);
  }
  return [...byValue].map(([value, [first, ...others]]) => ({
    first: first as Fact,
    subjects: JSON.stringify([first as Fact, ...others].map(({ subject }) => subject)),
    value,
    minutes: 1,
  }));
}

const follows = (run: Run, before: Run): boolean =>
  run.value === before.value &&
  run.subjects === before.subjects &&
  run.first.ts === before.first.ts + before.minutes * MINUTE_MS &&
  run.first.seq === before.first.seq + before.minutes &&
  run.first.configVersion === before.first.configVersion &&
  run.first.generation === before.first.generation;
