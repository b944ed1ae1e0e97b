import { wordsOf } from '@aisle/contracts';
import type { ApiError } from '../api/client.js';
import type { Locale, Translate } from '../i18n/translate.js';

interface Words {
  t: Translate;
  locale: Locale;
}
/** A problem as it travels: code and values, and English for who knows no better. */
export interface Travelled {
  code?: string | undefined;
  values?: Record<string, string | number> | undefined;
  message: string;
}

/** What is wrong, in the reader's language; of a side that tells no code, or a newer one, what it says. */
export const travelledWords = (locale: Locale, { code, values, message }: Travelled): string =>
  (code === undefined ? undefined : wordsOf(locale, { code, values: values ?? {} })) ?? message;

/** What went wrong with a call, for the reader. */
export function problemWords({ t, locale }: Words, error: ApiError): string {
  if (error.status === 0) return t('error.network');
  if (error.code === 'tooManyRows') return t('error.range');
  if (error.status >= 500) return t('error.server', { status: error.status });
  const told = error.problem && wordsOf(locale, error.problem);
  if (told !== undefined && error.problem?.values['what'] !== 'store')
    return error.field === undefined ? told : t('error.field', { field: error.field, what: told });
  if (error.status === 404) return t('error.unknownStore');
  return error.code === 'unknown' ? t('error.server', { status: error.status }) : error.message;
}
