import type { LiveScreen, Reason, ReasonCode } from '@aisle/contracts';
import type { MessageKey, Translate } from '../i18n/translate.js';

/** A reason of a shop whose agent knows no codes is a sentence. */
type Told = Reason | string | null;

const KEYS: Readonly<Record<ReasonCode, MessageKey>> = {
  interest: 'reason.interest',
  dwell: 'reason.dwell',
  nearest: 'reason.nearest',
  first: 'reason.first',
  welcome: 'reason.welcome',
  learned: 'reason.learned',
  exploring: 'reason.exploring',
  loop: 'reason.loop',
  heldOut: 'reason.heldOut',
  pinned: 'reason.pinned',
  paused: 'reason.paused',
  nothing: 'reason.nothing',
};

/** What a screen says of its choice now. */
export const liveReason = ({ why, reason }: Pick<LiveScreen, 'why' | 'reason'>): Told => why ?? (reason || null);

/** Why a screen shows something, in the reader's language. `category`: of an id, its name; sentences are shown as they came. */
export function reasonWords(
  t: Translate,
  words: { duration(seconds: number): string; percent(share: number): string },
  told: Told,
  category: (id: string) => string,
): string {
  if (told === null) return t('reason.unknown');
  if (typeof told === 'string') return told;
  const { code, values } = told;
  if (code === 'said') return String(values['text'] ?? '');
  if (!Object.hasOwn(KEYS, code)) return t('reason.other', { code });
  return t(KEYS[code as ReasonCode], {
    category: category(String(values['category'] ?? '')),
    time: words.duration(Number(values['seconds'] ?? 0)),
    share: words.percent(Number(values['percent'] ?? 0) / 100),
  });
}
