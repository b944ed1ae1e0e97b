import { StoreError } from '../../ports/series-store.js';

/** Two transactions were in each other's way, or both made the same row. */
const CONTENTION = new Set(['40001', '40P01', '23505']);
/** Codes of the operating system and of TLS; and the server's own: connection lost or full, shut down, too slow. */
const NETWORK =
  /^(ECONN\w+|EHOST\w+|ENET\w+|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EPIPE|ENOENT|EACCES|ERR_TLS_\w+|\w*CERT\w*|UNABLE_TO_\w+|08...|57P0.|53300|57014|25P03)$/;
/** what the driver says without a code */
const GONE = /connection terminated|not queryable|timeout|discarded|does not support SSL/i;
const REFUSED_LOGIN = new Set(['28000', '28P01', '3D000', '42501']);

const codeOf = (error: unknown): string | undefined => {
  const code = error instanceof Error ? (error as Error & { code?: unknown }).code : undefined;
  return typeof code === 'string' ? code : undefined;
};

export const isContention = (error: unknown): boolean => CONTENTION.has(codeOf(error) ?? '');

/** A driver's error as one of the port's, where it is one; `name` says which server, without secrets. */
export function explained(error: unknown, name: string): unknown {
  if (!(error instanceof Error) || error instanceof StoreError) return error;
  const code = codeOf(error);
  const failure = (kind: StoreError['code'], what: string) =>
    new StoreError(kind, `${name} ${what}: ${firstLine(error)}`, { cause: error });
  if (code === undefined ? GONE.test(error.message) : NETWORK.test(code))
    return failure('unreachable', 'cannot be reached');
  if (code === undefined) return error;
  if (REFUSED_LOGIN.has(code)) return failure('unreachable', 'does not let us in');
  if (code === '53100') return failure('full', 'has no room');
  if (code === '25006') return failure('unreachable', 'may only be read');
  // a text with a NUL, a number that is too large
  if (code.startsWith('22')) return failure('refused', 'cannot keep a value');
  if (code.startsWith('XX')) return failure('corrupt', 'is damaged');
  return error;
}

/** Several addresses of one host may have failed, each in its own way. */
const firstLine = (error: Error): string => {
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  return String(first instanceof Error ? first.message : error.message).split('\n')[0] as string;
};
