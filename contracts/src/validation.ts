import { type Static, type TSchema } from '@sinclair/typebox';
import { TypeCompiler, ValueErrorType, type ValueError } from '@sinclair/typebox/compiler';

/** Why a value was refused: which field (a JSON path such as `lines[0].net`, empty for the whole), and what was expected. */
export interface Problem {
  field: string;
  message: string;
}

export type Checked<T> = { ok: true; value: T } | { ok: false; problem: Problem };

/** A compiled schema: `check` never throws and never changes its input. */
export interface Checker<T> {
  check(value: unknown): Checked<T>;
  /** All problems, at most `limit`, for files that a person edits. */
  problems(value: unknown, limit?: number): Problem[];
}

/** Compiles a schema once; the checker then costs about a microsecond for a small message. */
export function compile<S extends TSchema>(schema: S): Checker<Static<S>> {
  const compiled = TypeCompiler.Compile(schema);
  return {
    check(value) {
      if (compiled.Check(value)) return { ok: true, value };
      const first = compiled.Errors(value).First();
      return { ok: false, problem: first ? describe(first) : { field: '', message: 'is not what was expected' } };
    },
    problems(value, limit = 20) {
      const found = new Map<string, Problem>();
      for (const error of compiled.Errors(value)) {
        const problem = describe(error);
        if (!found.has(problem.field)) found.set(problem.field, problem);
        if (found.size >= limit) break;
      }
      return [...found.values()];
    },
  };
}

function describe(error: ValueError): Problem {
  const field = fieldOf(error.path);
  if (error.type === ValueErrorType.ObjectAdditionalProperties) return { field, message: 'is not a known key' };
  if (error.type === ValueErrorType.ObjectRequiredProperty) return { field, message: 'is missing' };
  const expected = (error.schema.description as string | undefined) ?? error.message.replace(/^Expected /, '');
  return { field, message: `expected ${expected}, got ${preview(error.value)}` };
}

/** `/lines/0/net` → `lines[0].net` */
function fieldOf(pointer: string): string {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce((path, part) => (/^\d+$/.test(part) ? `${path}[${part}]` : path === '' ? part : `${path}.${part}`), '');
}

function preview(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
