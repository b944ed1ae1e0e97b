import { wordsOf } from '@aisle/contracts';
import type { ApiError } from '../api/client.js';
import type { Locale, Translate } from '../i18n/translate.js';
import { problemWords } from './problem-words.js';

/** What is wrong with one thing, told beside it: so without the name of the field. */
export const refusalWords = (words: { t: Translate; locale: Locale }, error: ApiError): string =>
  (error.problem && wordsOf(words.locale, error.problem)) ?? problemWords(words, error);

/** Why a file was not taken. */
export function fileRefusal(words: { t: Translate; locale: Locale }, error: ApiError): string {
  if (error.status === 0) return words.t('content.wrong.network');
  const told = error.problem && wordsOf(words.locale, error.problem);
  if (told !== undefined) return told;
  if (error.status === 413) return words.t('content.wrong.large');
  if (error.status === 415) return words.t('content.wrong.type');
  if (error.status === 403) return words.t('content.wrong.right');
  return problemWords(words, error);
}
