import { Type, type Static, type TProperties } from '@sinclair/typebox';

/** The store file: one shop's floor, goods and devices. YAML for people, this schema for programs. Unknown keys are refused. */

const strict = <P extends TProperties>(properties: P) => Type.Object(properties, { additionalProperties: false });
const Id = Type.String({
  pattern: '^[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}$',
  description: 'an id of letters, digits, "-", "_", "." or ":"',
});
const Metres = Type.Number({ minimum: -10_000, maximum: 10_000, description: 'a number of metres' });
const Point = Type.Tuple([Metres, Metres], { description: 'a point [x, y] in metres' });
const Line = Type.Tuple([Point, Point], { description: 'two points [[x, y], [x, y]]' });
const Clock = Type.String({ pattern: '^([01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$', description: 'a time "HH:MM"' });
/** A name in both languages; a plain text serves as both. */
const Name = Type.Union(
  [
    Type.String({ minLength: 1 }),
    strict({ en: Type.String({ minLength: 1 }), zh: Type.Optional(Type.String({ minLength: 1 })) }),
  ],
  {
    description: 'a name, {en, zh} or a text',
  },
);

export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export const ZONE_KINDS = ['entrance', 'aisle', 'checkout', 'promotion', 'screen', 'other'] as const;
export const DEVICE_FAMILIES = ['shelf', 'rfid', 'camera', 'ble', 'till', 'screen'] as const;
const oneOf = <const T extends readonly string[]>(values: T) =>
  Type.Union(
    values.map((value) => Type.Literal(value as T[number])),
    { description: `one of ${values.join(', ')}` },
  );

export const Opening = strict({ days: Type.Array(oneOf(WEEKDAYS), { minItems: 1 }), open: Clock, close: Clock });
export const Entrance = strict({
  id: Id,
  name: Type.Optional(Name),
  line: Line,
  inward: Point,
  source: Type.Optional(Id),
});
export const PassersBy = strict({ id: Id, name: Type.Optional(Name), line: Line });
export const Zone = strict({
  id: Id,
  kind: oneOf(ZONE_KINDS),
  name: Type.Optional(Name),
  category: Type.Optional(Id),
  polygon: Type.Array(Point, { minItems: 3, maxItems: 200, description: 'at least three points [x, y]' }),
  engagedAfterSeconds: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 3600, description: 'whole seconds, 1 to 3600' }),
  ),
});
export const Product = strict({
  gtin: Type.String({ pattern: '^[0-9A-Za-z._-]{1,32}$', description: 'a GTIN as quoted text' }),
  name: Type.Optional(Name),
  category: Type.Optional(Id),
  price: Type.Optional(Type.Number({ minimum: 0, description: 'a price, 0 or more' })),
  unitGrams: Type.Optional(Type.Number({ exclusiveMinimum: 0, description: 'grams of one unit, more than 0' })),
});
export const Slot = strict({
  id: Id,
  gtin: Type.Optional(Type.String()),
  facings: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, description: 'a whole number, 1 or more' })),
  capacity: Type.Optional(Type.Integer({ minimum: 1, maximum: 100_000, description: 'a whole number, 1 or more' })),
  level: Type.Optional(Type.Integer({ minimum: 1, maximum: 50, description: 'a level, 1 is the lowest' })),
  tareGrams: Type.Optional(Type.Number({ minimum: 0, description: 'grams of the empty slot' })),
});
export const Fixture = strict({
  id: Id,
  name: Type.Optional(Name),
  zone: Type.Optional(Id),
  at: Type.Optional(Point),
  size: Type.Optional(Point),
  facingDegrees: Type.Optional(Type.Number({ minimum: -360, maximum: 360 })),
  slots: Type.Optional(Type.Array(Slot)),
});
const Pixel = Type.Tuple([Type.Number(), Type.Number()], { description: 'a point [x, y] in pixels of the picture' });
/** Points that are known both in the picture and on the floor: four or more, not three of four on one line. */
export const Calibration = strict({
  /** width and height in pixels of the picture that `image` points lie in */
  resolution: Type.Tuple(
    [Type.Integer({ minimum: 1, maximum: 20_000 }), Type.Integer({ minimum: 1, maximum: 20_000 })],
    {
      description: 'width and height in pixels',
    },
  ),
  points: Type.Array(strict({ image: Pixel, floor: Point }), {
    minItems: 4,
    maxItems: 100,
    description: 'at least four points {image: [x, y], floor: [x, y]}',
  }),
});
/** Where the agent fetches a camera's pictures itself; without it they come by MQTT as `camera/frame/{ts}`. */
export const Stream = strict({
  /** rtsp://, http:// or https:// of a camera, or the path of a video, an animated GIF or a folder of pictures */
  url: Type.String({ minLength: 1, description: 'the address of a stream or the path of a file' }),
  /** at most this many pictures a second are looked at. Raising it costs the processor, lowering it makes fast walkers jump */
  framesPerSecond: Type.Optional(
    Type.Number({ exclusiveMinimum: 0, maximum: 60, description: 'pictures a second, up to 60' }),
  ),
});

export const Device = strict({
  id: Id,
  name: Type.Optional(Name),
  family: oneOf(DEVICE_FAMILIES),
  dialect: Id,
  fixture: Type.Optional(Id),
  zone: Type.Optional(Id),
  /** camera: the zones, entrances and passers-by lines that it sees; all zones when left out */
  covers: Type.Optional(Type.Array(Id, { minItems: 1 })),
  /** camera: a name; whoever leaves the view of one camera of a group and enters another's stays one person */
  group: Type.Optional(Id),
  /** camera: how pixels lie on the floor; needed where it sends pictures or detections */
  calibration: Type.Optional(Calibration),
  stream: Type.Optional(Stream),
  /** camera: folder of the detector's model; the agent's default when left out */
  model: Type.Optional(Id),
  clock: Type.Optional(oneOf(['trusted', 'corrected'] as const)),
  receiptScope: Type.Optional(oneOf(['store', 'day'] as const)),
  minPlaySeconds: Type.Optional(Type.Integer({ minimum: 1, maximum: 3600, description: 'whole seconds, 1 to 3600' })),
});
/** What screens may show. Without `url` the agent's player draws a card from the name and the category's products. */
export const Content = strict({
  id: Id,
  category: Type.Optional(Id),
  name: Type.Optional(Name),
  url: Type.Optional(Type.String()),
});
export const Category = strict({ id: Id, name: Type.Optional(Name) });
export const Settings = strict({
  /** ratios are null below it; raising it hides more hours, lowering it trusts thinner ones */
  minimumCoverage: Type.Optional(Type.Number({ minimum: 0, maximum: 1, description: 'a share, 0 to 1' })),
});

/** Who is staff: not counted among shoppers. Off unless given; the rule that was used is recorded with the figures. */
export const Staff = strict({
  /** whoever has been in one of these zones is staff (a staff room, behind the counter) */
  zones: Type.Optional(Type.Array(Id, { minItems: 1 })),
  /** whoever is followed for longer than this is staff */
  afterMinutes: Type.Optional(Type.Integer({ minimum: 5, maximum: 1440, description: 'whole minutes, 5 to 1440' })),
});

export const StoreFile = strict({
  store: strict({
    id: Id,
    name: Name,
    timezone: Type.String({ minLength: 1, description: 'an IANA time zone such as Asia/Shanghai' }),
    currency: Type.String({ pattern: '^[A-Z]{3}$', description: 'a currency code such as CNY' }),
  }),
  hours: Type.Optional(Type.Array(Opening)),
  floor: strict({
    width: Type.Number({ exclusiveMinimum: 0, maximum: 1000, description: 'metres, more than 0' }),
    depth: Type.Number({ exclusiveMinimum: 0, maximum: 1000, description: 'metres, more than 0' }),
  }),
  entrances: Type.Optional(Type.Array(Entrance)),
  passersBy: Type.Optional(Type.Array(PassersBy)),
  zones: Type.Optional(Type.Array(Zone)),
  categories: Type.Optional(Type.Array(Category)),
  products: Type.Optional(Type.Array(Product)),
  productsFile: Type.Optional(Type.String({ description: 'a CSV file beside the store file' })),
  fixtures: Type.Optional(Type.Array(Fixture)),
  devices: Type.Optional(Type.Array(Device)),
  content: Type.Optional(Type.Array(Content)),
  staff: Type.Optional(Staff),
  settings: Type.Optional(Settings),
});
export type StoreFile = Static<typeof StoreFile>;
export type Zone = Static<typeof Zone>;
export type Entrance = Static<typeof Entrance>;
export type Product = Static<typeof Product>;
export type Fixture = Static<typeof Fixture>;
export type Slot = Static<typeof Slot>;
export type Device = Static<typeof Device>;
export type Content = Static<typeof Content>;
export type Calibration = Static<typeof Calibration>;
export type Stream = Static<typeof Stream>;
export type Staff = Static<typeof Staff>;
export type DeviceFamily = Device['family'];

/** Seconds of dwell from which a visit is engaged, where the zone does not say. */
export const DEFAULT_ENGAGED_AFTER_SECONDS = 5;
export const DEFAULT_MINIMUM_COVERAGE = 0.5;
export const CELL_METRES = 0.5;

/** Columns and rows of the heat grid: cells of 0.5 m from (0, 0); a last, partly covered one counts whole. */
export const gridOf = (floor: StoreFile['floor']): { columns: number; rows: number } => ({
  columns: Math.ceil(floor.width / CELL_METRES - 1e-9),
  rows: Math.ceil(floor.depth / CELL_METRES - 1e-9),
});
