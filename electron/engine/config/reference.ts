// The config reference: a schema told as Markdown, section by section, in the notation that an operator writes.
import { z } from 'zod';
import { fieldNotation } from '../../../shared/model/fields.ts';
import type { FieldNotation } from '../../../shared/model/fields.ts';
import { layersOf, takenKeys } from './known-keys.ts';

export type ReferenceField = {
  /** Within its section, such as `static_configs[].targets`. */
  readonly key: string;
  readonly type: string;
  readonly default: string;
  readonly meaning: string;
};

export type ReferenceSection = {
  readonly name: string;
  readonly intro: string;
  /** Whether it is a list of entries that have the fields. */
  readonly isList: boolean;
  readonly fields: readonly ReferenceField[];
  /** YAML with the section's own key. */
  readonly example: string;
  /** Markdown below it; often empty. */
  readonly more: string;
};

/** Every section of the schema, in its order. */
export function referenceSections(schema: z.ZodObject): ReferenceSection[] {
  return Object.entries(schema.shape).map(([name, section]) => {
    const field = readField(section);
    const { core, meaning: intro, notation } = field;
    const element = core instanceof z.ZodArray ? core.element : undefined;
    const inner = fieldsIn(element ?? core, '');
    // A list of plain values has one row, which tells what an entry is.
    const own = {
      key: name,
      type: typeOf(section),
      default: defaultOf(field),
      meaning: readField(element ?? core).meaning,
    };
    return {
      name,
      intro,
      isList: element !== undefined && inner.length > 0,
      fields: inner.length > 0 ? inner : [own],
      example: notation.example ?? '',
      more: notation.more ?? '',
    };
  });
}

/** The sections as Markdown, each with its table and its example. */
export const referenceMarkdown = (schema: z.ZodObject): string =>
  referenceSections(schema)
    .map(({ name, intro, isList, fields, example, more }) => {
      const rows = fields.map(
        (field) => `| \`${field.key}\` | ${[field.type, field.default, field.meaning].map(cell).join(' | ')} |`,
      );
      const table = ['| key | type | default | meaning |', '|---|---|---|---|', ...rows].join('\n');
      const list = isList ? ' A list; each entry has these keys:' : '';
      const rest = more === '' ? '' : `\n${more}\n`;
      return `## ${name}\n\n${intro}${list}\n\n${table}\n\n\`\`\`yaml\n${example}\n\`\`\`\n${rest}`;
    })
    .join('\n');

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

type Field = {
  readonly core: z.core.$ZodType;
  readonly notation: FieldNotation;
  readonly meaning: string;
  /** Undefined where the key must be given; its `value` is undefined where leaving it out means that there is none. */
  readonly absent: { readonly value: unknown } | undefined;
};

function readField(schema: z.core.$ZodType): Field {
  const layers = layersOf(schema);
  let notation: FieldNotation = {};
  let meaning = '';
  let absent: Field['absent'];
  // From the inside out: what is said last, further out, holds.
  for (const layer of layers.toReversed()) {
    notation = { ...notation, ...fieldNotation.get(layer) };
    meaning = z.globalRegistry.get(layer)?.description ?? meaning;
    if (layer instanceof z.ZodOptional) absent = { value: undefined };
    if (layer instanceof z.ZodDefault || layer instanceof z.ZodPrefault) absent = { value: layer.def.defaultValue };
  }
  return { core: layers.at(-1) ?? schema, notation, meaning, absent };
}

/** The fields inside a mapping, or inside a union's mapping; none inside all else. */
function fieldsIn(schema: z.core.$ZodType, prefix: string): ReferenceField[] {
  const { core } = readField(schema);
  if (core instanceof z.ZodUnion) return core.options.flatMap((option) => fieldsIn(option, prefix));
  if (!(core instanceof z.ZodObject)) return [];
  return Object.entries(core.shape).flatMap(([name, field]) =>
    readField(field).core instanceof z.ZodNever ? [] : fieldRows(`${prefix}${name}`, field),
  );
}

/** A field's own row, and below it those of what it holds. */
function fieldRows(key: string, schema: z.core.$ZodType): ReferenceField[] {
  const field = readField(schema);
  const row = { key, type: typeOf(schema), default: defaultOf(field), meaning: field.meaning };
  const inner =
    field.core instanceof z.ZodArray ? fieldsIn(field.core.element, `${key}[].`) : fieldsIn(field.core, `${key}.`);
  return [row, ...inner];
}

function typeOf(schema: z.core.$ZodType): string {
  const { core, notation } = readField(schema);
  if (notation.type !== undefined) return notation.type;
  if (core instanceof z.ZodString)
    return core.maxLength === null ? 'text' : `text, at most ${core.maxLength} characters`;
  if (core instanceof z.ZodNumber) return numberType(core);
  if (core instanceof z.ZodBoolean) return '`true` or `false`';
  if (core instanceof z.ZodLiteral) return [...core.values].map(code).join(' or ');
  if (core instanceof z.ZodEnum) return `one of ${core.options.map(code).join(', ')}`;
  if (core instanceof z.ZodUnion) return core.options.map(typeOf).join('; or ');
  if (core instanceof z.ZodArray) return `list of ${plural(core.element)}${lengthOf(core)}`;
  if (core instanceof z.ZodRecord) return `mapping of ${plural(core.keyType)} to ${plural(core.valueType)}`;
  if (core instanceof z.ZodObject) return `mapping with ${takenKeys(core).map(code).join(', ')}`;
  throw new TypeError(`the config reference cannot tell a ${core instanceof z.ZodType ? core.type : 'schema'}`);
}

/** Many of a type in one phrase; a mapping's own keys have rows of their own. */
function plural(schema: z.core.$ZodType): string {
  const { core } = readField(schema);
  if (core instanceof z.ZodObject) return 'mappings';
  const type = typeOf(schema).replace(/, at most \d+ characters$/, '');
  if (type.startsWith('list of ')) return `lists${type.slice('list'.length)}`;
  const [word = type, ...rest] = type.split(', ');
  const words = /^(text|duration|host:port|size)$/.test(word)
    ? word
    : word.endsWith('address')
      ? `${word}es`
      : `${word}s`;
  return rest.length === 0 ? words : `${words} (${rest.join(', ')})`;
}

function lengthOf(list: z.ZodArray): string {
  const { minItems, maxItems } = z.toJSONSchema(list, { io: 'input', unrepresentable: 'any' });
  if (maxItems !== undefined) return `, at most ${maxItems}`;
  return minItems === undefined ? '' : `, at least ${minItems}`;
}

function numberType(schema: z.ZodNumber): string {
  const word = schema.isInt ? 'whole number' : 'number';
  const min = bound(schema.minValue);
  const max = bound(schema.maxValue);
  if (min !== undefined && max !== undefined) return `${word}, ${min} to ${max}`;
  if (min !== undefined) return `${word}, at least ${min}`;
  return max === undefined ? word : `${word}, at most ${max}`;
}

/** A bound that somebody chose: those of every whole number are none. */
const bound = (value: number | null): number | undefined =>
  value === null || Math.abs(value) >= Number.MAX_SAFE_INTEGER ? undefined : value;

function defaultOf({ core, notation, absent }: Field): string {
  if (notation.fallback !== undefined) return notation.fallback;
  if (absent === undefined) return '**required**';
  if (absent.value === undefined) return 'none';
  if (core instanceof z.ZodObject) return 'as below';
  return written(core, notation, absent.value);
}

/** A default as it would be written in the file. */
function written(core: z.core.$ZodType, notation: FieldNotation, value: unknown): string {
  if (core instanceof z.ZodArray && Array.isArray(value)) {
    const element = readField(core.element);
    const items = value.map((item) => `'${element.notation.write?.(item) ?? String(item)}'`);
    return items.length === 0 ? 'none' : code(`[${items.join(', ')}]`);
  }
  if (core instanceof z.ZodRecord) return 'none';
  const text = notation.write?.(value) ?? String(value);
  return text === '' ? 'empty' : code(text);
}

const code = (value: unknown): string => `\`${String(value)}\``;
