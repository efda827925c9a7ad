// The alerts' routing, inline or in a file of Alertmanager's: checked as strictly as the rest, told by file, line and field.
import path from 'node:path';
import { stringify } from 'yaml';
import { z } from 'zod';
import { receiverGlobals, receiverKind, receiverSchemas, routingSchema } from '../alerting/index.ts';
import type { LoadedRouting, RoutingConfig } from '../alerting/index.ts';
import { ConfigError, fieldName, firstProblems, schemaProblems } from './problems.ts';
import type { ConfigProblem } from './problems.ts';
import { readYaml } from './yaml.ts';
import type { FieldPath, YamlSource } from './yaml.ts';

export type ReadRouting = LoadedRouting & {
  /** Files with secrets and certificates that it names. */
  readonly namedFiles: readonly { readonly field: string; readonly file: string }[];
};

/** What a configuration stands in. */
type Place = {
  readonly source: YamlSource;
  /** Only named in problems. */
  readonly file: string;
  /** Where in the file it begins. */
  readonly prefix: FieldPath;
  /** Relative paths in it start here. */
  readonly baseDir: string;
  readonly text: string;
};

/** `alertmanager:` of linewarden.yml. Throws ConfigError. */
export function readInlineRouting(source: YamlSource, file: string, baseDir: string): ReadRouting {
  const { value } = source;
  const section: unknown = isObject(value) && 'alertmanager' in value ? value.alertmanager : undefined;
  return readRouting(section, { source, file, prefix: ['alertmanager'], baseDir, text: stringify(section) });
}

/** A file of Alertmanager's. Throws ConfigError. */
export function readRoutingFile(text: string, file: string, baseDir: string): ReadRouting {
  const source = readYaml(text);
  if ('problems' in source) {
    throw new ConfigError(firstProblems(source.problems.map((problem) => ({ file, field: '', ...problem }))));
  }
  return readRouting(source.value ?? {}, { source, file, prefix: [], baseDir, text });
}

function readRouting(value: unknown, place: Place): ReadRouting {
  const { source, file, prefix, baseDir, text } = place;
  // Made only where there is such a configuration.
  const schema: z.ZodType<RoutingConfig> = routingSchema(receiverSchemas(), receiverGlobals());
  const namedFiles: { field: string; file: string }[] = [];
  const result = schema.safeParse(asRead(value, baseDir, fieldName(prefix), namedFiles));
  if (!result.success) {
    throw new ConfigError(firstProblems(schemaProblems(schema, result.error.issues, source, file, prefix)));
  }
  const problems = missingSettings(result.data, place);
  if (problems.length > 0) throw new ConfigError(firstProblems(problems));
  return {
    config: result.data,
    text,
    file,
    templateFiles: result.data.templates.map((pattern) => path.resolve(baseDir, pattern)),
    namedFiles,
  };
}

/** What a receiver needs from `global` or itself, and has in neither. */
function missingSettings({ receivers, global }: RoutingConfig, { source, file, prefix }: Place): ConfigProblem[] {
  return receivers.flatMap(({ integrations }, receiver) =>
    integrations.flatMap(({ kind, index, settings }): ConfigProblem[] => {
      const message = receiverKind(kind)?.missing?.(settings, global);
      if (message === undefined) return [];
      const field = [...prefix, 'receivers', receiver, `${kind}_configs`, index];
      return [{ file, ...source.placeOf(field, 'value'), field: fieldName(field), message }];
    }),
  );
}

/**
 * The value as Alertmanager takes it: each `..._file` absolute (they are noted in `named`), and a key without a value, such
 * as `routes:` with nothing below it, as if it were not there.
 */
function asRead(value: unknown, baseDir: string, field: string, named: { field: string; file: string }[]): unknown {
  if (Array.isArray(value)) {
    return value.map((each: unknown, index) => asRead(each, baseDir, `${field}[${index}]`, named));
  }
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]: [string, unknown]) => {
      if (inner === null) return [];
      const at = field === '' ? key : `${field}.${key}`;
      if (!key.endsWith('_file') || typeof inner !== 'string' || inner === '') {
        return [[key, asRead(inner, baseDir, at, named)]];
      }
      const file = path.resolve(baseDir, inner);
      named.push({ field: at, file });
      return [[key, file]];
    }),
  );
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
