import { DAY, type Compare, type Period } from '../figures/periods.js';
import { fromWall } from '../figures/store-time.js';
import type { Translate } from '../i18n/translate.js';

/** What a comparison is called next to this period. */
export function compareWords(t: Translate, period: Period, compare: Compare, timeZone: string): string {
  if (compare === 'none') return t('compare.none');
  if (period.kind === 'live' || period.kind === 'today')
    return t(compare === 'week' ? 'compare.week' : 'compare.previousDay');
  const days =
    period.kind === 'week'
      ? 7
      : Math.max(1, Math.ceil((fromWall(period.to, timeZone) - fromWall(period.from, timeZone)) / DAY - 1e-9));
  if (compare === 'week') return t(days === 1 ? 'compare.week' : 'compare.weeks');
  return t('compare.previousDays', { count: days });
}

export function compareItems(t: Translate, period: Period, timeZone: string): { value: Compare; label: string }[] {
  // Seven days before are the same weekdays already.
  const kinds: Compare[] = period.kind === 'week' ? ['previous', 'none'] : ['previous', 'week', 'none'];
  return kinds.map((value) => ({ value, label: compareWords(t, period, value, timeZone) }));
}
