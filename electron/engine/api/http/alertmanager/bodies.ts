// What is posted to Alertmanager's API: alerts, of which the valid ones are taken, and silences.
import { z } from 'zod';
import { Labels } from '../../../../../shared/model/labels.ts';
import { matcher, MatcherError, type SentAlert, type SilenceDraft } from '../../../alerting/index.ts';
import { Malformed, Refused } from './failure.ts';

export const MAX_BODY_BYTES = 8 * 1024 * 1024;
const MAX_PAIRS = 512;
const MAX_NAME = 1_024;
const MAX_TEXT = 65_536;

const RFC_3339 = /^(\d{4})-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})$/;

/** Go writes a time that was not set as the first moment of the year 1. */
const timeField = z
  .string()
  .max(64)
  .transform((text, context): number | undefined => {
    const match = RFC_3339.exec(text);
    const atMs = match === null ? Number.NaN : Date.parse(text.toUpperCase().replace(' ', 'T'));
    if (text === '' || match?.[1] === '0001') return undefined;
    if (Number.isSafeInteger(atMs)) return atMs;
    context.addIssue({ code: 'custom', message: `${JSON.stringify(text)} is not a time of RFC 3339`, input: text });
    return z.NEVER;
  });

const pairsField = z.record(z.string(), z.string());

const alertSchema = z.object({
  labels: pairsField,
  annotations: pairsField.nullish(),
  startsAt: timeField.nullish(),
  endsAt: timeField.nullish(),
  generatorURL: z.string().max(MAX_TEXT).nullish(),
});

const alertsSchema = z.array(alertSchema);

const silenceSchema = z.object({
  id: z.string().max(128).nullish(),
  matchers: z
    .array(
      z.object({
        name: z.string().max(MAX_NAME),
        value: z.string().max(MAX_TEXT),
        isRegex: z.boolean(),
        isEqual: z.boolean().nullish(),
      }),
    )
    .max(MAX_PAIRS),
  startsAt: timeField,
  endsAt: timeField,
  createdBy: z.string().max(MAX_NAME),
  comment: z.string().max(MAX_TEXT),
});

/** Codes of go-openapi, which some clients tell apart. */
const REQUIRED = 602;
const TOO_FEW = 612;

/** Throws Malformed with the first thing that is wrong. */
function parsed<S extends z.ZodType>(schema: S, body: unknown, what: string): z.output<S> {
  if (body === undefined || body === null) throw new Malformed(422, `${what} in body is required`, REQUIRED);
  const result = schema.safeParse(body, { reportInput: true });
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const path = issue?.path.join('.') ?? '';
  if (issue?.code === 'invalid_type' && issue.input === undefined) {
    throw new Malformed(422, `${path} in body is required`, REQUIRED);
  }
  throw new Malformed(
    400,
    `parsing ${what} body failed, because ${path === '' ? 'it' : path}: ${issue?.message ?? ''}`,
  );
}

/** The alerts of the body, and what is wrong with each one that cannot be taken. */
export function readAlerts(body: unknown): { readonly alerts: SentAlert[]; readonly refused: string[] } {
  const alerts: SentAlert[] = [];
  const refused: string[] = [];
  for (const sent of parsed(alertsSchema, body, 'alerts')) {
    const labels = Labels.fromRecord(sent.labels);
    const annotations = Object.entries(sent.annotations ?? {});
    const wrong =
      labels.size === 0
        ? 'at least one label pair required'
        : (wrongPair('label set', [...labels.entries()]) ?? wrongPair('annotations', annotations));
    if (wrong !== undefined) {
      refused.push(wrong);
      continue;
    }
    alerts.push({
      labels,
      annotations: Labels.fromPairs(annotations).toRecord(),
      startsAtMs: sent.startsAt ?? undefined,
      endsAtMs: sent.endsAt ?? undefined,
      generatorUrl: sent.generatorURL ?? undefined,
    });
  }
  return { alerts, refused };
}

function wrongPair(what: string, pairs: readonly (readonly [string, string])[]): string | undefined {
  if (pairs.length > MAX_PAIRS) return `invalid ${what}: more than ${MAX_PAIRS} pairs`;
  for (const [name, value] of pairs) {
    if (name === '' || name.length > MAX_NAME || !name.isWellFormed()) {
      return `invalid ${what}: invalid name ${JSON.stringify(name.slice(0, MAX_NAME))}`;
    }
    if (value.length > MAX_TEXT || !value.isWellFormed())
      return `invalid ${what}: invalid value of ${JSON.stringify(name)}`;
  }
  return undefined;
}

export function readSilence(body: unknown): SilenceDraft {
  const { id, matchers, startsAt, endsAt, createdBy, comment } = parsed(silenceSchema, body, 'silence');
  if (matchers.length === 0) throw new Malformed(422, 'matchers in body should have at least 1 items', TOO_FEW);
  return {
    id: id ?? undefined,
    matchers: matchers.map(({ name, value, isRegex, isEqual }, index) => {
      if (name === '') throw new Refused(400, `silence invalid: invalid label matcher ${index}: invalid label name ""`);
      try {
        return matcher(name, operator(isRegex, isEqual ?? true), value);
      } catch (error) {
        if (!(error instanceof MatcherError)) throw error;
        throw new Refused(400, `silence invalid: invalid label matcher ${index}: ${error.message}`);
      }
    }),
    // A time that was not set lies in the year 1.
    startsAtMs: startsAt ?? 0,
    endsAtMs: endsAt ?? 0,
    createdBy,
    comment,
  };
}

function operator(isRegex: boolean, isEqual: boolean): '=' | '!=' | '=~' | '!~' {
  if (isRegex) return isEqual ? '=~' : '!~';
  return isEqual ? '=' : '!=';
}
