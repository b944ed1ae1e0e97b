/** Fields of an event as cameras write them: numbers and flags quoted or bare, lists of words in one text, trees of a maker's own. */
export type Fields = Readonly<Record<string, unknown>>;

/** One thing that a camera speaks of. */
export interface SeenObject {
  /** the camera's own id of it; null where it does not say */
  id: string | null;
  /** false where the camera says that it is something else; true where it says nothing */
  isPerson: boolean;
}

/** What makers call people, parts of them included. */
const PERSON =
  /^(?:human|humans|humanbody|person|persons|people|pedestrian|pedestrians|face|faces|humanface|human_face|head|heads|body|upperbody|torso)$/i;
const MOST_OBJECTS = 100;
const MOST_COUNT = 1e9;

export const isPersonWord = (word: string): boolean => PERSON.test(word.replace(/^tt:/, ''));

/** The first of the names that holds a text or a number, as text. */
export function textIn(fields: Fields, names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = fields[name];
    if (typeof value === 'number' && Number.isFinite(value)) return String(value);
    if (typeof value === 'string' && value !== '' && value.length <= 128) return value;
  }
  return undefined;
}

/** The first of the names that is there, as a whole number, 0 or more; `undefined` for none or another value. */
export function wholeIn(fields: Fields, names: readonly string[]): number | undefined {
  const name = names.find((candidate) => fields[candidate] !== undefined);
  const value = name === undefined ? undefined : fields[name];
  const count = typeof value === 'string' && /^\d{1,10}$/.test(value.trim()) ? Number(value) : value;
  return typeof count === 'number' && Number.isInteger(count) && count >= 0 && count <= MOST_COUNT ? count : undefined;
}

/** The first of the names that is there, as a flag; `undefined` for none or another value. */
export function flagIn(fields: Fields, names: readonly string[]): boolean | undefined {
  const name = names.find((candidate) => fields[candidate] !== undefined);
  const value = name === undefined ? undefined : fields[name];
  if (value === true || value === 1 || value === '1') return true;
  if (value === false || value === 0 || value === '0') return false;
  if (typeof value !== 'string') return undefined;
  const word = value.trim();
  return /^(?:true|yes|on|active)$/i.test(word) ? true : /^(?:false|no|off|inactive)$/i.test(word) ? false : undefined;
}

/**
 * The things that an event is about. Ids and classes are lists, one class for each object; makers also give several classes for one object,
 * or leave ids out. Source: ONVIF Analytics Service Specification, annex "Rules": ObjectId and ClassTypes are of the type StringList.
 */
export function objectsIn(key: Fields, data: Fields): SeenObject[] {
  const ids = unique([...wordsIn(key, ID_NAMES), ...wordsIn(data, ID_NAMES)]);
  const classes = wordsIn(data, CLASS_NAMES);
  const tree = classes.length === 0 ? inTree(data['Object'], ids) : [];
  if (tree.length > 0) return tree;
  if (classes.length === 0) return (ids.length > 0 ? ids : [null]).map((id) => ({ id, isPerson: true }));
  const persons = classes.map(isPersonWord);
  if (ids.length === classes.length) return ids.map((id, at) => ({ id, isPerson: persons[at] as boolean }));
  // One object of several classes, or several of one class.
  if (ids.length === 1 || classes.length === 1)
    return (ids.length > 0 ? ids : [null]).map((id) => ({ id, isPerson: persons.includes(true) }));
  // Nothing tells which class is whose: there are as many people as one word for them stands there, and no more than there are objects.
  const people = Math.min(mostOfOne(classes.filter(isPersonWord)), ids.length || Infinity);
  const all = ids.length || Math.max(people, mostOfOne(classes));
  return Array.from({ length: all }, (_, at) => ({ id: ids[at] ?? null, isPerson: at < people }));
}

const ID_NAMES = ['ObjectId', 'ObjectID', 'objectId'];
const CLASS_NAMES = ['ClassTypes', 'ObjectClass', 'ClassType', 'Class', 'classTypes'];

/** A list of words: in one text behind blanks, commas or semicolons, or a list of texts and numbers. */
function wordsIn(fields: Fields, names: readonly string[]): string[] {
  for (const name of names) {
    const value = fields[name];
    const words = (Array.isArray(value) ? (value as unknown[]) : [value]).flatMap((item) =>
      typeof item === 'number' && Number.isFinite(item)
        ? [String(item)]
        : typeof item === 'string' && item.length <= 4096
          ? item.split(/[\s,;]+/).filter((word) => word !== '' && word.length <= 128)
          : [],
    );
    if (words.length > 0) return words.slice(0, MOST_OBJECTS);
  }
  return [];
}

/** The trees that Bosch sends, one or a list of them: `Data.Object.Appearance.Class.Type`, plain or with a likelihood. */
function inTree(given: unknown, ids: readonly string[]): SeenObject[] {
  const objects = (Array.isArray(given) ? (given as unknown[]) : [given]).slice(0, MOST_OBJECTS);
  return objects.flatMap((object, at): SeenObject[] => {
    if (typeof object !== 'object' || object === null) return [];
    let node: unknown = object;
    for (const name of ['Appearance', 'Class', 'Type']) node = inside(node, name);
    // The likeliest stands first.
    if (Array.isArray(node)) node = (node as unknown[])[0];
    const type = typeof node === 'string' ? node : (inside(node, '#text') ?? inside(node, 'Value'));
    const id = wordsIn(object as Fields, ID_NAMES)[0] ?? ids[at] ?? null;
    return [{ id, isPerson: typeof type !== 'string' || type === '' || isPersonWord(type) }];
  });
}

const unique = (words: readonly string[]): string[] => [...new Set(words)];

function mostOfOne(words: readonly string[]): number {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word.toLowerCase(), (counts.get(word.toLowerCase()) ?? 0) + 1);
  return Math.max(0, ...counts.values());
}

const inside = (node: unknown, name: string): unknown =>
  typeof node === 'object' && node !== null && Object.hasOwn(node, name) ? (node as Fields)[name] : undefined;
