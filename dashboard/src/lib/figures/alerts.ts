import type { IncidentKind, LiveAlert, StoreFile } from '@aisle/contracts';
import type { MessageKey, Translate } from '../i18n/translate.js';

type AlertKind = IncidentKind | 'agentOffline' | 'deviceOffline' | 'deviceSilent' | 'deviceClock' | 'cellSilent';
/** What needs somebody, in words for shop people. The test holds it complete against the contracts. */
export const ALERT_WORDS: Record<AlertKind, MessageKey> = {
  agentOffline: 'alert.agentOffline',
  deviceOffline: 'alert.deviceOffline',
  deviceSilent: 'alert.deviceSilent',
  deviceClock: 'alert.deviceClock',
  cellSilent: 'alert.cellSilent',
  outOfStock: 'alert.outOfStock',
  lowStock: 'alert.lowStock',
  tampering: 'alert.tampering',
  overload: 'alert.overload',
  misplaced: 'alert.misplaced',
  unpaid: 'alert.unpaid',
  loitering: 'alert.loitering',
  detectorUnfit: 'alert.detectorUnfit',
};
/** Kinds that somebody who looks after the goods can do something about. */
export const GOODS_ALERTS: ReadonlySet<string> = new Set<AlertKind>([
  'outOfStock',
  'lowStock',
  'tampering',
  'overload',
  'misplaced',
  'unpaid',
]);

type Name = Parameters<typeof alertWords>[3];

/** "Empty: Milk 1 l (fx-1-a)". Kinds that this page does not know yet are told as they are. */
export function alertWords(
  t: Translate,
  alert: LiveAlert,
  file: StoreFile,
  name: (given: string | { en: string; zh?: string } | undefined, id: string) => string,
): string {
  const key = ALERT_WORDS[alert.kind as AlertKind];
  const params = { subject: subjectOf(alert.subject, file, name), n: alert.count ?? 0 };
  return key ? t(key, params) : t('alert.other', { ...params, kind: alert.kind });
}

function subjectOf(id: string, file: StoreFile, name: Name): string {
  for (const fixture of file.fixtures ?? []) {
    if (fixture.id === id) return name(fixture.name, id);
    const slot = fixture.slots?.find((candidate) => candidate.id === id);
    const product = slot && file.products?.find(({ gtin }) => gtin === slot.gtin);
    if (product) return `${name(product.name, product.gtin)} (${id})`;
  }
  const product = file.products?.find(({ gtin }) => gtin === id);
  if (product) return name(product.name, id);
  const named = [...(file.zones ?? []), ...(file.devices ?? [])].find((candidate) => candidate.id === id);
  return name(named?.name, id);
}

/** Open ones first to last, newest first; those that are over are history. */
export const openAlerts = (alerts: readonly LiveAlert[], kinds: ReadonlySet<string>): LiveAlert[] =>
  alerts
    .filter((alert) => alert.until === null && kinds.has(alert.kind))
    .sort((a, b) => Date.parse(b.since) - Date.parse(a.since));
