import { createHash } from 'node:crypto';
import type { CampaignBody, CampaignView, ContentUse, ContentView, LiveScreen } from '@aisle/contracts';
import { mockBlocks, mockLift, mockReplay } from './proof.js';

type Answer = { status: number; answer: unknown };
const DAY = 86_400_000;

/** Content, campaigns and orders of the mock's organisation, in memory. */
export class MockSignage {
  content: Omit<ContentView, 'usedBy'>[];
  campaigns: CampaignView[];
  orders = new Map<string, NonNullable<LiveScreen['order']>>();
  /** what the next campaign that is sent is refused for; turned by tests */
  refuse: { field: string; code: string } | null = null;
  #next = 10;

  constructor(
    private readonly now: () => number,
    private readonly who: string,
  ) {
    const add = (name: string, width: number, height: number, bytes: number, days: number) => ({
      ...this.#file(name, width, height, bytes),
      addedAt: new Date(now() - days * DAY).toISOString(),
    });
    this.content = [
      add('Milk, morning', 1920, 1080, 842_000, 12),
      add('Iced tea portrait', 1080, 1920, 1_240_000, 5),
      add('Rice week', 1920, 1080, 655_000, 3),
    ];
    const [milk, tea] = this.content;
    const live = this.#made({
      name: 'Milk in the morning',
      stores: ['demo'],
      content: [{ contentId: milk?.contentId ?? '' }, { template: 'product', gtins: ['6901230101014'] }],
      category: 'dairy',
      gtins: ['6901230101014'],
      goal: 'pickups',
      screens: ['screen-1', 'screen-2'],
      schedule: { from: '2026-05-11', hours: [['07:00', '11:00']] },
    });
    this.campaigns = [
      {
        ...live,
        campaignId: 'milk',
        state: 'live',
        history: [
          { at: new Date(now() - 40 * DAY).toISOString(), by: who, what: 'made' },
          { at: new Date(now() - 33 * DAY).toISOString(), by: who, what: 'live' },
        ],
      },
      {
        ...this.#made({ name: 'Iced tea', stores: ['demo'], content: [{ contentId: tea?.contentId ?? '' }] }),
        campaignId: 'tea',
      },
    ];
  }

  #file(name: string, width: number, height: number, bytes: number): Omit<ContentView, 'usedBy' | 'addedAt'> {
    const sha256 = createHash('sha256').update(name).digest('hex');
    return {
      ...{ contentId: `c-${sha256.slice(0, 12)}`, name, sha256, addedBy: this.who },
      ...{ type: 'image/png' as const, width, height, bytes, seconds: null },
    };
  }
  #made(body: CampaignBody): CampaignView {
    return {
      campaignId: `campaign-${this.#next++}`,
      state: 'draft',
      ...{ screens: null, category: null, gtins: [], goal: 'stops', policy: 'bandit', holdout: 0.2 },
      ...{ blockMinutes: 20, washInMinutes: 5, minPlaySeconds: 8, dailyCap: null, frequencyCap: null, weight: 1 },
      schedule: {},
      ...body,
      history: [{ at: new Date(this.now()).toISOString(), by: this.who, what: 'made' }],
    };
  }
  #uses(contentId: string): ContentUse[] {
    return this.campaigns
      .filter(({ content }) => content.some((item) => item.contentId === contentId))
      .map(({ campaignId, name, state }) => ({ campaignId, name, state }));
  }

  /** What the screens show, with what people want of them. */
  screens(shown: LiveScreen[]): LiveScreen[] {
    return shown.map((screen) => {
      const order = this.orders.get(screen.deviceId);
      const more: Partial<LiveScreen> =
        screen.deviceId === 'screen-1'
          ? {
              ...{ campaignId: 'milk', arm: 'treated', policy: 'bandit', probabilityMicro: 620_000 },
              files: { here: 3, missing: 1, missingBytes: 8_400_000, full: false },
              player: { width: 1920, height: 1080, clockOffMs: 12, freeBytes: 21_000_000_000, here: 3 },
            }
          : {};
      return { ...screen, ...more, ...(order && { order }) };
    });
  }

  /** Undefined: not one of these calls. */
  answer(method: string, call: string, query: URLSearchParams, body: string, mayWrite: boolean): Answer | undefined {
    const ok = (answer: unknown): Answer => ({ status: 200, answer });
    const problem = (status: number, code: string, field?: string, more = {}): Answer => ({
      status,
      answer: { error: { code, message: code, ...(field && { field }) }, ...more },
    });
    const parts = call.split('/').slice(1).map(decodeURIComponent);
    const [first, id, third] = parts;
    const isSignage =
      first === 'content' || first === 'campaigns' || parts[2] === 'screens' || parts[2] === 'campaigns';
    if (!isSignage) return undefined;
    if (method !== 'GET' && !mayWrite) return problem(403, 'forbidden');
    if (first === 'content') return this.#content(method, id, third, body, ok, problem);
    if (first === 'campaigns' && third === 'replay') return ok(mockReplay(query.get('policy')));
    if (first === 'campaigns') return this.#campaign(method, id, third, body, ok, problem);
    if (parts[2] === 'campaigns' && parts[4] === 'lift') {
      const campaign = this.campaigns.find(({ campaignId }) => campaignId === parts[3]);
      return campaign ? ok(mockLift(campaign, this.now())) : problem(404, 'notFound');
    }
    const [, storeId, , screen = '', what = ''] = parts;
    if (storeId !== 'demo') return undefined;
    if (what === 'blocks') return ok(mockBlocks(this.campaigns, screen, query, this.now()));
    if (what === 'resume') return (this.orders.delete(screen), ok({}));
    if (what !== 'pin' && what !== 'pause') return undefined;
    const { contentId, minutes } = JSON.parse(body) as { contentId?: string; minutes: number | null };
    const untilTs = minutes === null ? null : this.now() + minutes * 60_000;
    const order = { action: what, by: this.who, untilTs, ...(contentId !== undefined && { contentId }) } as const;
    this.orders.set(screen, order);
    return ok({ screenId: screen, ...order, waits: false });
  }

  #content(
    method: string,
    id: string | undefined,
    third: string | undefined,
    body: string,
    ok: (answer: unknown) => Answer,
    problem: (status: number, code: string, field?: string, more?: object) => Answer,
  ): Answer {
    const view = (item: Omit<ContentView, 'usedBy'>): ContentView => ({ ...item, usedBy: this.#uses(item.contentId) });
    if (method === 'GET' && id === undefined) return ok(this.content.map(view));
    if (method === 'POST' && id === undefined) {
      const name = /filename="([^"]*)"/.exec(body)?.[1] ?? '';
      if (!body.includes('PNG')) return problem(415, 'notPlayable', 'file');
      const known = this.content.find((item) => item.name === name);
      if (known) return ok(view(known));
      const made = { ...this.#file(name, 800, 450, body.length), addedAt: new Date(this.now()).toISOString() };
      this.content.push(made);
      return { status: 201, answer: view(made) };
    }
    const item = this.content.find(({ contentId }) => contentId === id);
    if (!item) return problem(404, 'notFound');
    if (third === 'file' || third === 'preview') return ok(picture(item));
    const usedBy = this.#uses(item.contentId);
    if (usedBy.length > 0) return problem(409, 'inUse', undefined, { usedBy });
    this.content = this.content.filter((other) => other !== item);
    return ok({});
  }

  #campaign(
    method: string,
    id: string | undefined,
    third: string | undefined,
    body: string,
    ok: (answer: unknown) => Answer,
    problem: (status: number, code: string, field?: string) => Answer,
  ): Answer {
    if (method !== 'GET' && this.refuse) return problem(400, this.refuse.code, this.refuse.field);
    if (id === undefined) {
      if (method === 'GET') return ok(this.campaigns);
      const given = JSON.parse(body) as CampaignBody;
      const wrong = given.screens?.findIndex((screen) => !/^screen-\d$/.test(screen)) ?? -1;
      if (wrong >= 0) return problem(400, 'unknownScreen', `screens[${wrong}]`);
      const made = this.#made(given);
      this.campaigns.push(made);
      return { status: 201, answer: made };
    }
    const index = this.campaigns.findIndex(({ campaignId }) => campaignId === id);
    const campaign = this.campaigns[index];
    if (!campaign) return problem(404, 'notFound');
    if (method === 'GET') return third === 'lift' ? ok(mockLift(campaign, this.now())) : ok(campaign);
    const at = new Date(this.now()).toISOString();
    const said = JSON.parse(body) as CampaignBody & { state: 'live' | 'paused' | 'ended' };
    const what = third === 'state' ? said.state : 'changed';
    const next = third === 'state' ? { state: said.state } : said;
    this.campaigns[index] = {
      ...{ ...campaign, ...next },
      history: [...campaign.history, { at, by: this.who, what }],
    };
    return ok(this.campaigns[index]);
  }
}

/** A quiet picture with its name on it. */
function picture({ name, width, height }: { name: string; width: number; height: number }): Buffer {
  const hue = [...name].reduce((sum, letter) => sum + (letter.codePointAt(0) ?? 0), 0) % 360;
  const size = Math.round(Math.min(width, height) / 8);
  return Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">` +
      `<rect width="100%" height="100%" fill="hsl(${hue} 45% 32%)"/><circle cx="${width * 0.74}" cy="${height * 0.4}" r="${size * 1.6}" fill="hsl(${hue} 60% 62%)"/>` +
      `<text x="8%" y="82%" fill="#fff" font-family="sans-serif" font-weight="700" font-size="${size}">${name}</text></svg>`,
  );
}
