import type { MessageKey, Translate } from '../i18n/translate.js';

/** What the shop says about a choice (English sentences of its decision log), in the reader's language. */
const PATTERNS: readonly (readonly [RegExp, MessageKey])[] = [
  [/^Shoppers here spent longest in (?<category>.+) \((?<seconds>\d+) s\)$/, 'reason.dwell'],
  [/^Shoppers here are most interested in (?<category>.+) \((?<percent>\d+) %\)$/, 'reason.interest'],
  [/^Shoppers here have not stopped at any category yet; (?<category>.+) is nearest$/, 'reason.nearest'],
  [/^Shoppers here have not stopped at any category yet$/, 'reason.welcome'],
];

/** `category`: its name in the reader's language, null when the content has none. Other sentences are shown as they came. */
export function reasonWords(
  t: Translate,
  duration: (seconds: number) => string,
  reason: string | null,
  category: string | null,
): string {
  if (!reason) return t('reason.unknown');
  for (const [pattern, key] of PATTERNS) {
    const found = pattern.exec(reason);
    if (!found) continue;
    // A sentence without parts has no groups at all.
    const parts = found.groups ?? {};
    return t(key, {
      category: category ?? parts['category'] ?? '',
      time: duration(Number(parts['seconds'] ?? 0)),
      share: `${parts['percent'] ?? 0}%`,
    });
  }
  return reason;
}
