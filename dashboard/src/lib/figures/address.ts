import { COMPARES, periodFromText, periodToText, type Compare, type Period } from './periods.js';

export const VIEWS = ['place', 'people', 'goods', 'screens', 'devices', 'settings'] as const;
export type View = (typeof VIEWS)[number];

/** Pages of their own below a view. */
export const PARTS: Readonly<Partial<Record<View, readonly string[]>>> = {
  place: ['zone', 'floor'],
  people: ['hours'],
  goods: ['product', 'planogram', 'funnel', 'versions', 'labels', 'worklist'],
  screens: ['screen', 'campaigns', 'campaign', 'content'],
  devices: ['enrol', 'tare', 'walk', 'handover', 'files'],
};

/** Pages that are about one thing, and so need to know which: a zone, product, screen or campaign, or a figure of the shop. */
const ABOUT_ONE: readonly string[] = ['zone', 'hours', 'product', 'screen', 'campaign'];
/** What of a page's state stands in the address: so that a link shows what its sender saw, and back goes back to it. */
export const SEEN = [
  'layer',
  'zone',
  'zoom',
  'sort',
  'search',
  'category',
  'metric',
  'day',
  'hour',
  'play',
  'tab',
  'kind',
  'state',
  'campaign',
  'outcome',
  'arm',
  'turn',
  'item',
  'fixture',
  'version',
] as const;
export type Seen = (typeof SEEN)[number];

export interface Route {
  /** null: the first store that the reader may see */
  storeId: string | null;
  view: View;
  period: Period;
  compare: Compare;
  /** one of the view's own pages */
  part?: string | undefined;
  /** id of the zone, product, screen or figure that the part is about */
  subject?: string | undefined;
  /** layer, sort, selection, zoom …; left out: as the page begins */
  see?: Readonly<Partial<Record<Seen, string>>> | undefined;
  /** the device whose details are open, or that is to be enrolled */
  device?: string | undefined;
}

/** `#/demo/place?period=today&compare=week` → a route. Whatever is missing or wrong takes its default. */
export function routeFromHash(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#/, '').split('?');
  const [, store, view, part, subject] = path.split('/').map(decode);
  const params = new URLSearchParams(query);
  const compare = params.get('compare') as Compare | null;
  const known = VIEWS.includes(view as View) ? (view as View) : 'place';
  const device = params.get('device');
  // a page about one thing needs to know which
  const isPart = part && PARTS[known]?.includes(part) && (!ABOUT_ONE.includes(part) || subject);
  const see = Object.fromEntries(
    SEEN.flatMap((name) => {
      const value = params.get(name);
      return value ? [[name, value.slice(0, 200)]] : [];
    }),
  );
  return {
    storeId: store || null,
    view: known,
    period: periodFromText(params.get('period')),
    compare: compare && COMPARES.includes(compare) ? compare : 'previous',
    ...(isPart && { part }),
    ...(isPart && ABOUT_ONE.includes(part) && { subject }),
    ...(Object.keys(see).length > 0 && { see }),
    ...(known === 'devices' && device && { device }),
  };
}

/** What belongs to one page only stays behind when another is gone to. */
export function goTo(route: Route, change: Partial<Route>): Route {
  const next = { ...route, ...change };
  const elsewhere = next.view !== route.view || next.storeId !== route.storeId;
  if ((elsewhere || 'view' in change) && !('part' in change)) delete next.part;
  if ((elsewhere || 'view' in change || 'part' in change) && !('subject' in change)) delete next.subject;
  const isOther = elsewhere || next.part !== route.part || next.subject !== route.subject;
  if (isOther && !('see' in change)) delete next.see;
  // an hour that was chosen lies in the period that it was chosen in
  if ('period' in change && !('see' in change) && next.see?.hour !== undefined) {
    const { hour: _hour, ...rest } = next.see;
    next.see = rest;
  }
  if ((elsewhere || 'view' in change || 'part' in change) && !('device' in change)) delete next.device;
  return next;
}

export function routeToHash(route: Route): string {
  const query = [
    ...(route.period.kind === 'live' ? [] : [`period=${periodToText(route.period)}`]),
    ...(route.compare === 'previous' ? [] : [`compare=${route.compare}`]),
    ...(route.device === undefined ? [] : [`device=${encodeURIComponent(route.device)}`]),
    ...SEEN.flatMap((name) => {
      const value = route.see?.[name];
      return value === undefined || value === '' ? [] : [`${name}=${encodeURIComponent(value)}`];
    }),
  ].join('&');
  const path = [encodeURIComponent(route.storeId ?? ''), route.view];
  if (route.part) path.push(route.part);
  if (route.part && route.subject) path.push(encodeURIComponent(route.subject));
  return `#/${path.join('/')}${query ? `?${query}` : ''}`;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
