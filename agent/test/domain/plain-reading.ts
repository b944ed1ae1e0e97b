/**
 * The figures of people read plainly from SEMANTICS §10 and §12–15: the whole recording at once, slow, written apart
 * from the engine, as its oracle. It shares no code with it.
 */
export type Sample = { ts: number; x: number; y: number };
/** camera and id → samples in order, mm */
export type Recording = Map<string, Sample[]>;
type P = [number, number];
export interface Plain {
  visits: { zoneId: string; track: number; enterTs: number; leaveTs: number }[];
  crossings: { lineId: string; ts: number; direction: 'in' | 'out' }[];
}

/** A track goes on while its samples are at most 2 s apart. */
export function tracksIn(recording: Recording): Sample[][] {
  const tracks: Sample[][] = [];
  for (const samples of recording.values()) {
    let current: Sample[] = [];
    for (const sample of samples) {
      const last = current[current.length - 1];
      if (last && sample.ts - last.ts > 2000) {
        tracks.push(current);
        current = [];
      }
      current.push(sample);
    }
    if (current.length > 0) tracks.push(current);
  }
  return tracks;
}

const orient = (a: P, b: P, c: P): bigint =>
  (BigInt(b[0]) - BigInt(a[0])) * (BigInt(c[1]) - BigInt(a[1])) -
  (BigInt(b[1]) - BigInt(a[1])) * (BigInt(c[0]) - BigInt(a[0]));
const signOf = (n: bigint): number => (n > 0n ? 1 : n < 0n ? -1 : 0);

/** Winding number, with the edges counted as inside. */
export function isInside(polygon: P[], p: P): boolean {
  let winding = 0;
  for (let i = 0; i < polygon.length; i += 1) {
    const a = polygon[i] as P;
    const b = polygon[(i + 1) % polygon.length] as P;
    const o = orient(a, b, p);
    const between =
      Math.min(a[0], b[0]) <= p[0] &&
      p[0] <= Math.max(a[0], b[0]) &&
      Math.min(a[1], b[1]) <= p[1] &&
      p[1] <= Math.max(a[1], b[1]);
    if (o === 0n && between) return true;
    if (a[1] <= p[1] && b[1] > p[1] && o > 0n) winding += 1;
    if (a[1] > p[1] && b[1] <= p[1] && o < 0n) winding -= 1;
  }
  return winding !== 0;
}

/** Stays of one track in one polygon, from the list of its inside samples and the outings between them. */
export function staysOf(track: Sample[], polygon: P[]): { enterTs: number; leaveTs: number; visit: boolean }[] {
  const stays: { enterTs: number; leaveTs: number; visit: boolean }[] = [];
  const inside = track.map((sample) => isInside(polygon, [sample.x, sample.y]));
  let previous = -1;
  track.forEach((sample, index) => {
    if (!inside[index]) return;
    const firstOutside = previous >= 0 && previous + 1 < index ? (track[previous + 1] as Sample).ts : undefined;
    const stay = stays[stays.length - 1];
    if (!stay || (firstOutside !== undefined && sample.ts - firstOutside >= 1500))
      stays.push({ enterTs: sample.ts, leaveTs: sample.ts, visit: false });
    else {
      stay.leaveTs = sample.ts;
      if (sample.ts - stay.enterTs >= 600) stay.visit = true;
    }
    previous = index;
  });
  return stays;
}

export interface PlainLine {
  id: string;
  a: P;
  b: P;
  inward: P;
}

export function crossingsOf(track: Sample[], line: PlainLine): Plain['crossings'] {
  const found: Plain['crossings'] = [];
  const direction: P = [line.b[0] - line.a[0], line.b[1] - line.a[1]];
  const inwardSide = Math.sign(direction[0] * line.inward[1] - direction[1] * line.inward[0]);
  const side = (p: P) => {
    const s = signOf(orient(line.a, line.b, p)) * inwardSide;
    return s >= 0 ? 'in' : 'out';
  };
  const onSegment = (a: P, b: P, p: P) =>
    orient(a, b, p) === 0n &&
    Math.min(a[0], b[0]) <= p[0] &&
    p[0] <= Math.max(a[0], b[0]) &&
    Math.min(a[1], b[1]) <= p[1] &&
    p[1] <= Math.max(a[1], b[1]);
  for (let i = 1; i < track.length; i += 1) {
    const from: P = [(track[i - 1] as Sample).x, (track[i - 1] as Sample).y];
    const to: P = [(track[i] as Sample).x, (track[i] as Sample).y];
    if (side(from) === side(to)) continue;
    const proper =
      signOf(orient(from, to, line.a)) * signOf(orient(from, to, line.b)) < 0 &&
      signOf(orient(line.a, line.b, from)) * signOf(orient(line.a, line.b, to)) < 0;
    const meets =
      proper ||
      onSegment(line.a, line.b, from) ||
      onSegment(line.a, line.b, to) ||
      onSegment(from, to, line.a) ||
      onSegment(from, to, line.b);
    if (meets) found.push({ lineId: line.id, ts: (track[i] as Sample).ts, direction: side(to) as 'in' | 'out' });
  }
  return found;
}

export function plainReading(recording: Recording, zones: { id: string; polygon: P[] }[], lines: PlainLine[]): Plain {
  const visits: Plain['visits'] = [];
  const crossings: Plain['crossings'] = [];
  tracksIn(recording).forEach((track, index) => {
    for (const zone of zones) {
      for (const { visit, enterTs, leaveTs } of staysOf(track, zone.polygon))
        if (visit) visits.push({ zoneId: zone.id, track: index, enterTs, leaveTs });
    }
    for (const line of lines) crossings.push(...crossingsOf(track, line));
  });
  return { visits, crossings };
}

const minuteStart = (ts: number): number => ts - (((ts % 60000) + 60000) % 60000);

/** minute and zone → the value of the zone's fact */
export function zoneFigures(visits: Plain['visits']): Map<string, unknown> {
  const figures = new Map<string, unknown>();
  const keys = new Set<string>();
  for (const { zoneId, enterTs, leaveTs } of visits)
    for (let m = minuteStart(enterTs); m < leaveTs; m += 60000) keys.add(`zone|${m}|${zoneId}`);
  for (const key of keys) {
    const [, minuteText, zoneId] = key.split('|') as [string, string, string];
    const minute = Number(minuteText);
    const own = visits.filter((visit) => visit.zoneId === zoneId);
    const entered = own.filter((visit) => minuteStart(visit.enterTs) === minute);
    const firstOf = new Map<number, number>();
    for (const visit of own) firstOf.set(visit.track, Math.min(firstOf.get(visit.track) ?? Infinity, visit.enterTs));
    const histogram = new Map<number, number>();
    for (const visit of entered)
      histogram.set(
        Math.floor((visit.leaveTs - visit.enterTs) / 1000),
        (histogram.get(Math.floor((visit.leaveTs - visit.enterTs) / 1000)) ?? 0) + 1,
      );
    let overlapMs = 0;
    for (const visit of own)
      overlapMs += Math.max(0, Math.min(visit.leaveTs, minute + 60000) - Math.max(visit.enterTs, minute));
    const instants = [minute, ...own.map((visit) => visit.enterTs)].filter((t) => t >= minute && t < minute + 60000);
    const maxOpen = Math.max(
      ...instants.map((t) => own.filter((visit) => visit.enterTs <= t && t < visit.leaveTs).length),
    );
    figures.set(key, {
      visits: entered.length,
      visitors: entered.filter((visit) => firstOf.get(visit.track) === visit.enterTs).length,
      dwellMs: entered.reduce((total, visit) => total + visit.leaveTs - visit.enterTs, 0),
      histogram: [...histogram].sort((a, b) => a[0] - b[0]),
      overlapMs,
      maxOpen,
    });
  }
  return figures;
}

/** minute → cell → ms, millisecond by millisecond at minute edges */
export function heatFigures(recording: Recording, widthMm: number, depthMm: number): Map<number, Map<number, number>> {
  const columns = Math.ceil(widthMm / 500);
  const heat = new Map<number, Map<number, number>>();
  for (const track of tracksIn(recording)) {
    for (let i = 1; i < track.length; i += 1) {
      const from = track[i - 1] as Sample;
      const to = track[i] as Sample;
      if (from.x < 0 || from.y < 0 || from.x >= widthMm || from.y >= depthMm) continue;
      const cell = Math.floor(from.y / 500) * columns + Math.floor(from.x / 500);
      for (let t = from.ts; t < to.ts; t += 1) {
        const cells = heat.get(minuteStart(t)) ?? new Map<number, number>();
        cells.set(cell, (cells.get(cell) ?? 0) + 1);
        heat.set(minuteStart(t), cells);
      }
    }
  }
  return heat;
}
