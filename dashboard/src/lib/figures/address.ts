import { COMPARES, periodFromText, periodToText, type Compare, type Period } from './periods.js';

export const VIEWS = ['place', 'people', 'goods', 'screens', 'devices', 'settings'] as const;
export type View = (typeof VIEWS)[number];

/** Pages of their own below a view. */
export const PARTS: Readonly<Partial<Record<View, readonly string[]>>> = {
  devices: ['enrol', 'tare', 'walk', 'handover', 'files'],
};

export interface Route {
  /** null: the first store that the reader may see */
  storeId: string | null;
  view: View;
  period: Period;
  compare: Compare;
  /** one of the view's own pages */
  part?: string | undefined;
  /** the device whose details are open, or that is to be enrolled */
  device?: string | undefined;
}

/** `#/demo/place?period=today&compare=week` → a route. Whatever is missing or wrong takes its default. */
export function routeFromHash(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#/, '').split('?');
  const [, store, view, part] = path.split('/').map(decode);
  const params = new URLSearchParams(query);
  const compare = params.get('compare') as Compare | null;
  const known = VIEWS.includes(view as View) ? (view as View) : 'place';
  const device = params.get('device');
  return {
    storeId: store || null,
    view: known,
    period: periodFromText(params.get('period')),
    compare: compare && COMPARES.includes(compare) ? compare : 'previous',
    ...(part && PARTS[known]?.includes(part) && { part }),
    ...(known === 'devices' && device && { device }),
  };
}

/** What belongs to one page only stays behind when another is gone to. */
export function goTo(route: Route, change: Partial<Route>): Route {
  const next = { ...route, ...change };
  const elsewhere = next.view !== route.view || next.storeId !== route.storeId;
  if ((elsewhere || 'view' in change) && !('part' in change)) delete next.part;
  if ((elsewhere || 'view' in change || 'part' in change) && !('device' in change)) delete next.device;
  return next;
}

export function routeToHash(route: Route): string {
  const query = [
    ...(route.period.kind === 'live' ? [] : [`period=${periodToText(route.period)}`]),
    ...(route.compare === 'previous' ? [] : [`compare=${route.compare}`]),
    ...(route.device === undefined ? [] : [`device=${encodeURIComponent(route.device)}`]),
  ].join('&');
  return `#/${encodeURIComponent(route.storeId ?? '')}/${route.view}${route.part ? `/${route.part}` : ''}${query ? `?${query}` : ''}`;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
