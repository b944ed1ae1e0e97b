import {
  StoreFileError,
  changesOf,
  checkStoreFile,
  problem,
  sentenceOf,
  type NewPlanogram,
  type StoreFile,
} from '@aisle/contracts';
import type { MockVersions } from './versions.js';

interface Answer {
  status: number;
  answer: unknown;
}
const DAY = 86_400_000;

/** Planograms, funnels and effects as the cloud answers them: what is put becomes a version of the mock's time line. */
export class MockPlans {
  readonly #shop: { file: StoreFile; readonly versions: MockVersions };
  readonly #now: () => number;
  /** slots with a wrong label: put back four times as often, bought a fourth as often */
  wrongLabels: ReadonlySet<string> = new Set(['fx-05-b']);

  constructor(shop: { file: StoreFile; readonly versions: MockVersions }, now: () => number) {
    this.#shop = shop;
    this.#now = now;
  }

  /** undefined: no call of these */
  answer(method: string, call: string, query: URLSearchParams, body: string): Answer | undefined {
    if (call === 'planogram' && method === 'PUT') return this.#put(JSON.parse(body) as NewPlanogram);
    if (call === 'planogram') return this.#get(query.get('at'));
    if (call === 'planogram/import') return this.#import(query, body);
    if (call === 'planogram/export') return { status: 200, answer: this.#csv() };
    if (call === 'slots/funnel') return { status: 200, answer: this.#funnel() };
    if (call === 'availability') return undefined;
    const effect = /^versions\/(\d+)\/effect$/.exec(call)?.[1];
    return effect === undefined ? undefined : this.#effect(Number(effect));
  }

  #get(at: string | null): Answer {
    const { version, file, ts } = this.#shop.versions.at(at === null ? this.#now() : Date.parse(at));
    const fixtures = (file.fixtures ?? []).map(({ id, slots = [] }) => ({ id, slots }));
    return { status: 200, answer: { version, validFrom: new Date(ts).toISOString(), fixtures, slots: [] } };
  }

  #put({ fixtures, ...said }: NewPlanogram): Answer {
    const newest = this.#shop.versions.newest;
    if (said.basedOn !== newest.version) return this.#shop.versions.make({ ...said, storeFile: newest.file }, false);
    const slots = new Map(fixtures.map((fixture) => [fixture.id, fixture.slots]));
    const storeFile = {
      ...newest.file,
      fixtures: newest.file.fixtures?.map((fixture) => ({ ...fixture, slots: slots.get(fixture.id) ?? fixture.slots })),
    };
    try {
      checkStoreFile(storeFile, 'storeFile');
    } catch (error) {
      if (!(error instanceof StoreFileError)) throw error;
      const ids = (newest.file.fixtures ?? []).map(({ id }) => id);
      const problems = error.problems.map((wrong) => ({
        ...{ code: wrong.code, values: wrong.values, message: sentenceOf(wrong) },
        field: wrong.field.replace(
          /^fixtures\[(\d+)\]/,
          (_, at: string) => `fixtures[${fixtures.findIndex(({ id }) => id === ids[Number(at)])}]`,
        ),
      }));
      return { status: 400, answer: { error: { code: 'invalid', message: 'refused', problems } } };
    }
    return this.#shop.versions.make({ ...said, storeFile }, false);
  }

  /** A line a slot: fixture,slot,level,gtin,facings */
  #import(query: URLSearchParams, body: string): Answer {
    const newest = this.#shop.versions.newest;
    const refused: unknown[] = [];
    const rows = body
      .trim()
      .split('\n')
      .slice(1)
      .flatMap((text, at) => {
        const [fixture, slot, level, gtin, facings] = text.trim().split(',') as [
          string,
          string,
          string,
          string,
          string,
        ];
        const known = newest.file.products?.some((product) => product.gtin === gtin);
        if (known) return [{ fixture, slot: { id: slot, level: Number(level), gtin, facings: Number(facings) } }];
        const wrong = problem('gtin', 'namesNo', { what: 'product', id: gtin });
        const { code, values } = wrong;
        refused.push({ line: at + 2, column: 4, message: sentenceOf(wrong), code, values });
        return [];
      });
    const storeFile = {
      ...newest.file,
      fixtures: newest.file.fixtures?.map((fixture) => ({
        ...fixture,
        slots: (fixture.slots ?? []).map((slot) => ({ ...slot, ...rows.find((row) => row.slot.id === slot.id)?.slot })),
      })),
    };
    const changes = changesOf(newest.file, storeFile);
    const preview = { basedOn: newest.version, changes, changesLeftOut: 0, refused };
    if (query.get('dryRun') === 'true') return { status: 200, answer: preview };
    if (refused.length > 0 && query.get('skipRefused') !== 'true')
      return { status: 400, answer: { error: { code: 'refused', message: 'refused' }, ...preview } };
    const made = this.#shop.versions.make({ basedOn: newest.version, note: query.get('note'), storeFile }, false);
    return { ...made, answer: { ...(made.answer as object), refused } };
  }

  #csv(): string {
    const slots = (this.#shop.file.fixtures ?? []).flatMap(({ id, slots = [] }) =>
      slots.map((slot) => [id, slot.id, slot.level ?? '', slot.gtin ?? '', slot.facings ?? 1].join(',')),
    );
    return ['fixture,slot,level,gtin,facings', ...slots].join('\n');
  }

  #funnel(): unknown[] {
    const products = new Map((this.#shop.file.products ?? []).map((product) => [product.gtin, product]));
    const usual = (value: number, rate: number, standsOut: 'more' | 'fewer' | null = null) => ({
      ...{ value, low: Math.round(value * 0.6), high: Math.round(value * 1.5), rate, standsOut },
      p: standsOut === null ? 0.4 : 0.000002,
    });
    return (this.#shop.file.fixtures ?? []).flatMap((fixture, at) =>
      (fixture.slots ?? []).map((slot, index) => {
        const passed = 412 - at * 17 - index * 6;
        const stopped = Math.round(passed * 0.23);
        const wrong = this.wrongLabels.has(slot.id);
        const pickups = Math.round(stopped * 0.31) + (wrong ? 2 : 0);
        const returned = wrong ? Math.round(pickups * 0.86) : Math.round(pickups * 0.2);
        const units = wrong ? 4 : pickups - returned;
        const unsensed = fixture.id === 'fx-06';
        const product = products.get(slot.gtin ?? '');
        return {
          ...{ slotId: slot.id, gtin: slot.gtin ?? null, name: product?.name ?? null, fixtureId: fixture.id },
          ...{ zoneId: fixture.zone ?? null, category: product?.category ?? null, level: slot.level ?? null },
          ...{ facings: slot.facings ?? 1, passed, stopped, units, salesNet: units * 9.5, currency: 'CNY' },
          pickups: unsensed ? null : pickups,
          returned: unsensed ? null : returned,
          refilled: unsensed ? null : 12,
          salesPerFacingDay: units * 2,
          expected: {
            ...{
              category: product?.category ?? null,
              level: slot.level ?? null,
              slots: 8,
              from: '2026-05-16T00:00:00Z',
            },
            stopped: usual(stopped, 0.23),
            pickups: unsensed ? null : usual(Math.round(stopped * 0.31), 0.31),
            returned: unsensed ? null : usual(Math.round(pickups * 0.2), 0.2, wrong ? 'more' : null),
            units: usual(wrong ? Math.round(pickups * 0.8) : units, 0.8, wrong ? 'fewer' : null),
          },
          standsOut: wrong,
          sentence: wrong
            ? {
                en: 'Picked up as often as usual, but put back far more: look at its price label and at the pack.',
                zh: '拿起次数正常，放回却远多于平常：请查看价签与包装。',
              }
            : null,
          ...{ emptySeconds: unsensed ? null : 0, coverage: unsensed ? 0 : 0.98, metricVersion: 1, versions: [4] },
          coverageOf: { people: 0.97, goods: unsensed ? 0 : 0.98, sales: 1 },
        };
      }),
    );
  }

  /** Of what has been in force for a week or longer something can be said. */
  #effect(version: number): Answer {
    const kept = this.#shop.versions.kept(version);
    if (!kept) return { status: 404, answer: { error: { code: 'notFound', message: 'no such version' } } };
    const common = {
      ...{ version, metric: 'salesNet', since: new Date(kept.ts).toISOString(), zones: ['dairy'] },
      ...{ comparedWith: ['drinks', 'snacks'], leftOut: [], marks: [] },
    };
    const nothing = { effect: null, low: null, high: null, p: null };
    if (this.#now() - kept.ts < 7 * DAY)
      return {
        status: 200,
        answer: {
          ...{ ...common, ...nothing, smallestP: null, units: null, unitKind: null, method: null, claims: false },
          ...{ why: 'tooSoon', weeks: [] },
          sentence: {
            en: 'In force for less than a week: nothing can be said yet.',
            zh: '生效不足一周，尚不能下结论。',
          },
        },
      };
    return {
      status: 200,
      answer: {
        ...{
          ...common,
          effect: 0.11,
          low: 0.03,
          high: 0.19,
          p: 0.04,
          smallestP: 0.04,
          units: 24,
          claims: true,
          why: null,
        },
        ...{ unitKind: 'zone', method: 'differenceInDifferences' },
        weeks: [1.02, 0.97, 1.01, 1, 1.13, 1.1].map((treated, at) => ({
          ...{
            from: new Date(kept.ts + (at - 4) * 7 * DAY).toISOString(),
            after: at > 3,
            treated,
            comparison: 1 + (at % 2) / 50,
          },
        })),
        sentence: {
          en: 'Sales of the moved product rose by 11 % (3 to 19 %) against 24 comparable slots.',
          zh: '与 24 个可比货位相比，移动商品的销售额上升 11%（3% 至 19%）。',
        },
      },
    };
  }
}
