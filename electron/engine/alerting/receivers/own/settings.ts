// The settings of a receiver as its form has them (flat, by field) and as its schema wants them (nested), secrets apart.
import { z } from 'zod';
import type { ReceiverSettings } from '../../../../../shared/contract/index.ts';
import { LinewardenError } from '../../../../../shared/model/errors.ts';
import type { ReceiverKind } from '../receiver-kind.ts';

type Value = ReceiverSettings[string];

export type Secrets = Readonly<Record<string, string>>;

const isSecret = (kind: ReceiverKind, name: string): boolean =>
  kind.fields.some((field) => field.name === name && field.type === 'secret');

/** What is empty says nothing. */
const isGiven = (value: Value): boolean => value !== '' && !(Array.isArray(value) && value.length === 0);

/** Throws LW_RECEIVER_INVALID for a field that the kind does not have. */
export function splitSecrets(
  kind: ReceiverKind,
  form: ReceiverSettings,
): { readonly plain: ReceiverSettings; readonly secrets: Secrets } {
  const plain: Record<string, Value> = {};
  const secrets: Record<string, string> = {};
  for (const [name, value] of Object.entries(form)) {
    if (!kind.fields.some((field) => field.name === name)) {
      throw new LinewardenError('LW_RECEIVER_INVALID', `${kind.title} has no field called ${JSON.stringify(name)}.`);
    }
    if (!isSecret(kind, name)) {
      if (isGiven(value)) plain[name] = value;
    } else if (typeof value === 'string') secrets[name] = value;
  }
  return { plain, secrets };
}

/** As the schema has it, checked. Throws LW_RECEIVER_INVALID, which tells no value. */
export function settingsOf(kind: ReceiverKind, plain: ReceiverSettings, secrets: Secrets): unknown {
  const nested: Record<string, unknown> = {};
  const given = Object.entries(secrets).filter(([, secret]) => secret !== '');
  for (const [name, value] of [...Object.entries(plain), ...given]) place(nested, name.split('.'), value);
  const result = kind.schema.safeParse(nested);
  if (result.success) return result.data;
  const told = result.error.issues.slice(0, 5).map((issue) => problem(kind, issue));
  throw new LinewardenError('LW_RECEIVER_INVALID', `${told.join('; ')}.`, { hint: 'Mend it in the form.' });
}

function place(section: Record<string, unknown>, [key = '', ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) {
    section[key] = value;
    return;
  }
  const inner = Object.hasOwn(section, key) ? section[key] : undefined;
  const next: Record<string, unknown> = typeof inner === 'object' && inner !== null ? { ...inner } : {};
  place(next, rest, value);
  section[key] = next;
}

function problem(kind: ReceiverKind, issue: z.core.$ZodIssue): string {
  const name = issue.path.join('.');
  const label = kind.fields.find((field) => field.name === name)?.label;
  const isMissing = issue.code === 'invalid_type' && issue.message.includes('undefined');
  if (label !== undefined) return isMissing ? `${label} is missing` : `${label}: expected ${issue.message}`;
  return name === '' ? `expected ${issue.message}` : `${name}: expected ${issue.message}`;
}
