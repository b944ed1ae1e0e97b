import type { ApiError } from '../api/client.js';
import type { Translate } from '../i18n/translate.js';

/** What went wrong, for the reader. */
export function problemWords(t: Translate, problem: ApiError): string {
  if (problem.status === 0) return t('error.network');
  if (problem.code === 'tooManyRows') return t('error.range');
  if (problem.status === 404) return t('error.unknownStore');
  return t('error.server', { status: problem.status });
}
