import { Type, type Static, type TProperties } from '@sinclair/typebox';
import { AisleError, compile, type FieldMessage, parseYaml } from '@aisle/contracts';

/** How shoppers behave: `simulators/shops/behaviour.yaml` explains each key, its unit, and what raising or lowering it does. */
const strict = <P extends TProperties>(properties: P) => Type.Object(properties, { additionalProperties: false });
const within = (minimum: number, maximum: number, unit: string) =>
  Type.Number({ minimum, maximum, description: `${unit}, ${minimum} to ${maximum}` });
const Share = Type.Number({ minimum: 0, maximum: 1, description: 'a share, 0 to 1' });
const Seconds = within(0.1, 3600, 'seconds');
/** A log-normal duration: mean in seconds, and standard deviation ÷ mean. */
const Duration = strict({ mean: Seconds, variation: within(0, 3, 'standard deviation ÷ mean') });
const Span = Type.Tuple([Type.Integer({ minimum: 0, maximum: 100 }), Type.Integer({ minimum: 0, maximum: 100 })], {
  description: 'two whole numbers [least, most], 0 to 100',
});

export const ShopperKind = strict({
  share: within(0, 1000, 'a weight'),
  /** products wanted, uniform between both */
  wants: Span,
  /** further shelves looked at without a need */
  browses: Span,
  /** places without goods (tasting, screens) stopped at */
  lingers: Span,
  pace: within(0.3, 3, 'a factor on walking speed'),
});

/** How people carry themselves at a shelf, and on the way to it. */
const Manner = strict({
  paceFactor: within(0.3, 2, 'a factor on the pace'),
  standOffMetres: strict({ mean: within(0.01, 2, 'metres'), variation: within(0, 3, 'standard deviation ÷ mean') }),
  lookFactor: within(0.1, 5, 'a factor on shelf.lookSeconds'),
  pauseShare: Share,
  shiftSeconds: Duration,
});
export type Manner = Static<typeof Manner>;

export const Behaviour = strict({
  arrivals: strict({
    perHour: within(0, 3000, 'people per hour'),
    passersByPerHour: within(0, 20_000, 'people per hour'),
    dayProfile: Type.Array(within(0, 100, 'a factor'), {
      minItems: 24,
      maxItems: 24,
      description: '24 factors, one per hour of the day',
    }),
    entranceWeights: Type.Record(Type.String(), within(0, 1000, 'a weight')),
    groupShare: Share,
    warmUpMinutes: within(0, 120, 'minutes'),
  }),
  walking: strict({
    metresPerSecond: strict({
      mean: within(0.3, 3, 'm/s'),
      deviation: within(0, 1, 'm/s'),
      least: within(0.2, 3, 'm/s'),
      most: within(0.2, 4, 'm/s'),
    }),
    doorMetresPerSecond: within(0.5, 4, 'm/s'),
    accelerationMetresPerSecond2: within(0.2, 10, 'm/s²'),
    bodyRadiusMetres: within(0.1, 0.6, 'metres'),
    edgeMarginMetres: within(0, 2, 'metres'),
  }),
  kinds: Type.Record(Type.String({ minLength: 1 }), ShopperKind, { minProperties: 1 }),
  categoryWeights: Type.Record(Type.String(), within(0, 1000, 'a weight')),
  shelf: strict({
    lookSeconds: Duration,
    takeShare: Share,
    impulseShare: Share,
    secondUnitShare: Share,
    inspectSeconds: Duration,
    putbackShare: Share,
    reachSeconds: strict({ least: within(0.1, 5, 'seconds'), most: within(0.1, 5, 'seconds') }),
    settleSeconds: within(0.5, 30, 'seconds'),
    secondSlotWeight: within(0, 100, 'a weight'),
  }),
  intent: strict({
    coming: Manner,
    browsing: Manner,
    pauseSeconds: Duration,
    mistakenShare: Share,
  }),
  hall: strict({ stopShare: Share, seconds: Duration }),
  linger: strict({ seconds: Duration }),
  till: strict({
    secondsPerUnit: within(0, 60, 'seconds'),
    paymentSeconds: Duration,
    discountShare: Share,
    discountPercent: strict({ least: within(0, 100, 'percent'), most: within(0, 100, 'percent') }),
    returnShare: Share,
    queueSpacingMetres: within(0.4, 3, 'metres'),
    giveUpShare: Share,
  }),
  stock: strict({
    initialShare: strict({ least: Share, most: Share }),
    restockBelowShare: Share,
    restockToShare: Share,
    unitsPerReach: Type.Integer({ minimum: 1, maximum: 20, description: 'whole units, 1 to 20' }),
  }),
  /** how shoppers react to screens; left out: not at all */
  screens: Type.Optional(
    strict({
      strength: within(0, 20, 'a share beyond the usual'),
      noticeShare: Share,
      rememberSeconds: within(1, 7200, 'seconds'),
    }),
  ),
  /** what people see of a shelf by where it stands; left out: everybody sees everything */
  noticing: Type.Optional(
    strict({
      looks: within(0.1, 100, 'looks'),
      eyeMetres: within(0.2, 2.5, 'metres'),
      spreadMetres: within(0.05, 5, 'metres'),
      foundAnyway: Share,
      passingPull: within(0, 20, 'a share beyond the usual'),
    }),
  ),
  /** people of the shop, who go about and fill up shelves; without them goods come by themselves */
  staff: Type.Optional(
    strict({
      people: Type.Integer({ minimum: 0, maximum: 50, description: 'whole people, 0 to 50' }),
      restSeconds: Duration,
    }),
  ),
});
export type Behaviour = Static<typeof Behaviour>;
export type ShopperKind = Static<typeof ShopperKind>;

export class BehaviourError extends AisleError {
  override readonly name = 'BehaviourError';
  readonly code = 'behaviourFile';
  constructor(
    readonly source: string,
    readonly problems: FieldMessage[],
  ) {
    super(
      `${source}: ${problems.map((problem) => (problem.field ? `${problem.field} ${problem.message}` : problem.message)).join('; ')}`,
    );
  }
}

const checker = compile(Behaviour);

type Keyed = Readonly<Record<string, unknown>>;
const isMap = (value: unknown): value is Keyed => typeof value === 'object' && value !== null && !Array.isArray(value);

function yamlOf(text: string, source: string): unknown {
  const read = parseYaml(text);
  if (!read.ok) throw new BehaviourError(source, [read.problem]);
  return read.value;
}

function extended(own: Keyed, source: string, readOther: ((name: string) => string) | undefined): unknown {
  const { extends: other, ...rest } = own;
  if (typeof other !== 'string' || !readOther)
    throw new BehaviourError(source, [{ field: 'extends', message: 'expected the name of a file beside this one' }]);
  return merged(yamlOf(readOther(other), other), rest);
}

/** Maps are joined key by key, everything else is replaced. */
function merged(base: unknown, over: unknown): unknown {
  if (!isMap(base) || !isMap(over)) return over;
  const joined: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(over)) joined[key] = merged(base[key], value);
  return joined;
}

/**
 * YAML text → checked behaviour. A file that `extends` another says only what is different; `readOther` fetches that one.
 * @throws BehaviourError naming every key's path
 */
export function parseBehaviour(text: string, source: string, readOther?: (name: string) => string): Behaviour {
  const own = yamlOf(text, source);
  const raw = isMap(own) && 'extends' in own ? extended(own, source, readOther) : own;
  const shape = checker.problems(raw);
  if (shape.length > 0) throw new BehaviourError(source, shape);
  const behaviour = raw as Behaviour;
  const problems: FieldMessage[] = [];
  const rising = (field: string, least: number, most: number) => {
    if (least > most)
      problems.push({ field, message: `expected the least not above the most, got ${least} and ${most}` });
  };
  const { metresPerSecond } = behaviour.walking;
  rising('walking.metresPerSecond', metresPerSecond.least, metresPerSecond.most);
  rising('shelf.reachSeconds', behaviour.shelf.reachSeconds.least, behaviour.shelf.reachSeconds.most);
  rising('till.discountPercent', behaviour.till.discountPercent.least, behaviour.till.discountPercent.most);
  rising('stock.initialShare', behaviour.stock.initialShare.least, behaviour.stock.initialShare.most);
  rising('stock.restockBelowShare', behaviour.stock.restockBelowShare, behaviour.stock.restockToShare);
  for (const [id, kind] of Object.entries(behaviour.kinds)) {
    for (const key of ['wants', 'browses', 'lingers'] as const) rising(`kinds.${id}.${key}`, ...kind[key]);
  }
  if (Object.values(behaviour.kinds).every((kind) => kind.share === 0))
    problems.push({ field: 'kinds', message: 'expected a share above 0 for one of them' });
  if (problems.length > 0) throw new BehaviourError(source, problems);
  return behaviour;
}
