// Reads what a strict schema knows of a value, passing over the fields that it does not.
import type { z } from 'zod';

/** As safeParse, without the problems of unknown fields. `value` is plain data; it is not changed. */
export function parsedWithoutUnknown<T extends z.ZodType>(
  schema: T,
  value: unknown,
): z.ZodSafeParseResult<z.output<T>> {
  const result = schema.safeParse(value);
  if (result.success || !result.error.issues.some(({ code }) => code === 'unrecognized_keys')) return result;
  const copy: unknown = structuredClone(value);
  for (const issue of result.error.issues) {
    if (issue.code !== 'unrecognized_keys') continue;
    const holder = issue.path.reduce<unknown>((at, key) => (isRecord(at) ? at[key] : undefined), copy);
    if (!isRecord(holder)) continue;
    for (const key of issue.keys) delete holder[key];
  }
  return schema.safeParse(copy);
}

const isRecord = (value: unknown): value is Record<PropertyKey, unknown> => typeof value === 'object' && value !== null;
