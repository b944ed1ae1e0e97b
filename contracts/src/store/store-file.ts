import { Type, type Static } from '@sinclair/typebox';
import { maybe, means } from '../json-schema.js';
import { Device, Badge, Members } from './device-entry.js';
import { Clock, Id, Line, Name, Point, oneOf, strict } from './schema-parts.js';
import { expects } from '../words/expects.js';

/**
 * The store file: one shop's floor, goods and devices. YAML for people, this schema for programs. Unknown keys are refused.
 * Each field has a meaning, which its documents tell, and a description, which a refusal gives as what was expected.
 */

export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export const ZONE_KINDS = ['entrance', 'aisle', 'checkout', 'promotion', 'screen', 'other'] as const;

export const Opening = strict({
  days: means('The days that open so.', Type.Array(oneOf(WEEKDAYS), { minItems: 1 })),
  open: means('When the shop opens, in store time.', Clock),
  close: means('When it closes, in store time; past midnight where it is not later than `open`.', Clock),
});
export const Entrance = strict({
  id: means('Its name in figures and addresses.', Id),
  name: maybe('What people call it; the id when left out.', Name),
  line: means('Where people cross, on the floor plan.', Line),
  inward: means('A direction into the shop: whoever crosses that way comes in.', Point),
  source: maybe('The device that counts here; people whom cameras follow are counted when left out.', Id),
});
export const PassersBy = strict({
  id: means('Its name in figures and addresses.', Id),
  name: maybe('What people call it; the id when left out.', Name),
  line: means('Where people pass outside, on the floor plan.', Line),
});
/** A wall inside the shop. Nothing is counted by it: it makes the plan readable, and keeps proposed zones to one side. */
export const Wall = strict({
  id: means('Its name on the floor plan.', Id),
  name: maybe('What people call it; the id when left out.', Name),
  line: means('From where to where it stands, on the floor plan.', Line),
});
export const Zone = strict({
  id: means('Its name in figures and addresses. Another id is another zone, with a history of its own.', Id),
  kind: means('What it is. Only zones of kind screen may overlap others.', oneOf(ZONE_KINDS)),
  name: maybe('What people call it; the id when left out.', Name),
  category: maybe('The category of its goods: how long people stay here tells screens what they care about.', Id),
  polygon: means(
    'Its outline on the floor plan, corner by corner, not crossing itself. Sales per square metre divide by its area.',
    Type.Array(Point, { minItems: 3, maxItems: 200, ...expects('threePoints') }),
  ),
  engagedAfterSeconds: maybe(
    'How long somebody stays before the visit counts as engaged; 5 when left out. Raising it counts fewer visits as engaged.',
    Type.Integer({ minimum: 1, maximum: 3600, ...expects('seconds1To3600') }),
  ),
});
const ProductCode = Type.String({ pattern: '^[0-9A-Za-z._-]{1,32}$', ...expects('quotedGtin') });
const MOST_MONEY = 1e9;
export const Product = strict({
  gtin: means('Its main code. Quote it, or YAML takes it for a number and drops zeros.', ProductCode),
  codes: maybe(
    'What else it goes by: other GTINs, PLU numbers, beginnings (2…, 5 to 11 digits) of labels with weight or price.',
    Type.Array(ProductCode, { maxItems: 100, ...expects('furtherCodes') }),
  ),
  name: maybe('What people call it; the code when left out.', Name),
  category: maybe('The category that it belongs to.', Id),
  price: maybe(
    'What one unit (by weight: one kilogram) sells for, in the store’s currency.',
    Type.Number({ minimum: 0, maximum: MOST_MONEY, ...expects('price') }),
  ),
  wasPrice: maybe(
    'What it sold for before, shown struck out beside the price while it is more than that.',
    Type.Number({ minimum: 0, maximum: MOST_MONEY, ...expects('price') }),
  ),
  measure: maybe(
    'How much one unit holds, by which screens show the price of a kilogram, litre, metre or piece.',
    strict({
      amount: means(
        'In that unit: 0.5 for half a litre.',
        Type.Number({ exclusiveMinimum: 0, maximum: 1e6, ...expects('amountOfUnit') }),
      ),
      unit: means('kg, l, m or piece.', oneOf(['kg', 'l', 'm', 'piece'] as const)),
    }),
  ),
  picture: maybe(
    'Its picture for screens, http or https, best on white or without a background.',
    Type.String({ maxLength: 2000, ...expects('webAddress') }),
  ),
  cost: maybe(
    'What one unit (by weight: one kilogram) costs the shop, in the store’s currency.',
    Type.Number({ minimum: 0, maximum: MOST_MONEY, ...expects('cost') }),
  ),
  soldBy: maybe(
    'weight: the till’s quantity is kilograms, and a line counts as one unit. `piece` when left out.',
    oneOf(['piece', 'weight'] as const),
  ),
  unitGrams: maybe(
    'What one unit weighs, by which scales tell units; without it each step on a scale is one item and the stock is not known.',
    Type.Number({ exclusiveMinimum: 0, maximum: 1e7, ...expects('gramsOfUnit') }),
  ),
});
export const Slot = strict({
  id: means('Its name in figures and addresses.', Id),
  gtin: maybe('The product that lies here; none when left out.', Type.String(expects('quotedGtin'))),
  facings: maybe(
    'How many units stand side by side at the front; 1 when left out. Sales per facing divide by it.',
    Type.Integer({ minimum: 1, maximum: 1000, ...expects('whole1OrMore') }),
  ),
  capacity: maybe(
    'Units that fit: fill level, low stock and overload go by it.',
    Type.Integer({ minimum: 1, maximum: 100_000, ...expects('whole1OrMore') }),
  ),
  level: maybe(
    'Which shelf of the fixture it is on, from below.',
    Type.Integer({ minimum: 1, maximum: 50, ...expects('level') }),
  ),
  tareGrams: maybe(
    'What the empty slot weighs; 0 when left out. It may be tared on the spot instead.',
    Type.Number({ minimum: 0, maximum: 1e7, ...expects('emptyGrams') }),
  ),
  lowAt: maybe(
    'Few are left at this many units; a fifth of the capacity when left out. Raising it warns sooner.',
    Type.Integer({ minimum: 1, maximum: 100_000, ...expects('wholeUnits') }),
  ),
});
export const Fixture = strict({
  id: means('Its name in figures and addresses.', Id),
  name: maybe('What people call it; the id when left out.', Name),
  zone: maybe('The zone whose visitors take from it.', Id),
  at: maybe('Its corner nearest the origin, on the floor plan. Not drawn when left out.', Point),
  size: maybe('How long its front is and how deep it is.', Point),
  facingDegrees: maybe(
    'Which way its front looks, clockwise from up on the plan: 90 is to the right, 180 down.',
    Type.Number({ minimum: -360, maximum: 360, ...expects('degrees') }),
  ),
  slots: maybe('The places for goods on it, from left to right.', Type.Array(Slot)),
});
/** What screens may show. Without `url` the agent's player draws a card from the name and the category's products. */
export const Content = strict({
  id: means('Its name in proofs of play.', Id),
  category: maybe('Whom it is for: people who care about this category.', Id),
  name: maybe('What people call it, and what a drawn card says.', Name),
  url: maybe(
    'A picture, video or web page that screens can reach; a card is drawn when left out, and while it cannot be had.',
    Type.String(expects('webAddress')),
  ),
});
export const Category = strict({
  id: means('What zones, products and content call it.', Id),
  name: maybe('What people call it; the id when left out.', Name),
});
export const Settings = strict({
  minimumCoverage: maybe(
    'Share of its time that must have been sensed before a ratio is shown; 0.5 when left out. Raising it hides more hours, lowering it trusts thinner ones.',
    Type.Number({ minimum: 0, maximum: 1, ...expects('share') }),
  ),
});

/** Who is staff: not counted among shoppers. Off unless given; the rule that was used is recorded with the figures. */
export const Staff = strict({
  zones: maybe(
    'Whoever stays in one of these zones for 0.6 s is staff: a staff room, behind the counter.',
    Type.Array(Id, { minItems: 1 }),
  ),
  afterMinutes: maybe(
    'Whoever is followed for longer is staff. Lowering it takes patient shoppers for staff, raising it counts staff for longer before they are taken back.',
    Type.Integer({ minimum: 5, maximum: 1440, ...expects('minutes5To1440') }),
  ),
  badges: maybe(
    'Whoever goes about with one of these badges is staff.',
    Type.Array(Badge, { minItems: 1, maxItems: 1000 }),
  ),
});

const Side = Type.Number({ exclusiveMinimum: 0, maximum: 1000, ...expects('side') });
export const StoreFile = strict({
  store: means(
    'The shop itself.',
    strict({
      id: means('Its name in addresses and topics.', Id),
      name: means('What people call it.', Name),
      timezone: means(
        'Where hours and days of the figures begin.',
        Type.String({ minLength: 1, ...expects('timeZone') }),
      ),
      currency: means(
        'Of all prices and sales (ISO 4217); its minor unit is the smallest amount.',
        Type.String({ pattern: '^[A-Z]{3}$', ...expects('currency') }),
      ),
    }),
  ),
  hours: maybe(
    'Opening hours: coverage is measured within them, and alerts of silent devices wait for them. Always open when left out.',
    Type.Array(Opening),
  ),
  floor: means(
    'The floor plan: x runs to the right and y down, in metres from its upper left corner.',
    strict({ width: means('How wide it is, along x.', Side), depth: means('How deep it is, along y.', Side) }),
  ),
  entrances: maybe('Where people come in and go out.', Type.Array(Entrance)),
  passersBy: maybe('Lines outside that people pass, for the capture rate.', Type.Array(PassersBy)),
  walls: maybe(
    'Walls inside the shop, drawn on the plan; nothing is counted by them.',
    Type.Array(Wall, { maxItems: 2000 }),
  ),
  zones: maybe('Parts of the floor that figures are told for.', Type.Array(Zone)),
  categories: maybe('Names of the categories of zones, products and content.', Type.Array(Category)),
  products: maybe('What the shop sells.', Type.Array(Product)),
  productsFile: maybe(
    'Products from a file instead, a row each, with the titles gtin, name (or name_en, name_zh), category, price, unitGrams, codes, soldBy, cost, wasPrice, measure (such as 0.5 l), picture; `gtin` is needed.',
    Type.String(expects('csvBeside')),
  ),
  fixtures: maybe('Furniture with goods, and which product lies where.', Type.Array(Fixture)),
  devices: maybe('What senses, sells and shows.', Type.Array(Device)),
  content: maybe('What screens may show.', Type.Array(Content)),
  staff: maybe('Who does not count. Off unless given.', Staff),
  members: maybe('Tokens of members who opted in; everybody else is only counted.', Members),
  settings: maybe('How figures are told.', Settings),
});
export type StoreFile = Static<typeof StoreFile>;
export type Zone = Static<typeof Zone>;
export type Entrance = Static<typeof Entrance>;
export type Wall = Static<typeof Wall>;
export type Product = Static<typeof Product>;
export type Fixture = Static<typeof Fixture>;
export type Slot = Static<typeof Slot>;
export type Content = Static<typeof Content>;
export type Staff = Static<typeof Staff>;

export const CELL_METRES = 0.5;

/** Columns and rows of the heat grid: cells of 0.5 m from (0, 0); a last, partly covered one counts whole. */
export const gridOf = (floor: StoreFile['floor']): { columns: number; rows: number } => ({
  columns: Math.ceil(floor.width / CELL_METRES - 1e-9),
  rows: Math.ceil(floor.depth / CELL_METRES - 1e-9),
});
