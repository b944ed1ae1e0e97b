import { RIGHTS, ROLES, type Right } from '@aisle/contracts';
import { ROLES_OF } from '../cloud/src/access/rights.js';

/** A call of the API document and what it needs. */
export interface GuardedCall {
  method: string;
  /** with `{name}` for what stands in the path */
  path: string;
  operationId: string;
  /** undefined: open to everybody */
  right: Right | undefined;
}

interface Operation {
  operationId: string;
  'x-right'?: Right;
}

export const guardedCalls = (document: object): GuardedCall[] =>
  Object.entries((document as { paths: Record<string, Record<string, Operation>> }).paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      ...{ method: method.toUpperCase(), path, operationId: operation.operationId },
      right: operation['x-right'],
    })),
  );

/** docs/rights.md: the table of rights as it is in force. */
export function rightsPage(document: object): string {
  const calls = guardedCalls(document);
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const callsFor = (right: Right | undefined) =>
    calls
      .filter((call) => call.right === right)
      .map(({ method, path }) => `\`${method} ${path}\``)
      .sort();
  return `${[
    '# Who may do what',
    '',
    'Written by `npm run docs` from `cloud/src/access/rights.ts` and the routes. A role holds for an organisation, for a region of it, or',
    'for one store; somebody may have several. What a role may not see is answered 404, what it may see but not do 403. The live',
    'socket is `read` of the store that is watched. Store files are shown without keys of devices and passwords of streams to whoever may not',
    '`devices.write` there; sent back, what was hidden stays as it was.',
    '',
    row(['right', ...ROLES]),
    row(['---', ...ROLES.map(() => ':-:')]),
    ...RIGHTS.map((right) =>
      row([`\`${right}\``, ...ROLES.map((role) => (ROLES_OF[right].includes(role) ? '●' : ''))]),
    ),
    '',
    '## The calls',
    '',
    row(['needs', 'calls']),
    row(['---', '---']),
    ...RIGHTS.filter((right) => callsFor(right).length > 0).map((right) =>
      row([`\`${right}\``, callsFor(right).join('<br>')]),
    ),
    row(['nothing', callsFor(undefined).join('<br>')]),
  ].join('\n')}\n`;
}
