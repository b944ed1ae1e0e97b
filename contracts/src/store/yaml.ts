import { YAMLParseError, parse } from 'yaml';
import type { Checked } from '../validation.js';
import { problem, type Problem, type Term } from '../words/problem.js';

/** What the parser's codes mean to whoever wrote the file. */
const MEANING: Readonly<Record<string, Term>> = {
  BAD_INDENT: 'yamlIndent',
  BLOCK_AS_IMPLICIT_KEY: 'yamlIndent',
  BLOCK_IN_FLOW: 'yamlIndent',
  MULTILINE_IMPLICIT_KEY: 'yamlIndent',
  TAB_AS_INDENT: 'yamlTab',
  DUPLICATE_KEY: 'yamlTwice',
  MISSING_CHAR: 'yamlOpen',
  UNEXPECTED_TOKEN: 'yamlUnexpected',
  BAD_SCALAR_START: 'yamlUnexpected',
  BAD_ALIAS: 'yamlAlias',
};

/** What a YAML (or JSON) text says, or where it cannot be read. */
export function parseYaml(text: string): Checked<unknown> {
  try {
    return { ok: true, value: parse(text) };
  } catch (error) {
    return { ok: false, problem: problemOf(error) };
  }
}

function problemOf(error: unknown): Problem {
  const [start] = error instanceof YAMLParseError ? (error.linePos ?? []) : [];
  // what has no place: an alias without its anchor, or so many that they would fill the memory
  if (!start) return problem('', 'notYamlText');
  const what = MEANING[(error as YAMLParseError).code] ?? 'yamlOther';
  return problem('', 'notYaml', { line: start.line, column: start.col, what });
}
