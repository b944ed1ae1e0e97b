import { Type, type Static } from '@sinclair/typebox';
import { maybe, means } from '../json-schema.js';
import { Clock, Id, Label, Name, Point, oneOf, strict } from './schema-parts.js';
import { expects, secret } from '../words/expects.js';

/** An entry under `devices` of the store file, and what it is made of. */

export const DEVICE_FAMILIES = ['shelf', 'rfid', 'camera', 'ble', 'till', 'screen'] as const;

const PictureSide = Type.Integer({ minimum: 1, maximum: 20_000, ...expects('wholePixels') });
const Coordinate = Type.Number({ minimum: -100_000, maximum: 100_000, ...expects('pixels') });
const Pixel = Type.Tuple([Coordinate, Coordinate], expects('pointInPicture'));
/** Points that are known both in the picture and on the floor: four or more, not three of four on one line. */
export const Calibration = strict({
  resolution: means(
    'Width and height of the picture that the `image` points were taken from. Pictures of another size are scaled.',
    Type.Tuple([PictureSide, PictureSide], expects('pictureSize')),
  ),
  points: means(
    'What is known both in the picture and on the floor. Four are enough; more are fitted with the least error. Not three of four on one line.',
    Type.Array(
      strict({
        image: means('Where the point is in the picture, from its upper left corner.', Pixel),
        floor: means('Where the same point is on the floor plan.', Point),
      }),
      { minItems: 4, maxItems: 100, ...expects('fourPoints') },
    ),
  ),
});
/** Where the agent fetches a camera's pictures itself; without it they come by MQTT as `camera/frame/{ts}`. */
export const Stream = strict({
  url: means(
    'Address of the camera (rtsp, http or https), or path of a video, an animated GIF or a folder of pictures.',
    Type.String({ minLength: 1, ...expects('streamUrl'), ...secret }),
  ),
  framesPerSecond: maybe(
    'At most this many pictures a second are looked at; 5 when left out. Raising it costs the processor, lowering it makes fast walkers jump.',
    Type.Number({ exclusiveMinimum: 0, maximum: 60, ...expects('picturesPerSecond') }),
  ),
});

const Mac = Type.String({
  pattern: '^[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){5}$',
  ...expects('bluetoothAddress'),
});
const Hex = (digits: number) =>
  Type.String({ pattern: `^[0-9A-Fa-f]{${digits}}$`, ...expects('hexDigits', { digits }) });
const Uuid = Type.String({
  pattern: '^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$',
  ...expects('uuid'),
});
const Short = Type.Integer({ minimum: 0, maximum: 65_535, ...expects('wholeUpTo65535') });

/** What an antenna of an RFID reader stands for. `shelf`: goods on show; the others are where goods pass or wait. */
export const ANTENNA_ROLES = ['shelf', 'storage', 'fitting', 'till', 'exit'] as const;
export const Antenna = strict({
  antenna: means(
    'Its number at the reader.',
    Type.Integer({ minimum: 1, maximum: 1024, ...expects('antenna1OrMore') }),
  ),
  role: maybe(
    'What it means that it hears a tag: goods on show, in the back, with a shopper, paid, leaving. `shelf` when left out.',
    oneOf(ANTENNA_ROLES),
  ),
  slot: maybe('The slot that it looks at. Give the narrowest place that is known: slot, fixture or zone.', Id),
  fixture: maybe('The fixture that it looks at: goods of a tag’s product belong into its slots there.', Id),
  zone: maybe('The zone that it looks at.', Id),
});
/** When a tag is taken for present. */
export const Presence = strict({
  holdOffSeconds: maybe(
    'A tag that its antenna has not read for so long, and that is read elsewhere or nowhere, is gone; 10 when left out. Raising it is calmer where reads are missed, lowering it is sooner and takes a row of missed reads for a pickup.',
    Type.Number({ minimum: 1, maximum: 600, ...expects('seconds1To600') }),
  ),
  hysteresisDb: maybe(
    'Another antenna must hear a tag so much louder before it has moved there; 6 when left out. Raising it stops flapping between neighbours, lowering it shows moves sooner, and false ones.',
    Type.Number({ minimum: 0, maximum: 40, ...expects('decibels') }),
  ),
  enterDbm: maybe(
    'Weaker reads are strays and do not make a tag present; -72 when left out. Raising it keeps strays and badly placed goods out, lowering it lets far tags count.',
    Type.Number({ minimum: -120, maximum: 0, ...expects('dbm') }),
  ),
});
/** Which slot a sensor of a shelf weighs. */
export const ShelfSensor = strict({
  sensor: maybe(
    'The sensor’s name in its topic (ESPHome’s object id). BTHome shelves have none: their masses count in order.',
    Label('sensorName'),
  ),
  slot: means('The slot that it weighs.', Id),
  unit: maybe('The unit that it tells; grams when left out.', oneOf(['g', 'kg', 'lb'] as const)),
});
/** What a rule that was set in a camera means for the store. */
export const CameraRule = strict({
  rule: means('The rule’s name in the camera, letter by letter.', Label('ruleName')),
  kind: means(
    'line: somebody crossed · counter: a running number of crossings · occupancy: how many are inside · field, loitering: one object each.',
    oneOf(['line', 'counter', 'occupancy', 'field', 'loitering'] as const),
  ),
  entrance: maybe('line, counter: the entrance that is crossed.', Id),
  direction: maybe(
    'line, counter: which way somebody goes, into the shop or out of it.',
    oneOf(['in', 'out'] as const),
  ),
  zone: maybe('occupancy, field, loitering: the zone that is watched.', Id),
  resetAt: maybe('counter, occupancy: local time at which the camera sets its number to 0 every day.', Clock),
});
const Column = Label('columnTitle');
const Values = Type.Record(
  Type.String({ minLength: 1, maxLength: 128 }),
  Type.Array(Label('columnValue'), { minItems: 1, maxItems: 100 }),
  expects('columnsWithValues'),
);
export const CSV_PRESETS = ['square', 'loyverse', 'lightspeed', 'odoo', 'shopify', 'erpnext'] as const;
/** How a till writes its files of comma separated values, one row per sale line. */
export const CsvFormat = strict({
  preset: maybe(
    'The program that exports: its columns and kinds of rows are known, and what stands beside it here comes before.',
    oneOf(CSV_PRESETS),
  ),
  columns: maybe(
    'Which column holds what, by the titles in the file’s first row. `receipt`, `date`, `gtin` and `net` are needed, unless the preset has them.',
    strict({
      receipt: maybe('The number of the receipt. A row without one belongs to the receipt above.', Column),
      date: maybe('The day of the sale, with the time where there is no column for it.', Column),
      time: maybe('The time of the sale, in store time where it has no zone.', Column),
      gtin: maybe('The product’s code. A row without one counts as money without a place.', Column),
      quantity: maybe('Units, negative for a return; each row is one unit when left out.', Column),
      net: maybe('What was paid for the line without tax, after discounts, in the store’s currency.', Column),
      price: maybe('The price of one unit; where there is no `net`, that is quantity × price − discount.', Column),
      receiptNet: maybe(
        'What was paid for the whole receipt, on one of its rows: what its lines are more than that is taken off them in proportion.',
        Column,
      ),
      gross: maybe('What was paid for the line with tax.', Column),
      discount: maybe('The discount on the line.', Column),
      tax: maybe('The tax on the line.', Column),
      member: maybe('The member’s number at the till.', Column),
      returnOf: maybe('The number of the receipt that a return gives back, or that a void undoes.', Column),
    }),
  ),
  delimiter: maybe(
    'What stands between columns; found by itself when left out.',
    oneOf([',', ';', '\t', '|'] as const),
  ),
  decimal: maybe(
    'The decimal mark of amounts; when left out it is what the file’s amounts can only have, else point.',
    oneOf(['point', 'comma'] as const),
  ),
  dateOrder: maybe(
    'The order of dates that are not ISO 8601. When left out, only years of four digits in front and such as 26/03/02 are taken.',
    oneOf(['ymd', 'dmy', 'mdy'] as const),
  ),
  encoding: maybe(
    'How the file’s characters are written: utf-8, gb18030, big5, windows-1252, utf-16le or another name of the WHATWG Encoding Standard. Found by itself when left out, for those five.',
    Label('encodingName'),
  ),
  skip: maybe(
    'Rows that are no sales: by column, the values that say so, in any case. When left out, rows whose column "Status", "Type" or "Voided" says that they are cancelled, void or unfinished.',
    Values,
  ),
  only: maybe('Rows that are sales: by column, the values that say so; all others are left out.', Values),
  returns: maybe(
    'Rows that give goods back although their amounts have no sign: by column, the values that say so.',
    Values,
  ),
});
const AddressOf = (whom: string) => `${whom}: the Bluetooth address.`;
const IBeaconId = strict({
  uuid: means('The UUID that it sends.', Uuid),
  major: maybe('Its major number; any when left out.', Short),
  minor: maybe('Its minor number; any when left out.', Short),
});
const EddystoneId = strict({
  namespace: means('The namespace that it sends.', Hex(20)),
  instance: maybe('The instance within the namespace; any when left out.', Hex(12)),
});
/** A badge that somebody of the staff wears; one of the three ways to know it. */
export const Badge = strict({
  id: means('Its name in the shop. Nobody outside learns it.', Id),
  address: maybe(AddressOf('A badge with a fixed address'), Mac),
  ibeacon: maybe('A badge that sends as an iBeacon.', IBeaconId),
  eddystone: maybe('A badge that sends as Eddystone-UID.', EddystoneId),
});
/** Tokens of members who opted in: the instance behind it is the member's own. Everybody else is only counted. */
export const Members = strict({
  ibeacon: maybe('Tokens that send as iBeacons.', strict({ uuid: means('The UUID of all members’ tokens.', Uuid) })),
  eddystone: maybe(
    'Tokens that send as Eddystone-UID.',
    strict({ namespace: means('The namespace of all members’ tokens.', Hex(20)) }),
  ),
});
/** Where a screen of another maker is told what to show. */
export const ScreenTarget = strict({
  url: means(
    'The address of its own pages in the shop’s network, as one types it into a browser there.',
    Type.String({ minLength: 1, maxLength: 2048, ...expects('webAddress') }),
  ),
  username: maybe(
    'The user name, where its pages ask for one.',
    Type.String({ pattern: '^[^:]{1,200}$', ...expects('charactersUpTo', { most: 200 }) }),
  ),
  password: maybe(
    'The password for it.',
    Type.String({ minLength: 1, maxLength: 200, ...expects('charactersUpTo', { most: 200 }), ...secret }),
  ),
});

export const Device = strict({
  id: means('Its name in the shop, and the name of its account.', Id),
  name: maybe('What people call it; the id when left out.', Name),
  family: means('What kind of device it is.', oneOf(DEVICE_FAMILIES)),
  dialect: means('The language that it speaks; `aisle` is the native one. docs/devices lists them.', Id),
  fixture: maybe('shelf, rfid: the fixture that it belongs to.', Id),
  zone: maybe('screen, till, ble, rfid: the zone that it stands in.', Id),
  at: maybe('Where it hangs or stands, on the floor plan. Not drawn when left out; nothing is counted by it.', Point),
  facingDegrees: maybe(
    'camera, screen: which way it looks, clockwise from up on the plan: 90 is to the right, 180 down.',
    Type.Number({ minimum: -360, maximum: 360, ...expects('degrees') }),
  ),
  covers: maybe(
    'camera: ids of the zones, entrances and passers-by lines that it sees; all zones when left out. Coverage goes by it.',
    Type.Array(Id, { minItems: 1 }),
  ),
  group: maybe(
    'camera: cameras with one group share one view of the floor: whoever is seen by two of them, or walks from one into another, stays one person.',
    Id,
  ),
  stitch: maybe(
    'camera: false takes the ids that it gives as they are. By default an id that vanishes and another that appears beside it within 1.5 s are one person.',
    Type.Boolean(expects('trueOrFalse')),
  ),
  calibration: maybe('camera: how pixels lie on the floor; needed where it sends pictures or detections.', Calibration),
  stream: maybe('camera: where the agent fetches its pictures; they come by MQTT when left out.', {
    ...Stream,
    ...secret,
  }),
  model: maybe(
    'camera: folder of the detector’s model; when left out what `npm run aisle -- model add` took into use, without which its pictures are not looked at. `person-detector` sees drawn people only.',
    Id,
  ),
  clock: maybe(
    'corrected: its times are set right by what the agent measures. Set it where a clock is off and cannot be mended; `trusted` when left out.',
    oneOf(['trusted', 'corrected'] as const),
  ),
  receiptScope: maybe(
    'till: `day` where its receipt numbers begin anew every day; `store`, never, when left out.',
    oneOf(['store', 'day'] as const),
  ),
  minPlaySeconds: maybe(
    'screen: what is shown stays for so long; 8 when left out. Raising it is calmer, lowering it follows people sooner.',
    Type.Integer({ minimum: 1, maximum: 3600, ...expects('seconds1To3600') }),
  ),
  target: maybe('screen: where a screen of another maker is told what to show (dialect `anthias`).', ScreenTarget),
  topics: maybe(
    'MQTT topic filters instead of the dialect’s own; "{id}" stands for the device’s id.',
    Type.Array(Type.String({ minLength: 1, maxLength: 512, ...expects('topicFilter') }), {
      minItems: 1,
      maxItems: 20,
    }),
  ),
  gateway: maybe('The device through whose account this one speaks: a BLE receiver, an NVR. Any when left out.', Id),
  address: maybe(AddressOf('Devices that speak over BLE, and which radio of the agent’s machine listens'), Mac),
  key: maybe(
    'BTHome: the key of a device that encrypts.',
    Type.String({ pattern: '^[0-9A-Fa-f]{32}$', ...expects('hexDigits', { digits: 32 }), ...secret }),
  ),
  nearDbm: maybe(
    'ble: a badge that is heard louder than this is near; -65 when left out. Raising it makes the area smaller.',
    Type.Integer({ minimum: -120, maximum: 0, ...expects('wholeDbm') }),
  ),
  sensors: maybe(
    'shelf: which sensor weighs which slot; its fixture’s slots in order when left out.',
    Type.Array(ShelfSensor, { minItems: 1, maxItems: 64 }),
  ),
  maxGrams: maybe(
    'shelf: more than this on one slot is an overload; no limit when left out.',
    Type.Number({ exclusiveMinimum: 0, maximum: 1e7, ...expects('gramsAbove0') }),
  ),
  antennas: maybe(
    'rfid: what each antenna stands for; one that is not listed is heard and ignored. The whole `fixture` or `zone` when left out.',
    Type.Array(Antenna, { minItems: 1, maxItems: 256 }),
  ),
  presence: maybe('rfid: when a tag is taken for present.', Presence),
  rules: maybe(
    'camera: what the rules that were set in it mean for the store.',
    Type.Array(CameraRule, { minItems: 1, maxItems: 64 }),
  ),
  nvrCamera: maybe(
    'camera: its name in the NVR that analyses its pictures; the id when left out.',
    Label('cameraName'),
  ),
  csv: maybe('till: how it writes its files; needed for the dialect `csv`.', CsvFormat),
});

export type Device = Static<typeof Device>;
export type Calibration = Static<typeof Calibration>;
export type ScreenTarget = Static<typeof ScreenTarget>;
export type Stream = Static<typeof Stream>;
export type Antenna = Static<typeof Antenna>;
export type Presence = Static<typeof Presence>;
export type CameraRule = Static<typeof CameraRule>;
export type CsvFormat = Static<typeof CsvFormat>;
export type Badge = Static<typeof Badge>;
export type Members = Static<typeof Members>;
export type DeviceFamily = Device['family'];
