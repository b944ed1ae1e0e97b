import { COMPARES, periodFromText, periodToText, type Compare, type Period } from './periods.js';

export const VIEWS = ['place', 'people', 'goods', 'screens', 'devices'] as const;
export type View = (typeof VIEWS)[number];

export interface Route {
  /** null: the first store that the reader may see */
  storeId: string | null;
  view: View;
  period: Period;
  compare: Compare;
}

/** `#/demo/place?period=today&compare=week` → a route. Whatever is missing or wrong takes its default. */
export function routeFromHash(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#/, '').split('?');
  const [, store, view] = path.split('/').map(decode);
  const params = new URLSearchParams(query);
  const compare = params.get('compare') as Compare | null;
  return {
    storeId: store || null,
    view: VIEWS.includes(view as View) ? (view as View) : 'place',
    period: periodFromText(params.get('period')),
    compare: compare && COMPARES.includes(compare) ? compare : 'previous',
  };
}

export function routeToHash(route: Route): string {
  const query = [
    ...(route.period.kind === 'live' ? [] : [`period=${periodToText(route.period)}`]),
    ...(route.compare === 'previous' ? [] : [`compare=${route.compare}`]),
  ].join('&');
  return `#/${encodeURIComponent(route.storeId ?? '')}/${route.view}${query ? `?${query}` : ''}`;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
