import type { DevicesView, WaitingCommand } from '@aisle/contracts';
import type { MessageKey, Translate } from '../i18n/translate.js';

const KINDS: Readonly<Record<string, MessageKey>> = {
  planned: 'sides.kind.planned',
  recompute: 'sides.kind.recompute',
  storeFile: 'sides.kind.storeFile',
  sale: 'sides.kind.sale',
  credential: 'sides.kind.credential',
  tare: 'sides.kind.tare',
};

/** What waits because the shop's agent cannot use it yet, in words: a line for each reason, none while nothing does. */
export function waitLines(
  t: Translate,
  { waits = [], agentVersion }: Pick<DevicesView, 'waits' | 'agentVersion'>,
): string[] {
  const what = (wanted: (code: WaitingCommand['code']) => boolean): string =>
    [...new Set(waits.filter(({ code }) => wanted(code)).map(({ kind }) => t(KINDS[kind] ?? 'sides.kind.other')))].join(
      t('sides.and'),
    );
  const older = what((code) => code === 'agentOlder');
  const refused = what((code) => code === 'unknownCommand' || code === 'malformed');
  const early = what((code) => code === 'noStoreFile');
  return [
    ...(older ? [t('sides.older', { what: older, version: agentVersion ?? '?' })] : []),
    ...(refused ? [t('sides.refused', { what: refused })] : []),
    ...(early ? [t('sides.noStoreFile', { what: early })] : []),
  ];
}
