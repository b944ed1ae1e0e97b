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
const ProductCode = Type.String({ pattern: '^[0-9A-Za-z._-]{1,32}$', description: 'a GTIN as quoted text' });
export const Product = strict({
  gtin: ProductCode,
  /** what else the product goes by: other GTINs, PLU numbers, beginnings (2…, 5 to 11 digits) of labels with weight or price */
  codes: Type.Optional(
    Type.Array(ProductCode, { maxItems: 100, description: 'a list of further codes, as quoted text' }),
  ),
  name: Type.Optional(Name),
  category: Type.Optional(Id),
  price: Type.Optional(Type.Number({ minimum: 0, description: 'a price, 0 or more' })),
  /** what one unit (by weight: one kilogram) costs the shop */
  cost: Type.Optional(Type.Number({ minimum: 0, description: 'a cost, 0 or more' })),
  /** weight: the till's quantity is kilograms, and a line counts as one unit. `piece` when left out */
  soldBy: Type.Optional(oneOf(['piece', 'weight'] as const)),
  unitGrams: Type.Optional(Type.Number({ exclusiveMinimum: 0, description: 'grams of one unit, more than 0' })),
});
export const Slot = strict({
  id: Id,
  gtin: Type.Optional(Type.String()),
  facings: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, description: 'a whole number, 1 or more' })),
  capacity: Type.Optional(Type.Integer({ minimum: 1, maximum: 100_000, description: 'a whole number, 1 or more' })),
  level: Type.Optional(Type.Integer({ minimum: 1, maximum: 50, description: 'a level, 1 is the lowest' })),
  tareGrams: Type.Optional(Type.Number({ minimum: 0, description: 'grams of the empty slot' })),
  /** few are left at this many units; a fifth of the capacity when left out */
  lowAt: Type.Optional(Type.Integer({ minimum: 1, maximum: 100_000, description: 'a whole number of units' })),
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

const Mac = Type.String({
  pattern: '^[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){5}$',
  description: 'a Bluetooth address such as "A4:C1:38:56:53:84"',
});
const Hex = (digits: number) =>
  Type.String({ pattern: `^[0-9A-Fa-f]{${digits}}$`, description: `${digits} hex digits` });
const Uuid = Type.String({
  pattern: '^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$',
  description: 'a UUID',
});
const Short = Type.Integer({ minimum: 0, maximum: 65_535, description: 'a whole number, 0 to 65535' });

/** What an antenna of an RFID reader stands for. `shelf`: goods on show; the others are where goods pass or wait. */
export const ANTENNA_ROLES = ['shelf', 'storage', 'fitting', 'till', 'exit'] as const;
export const Antenna = strict({
  antenna: Type.Integer({ minimum: 1, maximum: 1024, description: 'the number of an antenna, 1 or more' }),
  /** `shelf` when left out */
  role: Type.Optional(oneOf(ANTENNA_ROLES)),
  /** the narrowest place that is known: goods of the tag's product belong into its slots there */
  slot: Type.Optional(Id),
  fixture: Type.Optional(Id),
  zone: Type.Optional(Id),
});
/** When a tag is taken for present. The defaults are in docs/devices; raising calms, lowering is sooner. */
export const Presence = strict({
  /** not read for so long by its antenna, and read elsewhere or nowhere: it is gone */
  holdOffSeconds: Type.Optional(Type.Number({ minimum: 1, maximum: 600, description: 'seconds, 1 to 600' })),
  /** another antenna must hear it so much louder before the tag has moved there */
  hysteresisDb: Type.Optional(Type.Number({ minimum: 0, maximum: 40, description: 'decibels, 0 to 40' })),
  /** weaker reads are strays from elsewhere and do not make a tag present */
  enterDbm: Type.Optional(Type.Number({ minimum: -120, maximum: 0, description: 'dBm, -120 to 0' })),
});
/** Which slot a sensor of a shelf weighs. */
export const ShelfSensor = strict({
  /** the sensor's name in the topic (ESPHome's object id); BTHome shelves have none: their masses count in order */
  sensor: Type.Optional(Type.String({ minLength: 1, maxLength: 128, description: 'the name of a sensor' })),
  slot: Id,
  /** grams when left out */
  unit: Type.Optional(oneOf(['g', 'kg', 'lb'] as const)),
});
/** What a rule that was set in a camera means for the store. */
export const CameraRule = strict({
  /** the rule's name in the camera */
  rule: Type.String({ minLength: 1, maxLength: 128, description: 'the name of a rule' }),
  /** line: somebody crossed · counter: a running number of crossings · occupancy: how many are inside · field, loitering: one object each */
  kind: oneOf(['line', 'counter', 'occupancy', 'field', 'loitering'] as const),
  /** line, counter: what is crossed, and which way */
  entrance: Type.Optional(Id),
  direction: Type.Optional(oneOf(['in', 'out'] as const)),
  /** occupancy, field, loitering */
  zone: Type.Optional(Id),
  /** local time at which the camera sets the number to 0 every day */
  resetAt: Type.Optional(Clock),
});
const Column = Type.String({ minLength: 1, maxLength: 128, description: 'the title of a column' });
/** How a till writes its files of comma separated values, one row per sale line. */
export const CsvFormat = strict({
  columns: strict({
    receipt: Column,
    date: Column,
    time: Type.Optional(Column),
    gtin: Column,
    quantity: Type.Optional(Column),
    net: Column,
    gross: Type.Optional(Column),
    discount: Type.Optional(Column),
    tax: Type.Optional(Column),
    member: Type.Optional(Column),
  }),
  delimiter: Type.Optional(oneOf([',', ';', '\t', '|'] as const)),
  decimal: Type.Optional(oneOf(['point', 'comma'] as const)),
  dateOrder: Type.Optional(oneOf(['ymd', 'dmy', 'mdy'] as const)),
});
const IBeaconId = strict({ uuid: Uuid, major: Type.Optional(Short), minor: Type.Optional(Short) });
const EddystoneId = strict({ namespace: Hex(20), instance: Type.Optional(Hex(12)) });
/** A badge that somebody of the staff wears; one of the three ways to know it. */
export const Badge = strict({
  id: Id,
  address: Type.Optional(Mac),
  ibeacon: Type.Optional(IBeaconId),
  eddystone: Type.Optional(EddystoneId),
});
/** Tokens of members who opted in: the instance behind it is the member's own. Everybody else is only counted. */
export const Members = strict({
  ibeacon: Type.Optional(strict({ uuid: Uuid })),
  eddystone: Type.Optional(strict({ namespace: Hex(20) })),
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
  /** MQTT topic filters instead of the dialect's own; "{id}" stands for the device's id */
  topics: Type.Optional(
    Type.Array(Type.String({ minLength: 1, maxLength: 512, description: 'an MQTT topic filter' }), {
      minItems: 1,
      maxItems: 20,
    }),
  ),
  /** the device through whose account this one speaks: a BLE receiver, an NVR */
  gateway: Type.Optional(Id),
  /** devices that speak over BLE: their address, and the key of those that encrypt */
  address: Type.Optional(Mac),
  key: Type.Optional(Hex(32)),
  /** BLE receiver: a badge heard louder than this is near it */
  nearDbm: Type.Optional(Type.Integer({ minimum: -120, maximum: 0, description: 'whole dBm, -120 to 0' })),
  /** shelf: which sensor weighs which slot; its fixture's slots in order when left out */
  sensors: Type.Optional(Type.Array(ShelfSensor, { minItems: 1, maxItems: 64 })),
  /** shelf: more than this on one slot is an overload */
  maxGrams: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 1e7, description: 'grams, more than 0' })),
  antennas: Type.Optional(Type.Array(Antenna, { minItems: 1, maxItems: 256 })),
  presence: Type.Optional(Presence),
  rules: Type.Optional(Type.Array(CameraRule, { minItems: 1, maxItems: 64 })),
  /** camera: its name in the NVR that analyses its pictures */
  nvrCamera: Type.Optional(Type.String({ minLength: 1, maxLength: 128, description: 'the name of a camera' })),
  csv: Type.Optional(CsvFormat),
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
  /** whoever goes about with one of these badges is staff */
  badges: Type.Optional(Type.Array(Badge, { minItems: 1, maxItems: 1000 })),
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
  members: Type.Optional(Members),
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
export type Antenna = Static<typeof Antenna>;
export type Presence = Static<typeof Presence>;
export type CameraRule = Static<typeof CameraRule>;
export type CsvFormat = Static<typeof CsvFormat>;
export type Badge = Static<typeof Badge>;
export type Members = Static<typeof Members>;
export type DeviceFamily = Device['family'];

export const CELL_METRES = 0.5;

/** Columns and rows of the heat grid: cells of 0.5 m from (0, 0); a last, partly covered one counts whole. */
export const gridOf = (floor: StoreFile['floor']): { columns: number; rows: number } => ({
  columns: Math.ceil(floor.width / CELL_METRES - 1e-9),
  rows: Math.ceil(floor.depth / CELL_METRES - 1e-9),
});
