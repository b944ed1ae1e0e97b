import * as contracts from '@aisle/contracts';
import { jsonSchema, saidOf, type JsonSchema } from '@aisle/contracts';
import { Kind, type TSchema } from '@sinclair/typebox';

interface Named {
  name: string;
  schema: TSchema;
}

const isSchema = (value: unknown): value is TSchema => typeof value === 'object' && value !== null && Kind in value;
/** Only what has parts is worth a name wherever it stands; a plain number or text says itself. */
const hasParts = ({ type, anyOf }: TSchema): boolean => type === 'object' || type === 'array' || anyOf !== undefined;

/** Two schemas that differ only in what they say of themselves have the same shape. */
function shapeOf(schema: TSchema): string {
  const { description: _description, meaning: _meaning, ...shape } = schema;
  return JSON.stringify(shape);
}

/**
 * The named schemas of a document: whatever `@aisle/contracts` exports has the name of its export. A part that is one of
 * them, or has its shape (a part that may be left out is a copy), becomes a `$ref`, however deep it lies.
 */
export class SchemaNames {
  readonly #bySchema = new Map<TSchema, Named>();
  readonly #byShape = new Map<string, Named>();
  readonly #used = new Map<string, JsonSchema>();

  constructor(exported: Record<string, unknown> = contracts) {
    // by name, so that of two with one shape the same one is taken however the exports come
    for (const [name, schema] of Object.entries(exported).sort(([a], [b]) => (a < b ? -1 : 1))) {
      if (!isSchema(schema)) continue;
      this.#bySchema.set(schema, { name, schema });
      const shape = shapeOf(schema);
      if (hasParts(schema) && !this.#byShape.has(shape)) this.#byShape.set(shape, { name, schema });
    }
  }

  /** A schema that a call takes or gives: a reference where it has a name, or is a list of what has one. */
  refer(schema: TSchema): JsonSchema {
    const plain = this.#bySchema.get(schema);
    const item = schema.type === 'array' ? this.#find(schema.items as TSchema) : undefined;
    const name = plain?.name ?? (item && `${item.name}List`);
    if (name === undefined) return this.#part(schema) ?? this.#written(schema);
    return this.#reference({ name, schema });
  }

  /** `components.schemas`: what has been referred to, by name. */
  components(): Record<string, JsonSchema> {
    return Object.fromEntries([...this.#used].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  #find(schema: TSchema): Named | undefined {
    if (!hasParts(schema)) return undefined;
    return this.#bySchema.get(schema) ?? this.#byShape.get(shapeOf(schema));
  }

  #part(schema: TSchema): JsonSchema | undefined {
    const known = this.#find(schema);
    if (!known) return undefined;
    // a field may say more of itself than its schema does
    const description = saidOf(schema);
    const own = description !== undefined && description !== saidOf(known.schema) ? { description } : {};
    return { ...this.#reference(known), ...own };
  }

  #reference({ name, schema }: Named): JsonSchema {
    if (!this.#used.has(name)) {
      this.#used.set(name, {}); // before its parts are looked at: one of them may lead back here
      this.#used.set(name, this.#written(schema));
    }
    return { $ref: `#/components/schemas/${name}` };
  }

  #written(schema: TSchema): JsonSchema {
    return jsonSchema(schema, (part) => this.#part(part));
  }
}
