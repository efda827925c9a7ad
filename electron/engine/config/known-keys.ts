// The keys that a schema knows at a path, so that a refused key can be told its alternatives.
import { z } from 'zod';

/** A schema and what it wraps, from the outside in: the last one says what a value looks like. */
export function layersOf(schema: z.core.$ZodType): [z.core.$ZodType, ...z.core.$ZodType[]] {
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodNullable
  ) {
    return [schema, ...layersOf(schema.unwrap())];
  }
  return schema instanceof z.ZodPipe ? [schema, ...layersOf(schema.in)] : [schema];
}

const unwrap = (schema: z.core.$ZodType): z.core.$ZodType => layersOf(schema).at(-1) ?? schema;

const step = (schema: z.core.$ZodType, part: PropertyKey): z.core.$ZodType[] => {
  const here = unwrap(schema);
  if (here instanceof z.ZodObject) {
    const next = here.shape[String(part)];
    return next === undefined ? [] : [next];
  }
  if (here instanceof z.ZodArray) return [here.element];
  if (here instanceof z.ZodRecord) return [here.valueType];
  if (here instanceof z.ZodUnion) return here.options.flatMap((option) => step(option, part));
  return [];
};

export function knownKeysAt(root: z.ZodType, path: readonly PropertyKey[]): string[] {
  let schemas: z.core.$ZodType[] = [root];
  for (const part of path) schemas = schemas.flatMap((schema) => step(schema, part));
  const keys = schemas.flatMap((schema) => {
    const here = unwrap(schema);
    const options = here instanceof z.ZodUnion ? here.options : [here];
    return options.flatMap((option) => {
      const inner = unwrap(option);
      return inner instanceof z.ZodObject ? takenKeys(inner) : [];
    });
  });
  return [...new Set(keys)];
}

/** Without the keys that are only there to be refused by name. */
export const takenKeys = (schema: z.ZodObject): string[] =>
  Object.entries(schema.shape).flatMap(([key, field]) => (unwrap(field) instanceof z.ZodNever ? [] : [key]));
