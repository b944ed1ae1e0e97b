import type { VersionRow } from '../api/generated/schema.js';
import type { Translate } from '../i18n/translate.js';

type Made = Pick<VersionRow, 'author' | 'origin'>;

/** Who made a version: a person, an API key, or the file that the cloud was started with; null: nobody knows. */
export function plainAuthor(t: Translate, { author, origin }: Made): string | null {
  if (author === null) return origin === 'import' ? t('versions.import') : null;
  const key = /^token:(.*)$/.exec(author)?.[1];
  return key === undefined ? author : t('versions.token', { name: key });
}

/** The same beside a version. */
export function authorWords(t: Translate, row: Made): string | null {
  const author = plainAuthor(t, row);
  return author === null || row.author === null ? author : t('versions.by', { author });
}

/** Why a version was made, where the system says so. */
export function whyWords(t: Translate, { reason }: Pick<VersionRow, 'reason'>): string | null {
  return reason && t(`versions.reason.${reason.code}`, reason.values as Record<string, string | number>);
}

/** From when on, and until when, a version holds or held. `rows` the newest first. */
export function validityWords(
  t: Translate,
  row: VersionRow,
  rows: readonly VersionRow[],
  dateTime: (ms: number) => string,
): string {
  const when = dateTime(Date.parse(row.validFrom));
  if (row.state === 'inForce') return t('versions.since', { when });
  if (row.state === 'planned') return t('versions.from', { when });
  if (row.state === 'cancelled') return t('versions.never', { when });
  const next = rows
    .filter(({ version, state }) => version > row.version && (state === 'past' || state === 'inForce'))
    .at(-1);
  return next ? t('versions.was', { when, until: dateTime(Date.parse(next.validFrom)) }) : t('versions.from', { when });
}
