import type { SlotFunnelRow } from '@aisle/contracts';
import type { Steps, Usual } from './funnel-usual.js';

const number = (value: number): string => String(Math.round(value * 10) / 10);

/** What stands out of a facing, in one sentence; null: nothing does. */
export function funnelSentence({ pickups, returned, units }: Steps, usual: Usual): SlotFunnelRow['sentence'] {
  const en: string[] = [];
  const zh: string[] = [];
  const between = ({ low, high }: { low: number; high: number }) => ({
    en: `${low} to ${high}`,
    zh: `${low} 至 ${high}`,
  });
  if (usual.returned?.standsOut && returned !== null) {
    const { en: range, zh: rangeZh } = between(usual.returned);
    en.push(`of ${number(pickups ?? 0)} picked up, ${number(returned)} were put back (usual: ${range})`);
    zh.push(`拿取 ${number(pickups ?? 0)} 件中放回 ${number(returned)} 件（通常 ${rangeZh} 件）`);
  }
  if (usual.units?.standsOut && units !== null) {
    const { en: range, zh: rangeZh } = between(usual.units);
    en.push(`${number(units)} were sold for ${number(pickups ?? 0)} picked up (usual: ${range})`);
    zh.push(`拿取 ${number(pickups ?? 0)} 件，售出 ${number(units)} 件（通常 ${rangeZh} 件）`);
  }
  if (en.length === 0) return null;
  const text = en.join('; ');
  return { en: `${text.charAt(0).toUpperCase()}${text.slice(1)}.`, zh: `${zh.join('；')}。` };
}
