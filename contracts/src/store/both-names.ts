/** Names stand at most so deep in a store file. */
const DEEPEST = 6;
type Fields = Readonly<Record<string, unknown>>;
const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The same data, in which a name that is given in Chinese alone serves as the English one, too. What has none such stays the same object. */
export function withBothNames(value: unknown, depth = 0): unknown {
  if (depth > DEEPEST) return value;
  if (Array.isArray(value)) {
    const items = (value as unknown[]).map((item) => withBothNames(item, depth + 1));
    return items.every((item, at) => item === value[at]) ? value : items;
  }
  if (!isFields(value)) return value;
  let filled: Record<string, unknown> | undefined;
  for (const [key, part] of Object.entries(value)) {
    const next = key === 'name' ? bothOf(part) : withBothNames(part, depth + 1);
    if (next !== part) (filled ??= { ...value })[key] = next;
  }
  return filled ?? value;
}

const bothOf = (name: unknown): unknown =>
  isFields(name) && typeof name['zh'] === 'string' && Object.keys(name).length === 1
    ? { en: name['zh'], zh: name['zh'] }
    : name;
