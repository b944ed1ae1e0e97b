/** What no store could keep: NUL, or half of a pair of surrogates. */
const UNKEEPABLE = /\0|\p{Cs}/u;

/** Whether every database and every file can keep a text as it is. */
export const isKeepable = (text: string): boolean => !UNKEEPABLE.test(text);

/** Where in a piece of JSON the first text or name stands that no store could keep, as `zones[1].name`; undefined: nowhere. */
export function unkeepableField(json: unknown, at = ''): string | undefined {
  if (typeof json === 'string') return isKeepable(json) ? undefined : at;
  if (typeof json !== 'object' || json === null) return undefined;
  if (Array.isArray(json)) {
    for (const [index, item] of json.entries()) {
      const field = unkeepableField(item, `${at}[${index}]`);
      if (field !== undefined) return field;
    }
    return undefined;
  }
  for (const [name, value] of Object.entries(json)) {
    // a name that cannot be kept cannot be repeated either
    const field = isKeepable(name) ? unkeepableField(value, at === '' ? name : `${at}.${name}`) : at;
    if (field !== undefined) return field;
  }
  return undefined;
}
