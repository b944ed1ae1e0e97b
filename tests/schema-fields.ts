import type { TObject, TSchema } from '@sinclair/typebox';

/** One field of a configuration file. */
export interface SchemaField {
  /** `zones[].polygon`; `*` for a key of the user’s own */
  path: string;
  required: boolean;
  schema: TSchema;
  /** within one of several forms that its parent may take */
  ofForm: boolean;
}

/** Every field of a schema, outer ones first, down to what is in lists, records and forms. */
export function fieldsOf(schema: TSchema, path = '', ofForm = false): SchemaField[] {
  const { properties = {}, required = [] } = schema as Partial<TObject>;
  const own = Object.entries(properties).flatMap(([key, inner]): SchemaField[] => {
    const here = path === '' ? key : `${path}.${key}`;
    return [{ path: here, required: required.includes(key), schema: inner, ofForm }, ...fieldsOf(inner, here, ofForm)];
  });
  const items = schema.type === 'array' && !Array.isArray(schema.items) ? [schema.items as TSchema] : [];
  const records = Object.values((schema.patternProperties ?? {}) as Record<string, TSchema>);
  const forms = (schema.anyOf ?? []) as TSchema[];
  return [
    ...own,
    ...items.flatMap((inner) => fieldsOf(inner, `${path}[]`, ofForm)),
    ...records.flatMap((inner) => fieldsOf(inner, path === '' ? '*' : `${path}.*`, ofForm)),
    ...forms.flatMap((inner) => fieldsOf(inner, path, true)),
  ];
}

/** The fields as Markdown, a table for each outermost key that has parts, after one of the outermost keys themselves. */
export function fieldTables(schema: TSchema): string {
  const fields = fieldsOf(schema).filter(({ ofForm }) => !ofForm);
  const groups = new Map<string, SchemaField[]>([['', []]]);
  for (const field of fields) {
    const [top = ''] = field.path.split(/\[\]|\./);
    const group = field.path === top ? '' : top;
    groups.set(group, [...(groups.get(group) ?? []), field]);
  }
  return [...groups].map(([group, rows]) => `${group === '' ? '' : `\n### ${group}\n`}${tableOf(rows)}`).join('');
}

function tableOf(rows: readonly SchemaField[]): string {
  const lines = rows.map(
    ({ path, required, schema }) =>
      `| \`${path}\`${required ? '' : ' (optional)'} | ${cell(schema.meaning)} | ${cell(schema.description)} |\n`,
  );
  return `| key | what it means | expected |\n|---|---|---|\n${lines.join('')}`;
}

const cell = (text: unknown): string =>
  typeof text === 'string' ? text.replaceAll('|', '\\|').replaceAll('\t', 'tab') : '';

const BEGIN = '<!-- fields, written by npm run docs -->\n';
const END = '<!-- end of fields -->';

/** A guide with its tables of fields made anew. @throws Error where the guide has no place for them */
export function withFieldTables(guide: string, schema: TSchema): string {
  const from = guide.indexOf(BEGIN);
  const to = guide.indexOf(END);
  if (from < 0 || to < from) throw new Error(`the guide has no place for the fields: ${BEGIN.trim()} … ${END}`);
  return `${guide.slice(0, from)}${BEGIN}${fieldTables(schema)}${guide.slice(to)}`;
}
