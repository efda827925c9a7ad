// Alertmanager's configuration: routes, receivers, inhibition and time intervals, checked and resolved.
import { z } from 'zod';
import { durationField } from '../../../../shared/model/fields.ts';
import { readMatchers } from './classic-matcher.ts';
import { type Matcher, matcher, MatcherError } from './matcher.ts';
import { namedIntervalsSchema } from './time-interval-schema.ts';
import type { TimeInterval } from './time-interval.ts';

/** A route as it is written, its children with it; what is undefined is inherited. */
export type RouteConfig = {
  readonly receiver?: string | undefined;
  readonly groupBy?: readonly string[] | undefined;
  readonly groupWaitMs?: number | undefined;
  readonly groupIntervalMs?: number | undefined;
  readonly repeatIntervalMs?: number | undefined;
  /** Told with what takes this route; those of the route above are told too. */
  readonly labels?: Readonly<Record<string, string>> | undefined;
  readonly matchers: readonly Matcher[];
  readonly isContinued: boolean;
  readonly muteTimeIntervals: readonly string[];
  readonly activeTimeIntervals: readonly string[];
  readonly routes: readonly RouteConfig[];
  /** Groups are named as if there were nothing above it, so that they stay the same when something is put there. */
  readonly namesGroupsAnew?: boolean;
};

export type InhibitRule = {
  readonly source: readonly Matcher[];
  readonly target: readonly Matcher[];
  readonly equal: readonly string[];
};

/** One way out of a receiver: its kind (`webhook`) and its own settings, checked by that kind. */
export type IntegrationConfig = { readonly kind: string; readonly index: number; readonly settings: unknown };

export type ReceiverConfig = { readonly name: string; readonly integrations: readonly IntegrationConfig[] };

export type RoutingConfig = {
  readonly resolveTimeoutMs: number;
  /** Alertmanager's own global settings of receivers, such as smtp_smarthost; each kind reads its own. */
  readonly global: Readonly<Record<string, unknown>>;
  readonly route: RouteConfig;
  readonly receivers: readonly ReceiverConfig[];
  readonly inhibitRules: readonly InhibitRule[];
  readonly timeIntervals: ReadonlyMap<string, readonly TimeInterval[]>;
  /** Paths or globs of template files. */
  readonly templates: readonly string[];
};

/** By kind: what its entries of `<kind>_configs` look like. */
export type IntegrationSchemas = Readonly<Record<string, z.ZodType>>;

const MAX_DEPTH = 64;
const MAX_ENTRIES = 10_000;

const text = z.string().max(16_384);
const labelName = text.min(1);
const textual = z.union([text, z.number(), z.boolean()]).transform(String);

const matcherLines = z
  .array(text)
  .max(MAX_ENTRIES)
  .default([])
  .transform((lines, context): Matcher[] =>
    lines.flatMap((line, index) => {
      try {
        return readMatchers(line);
      } catch (error) {
        if (!(error instanceof MatcherError)) throw error;
        context.addIssue({
          code: 'custom',
          message: `a matcher such as severity="critical" (at ${error.at + 1}: ${error.message})`,
          input: line,
          path: [index],
        });
        return [];
      }
    }),
  );

/** `match` and `match_re`, which older files use. */
const matchMap = (op: '=' | '=~') =>
  z
    .record(labelName, textual)
    .default({})
    .transform((entries, context): Matcher[] =>
      Object.entries(entries).flatMap(([name, value]) => {
        try {
          // Anchored in writing, as Alertmanager does it: it is part of the group's key.
          return [matcher(name, op, op === '=~' ? `^(?:${value})$` : value)];
        } catch (error) {
          if (!(error instanceof MatcherError)) throw error;
          context.addIssue({ code: 'custom', message: `a pattern (${error.message})`, input: value, path: [name] });
          return [];
        }
      }),
    );

const groupByField = z
  .array(labelName)
  .max(MAX_ENTRIES)
  .refine((names) => !names.includes('...') || names.length === 1, "'...' alone, since it means every label")
  .refine((names) => new Set(names).size === names.length, 'each label once')
  .optional();

const routeFields = {
  receiver: text.optional(),
  group_by: groupByField,
  labels: z
    .record(labelName, textual)
    .refine((labels) => Object.keys(labels).length <= MAX_ENTRIES, `at most ${MAX_ENTRIES} labels`)
    .optional(),
  group_wait: durationField().optional(),
  group_interval: durationField({ minMs: 1 }).optional(),
  repeat_interval: durationField({ minMs: 1 }).optional(),
  matchers: matcherLines,
  match: matchMap('='),
  match_re: matchMap('=~'),
  continue: z.boolean().default(false),
  mute_time_intervals: z.array(text).max(MAX_ENTRIES).default([]),
  active_time_intervals: z.array(text).max(MAX_ENTRIES).default([]),
};

const routeSchema: z.ZodType<RouteConfig> = z
  .strictObject({
    ...routeFields,
    get routes(): z.ZodDefault<z.ZodArray<z.ZodType<RouteConfig>>> {
      return z
        .array(z.lazy(() => routeSchema))
        .max(MAX_ENTRIES)
        .default([]);
    },
  })
  .transform((route): RouteConfig => ({
    receiver: route.receiver,
    groupBy: route.group_by,
    labels: route.labels,
    groupWaitMs: route.group_wait,
    groupIntervalMs: route.group_interval,
    repeatIntervalMs: route.repeat_interval,
    matchers: [...route.match, ...route.match_re, ...route.matchers],
    isContinued: route.continue,
    muteTimeIntervals: route.mute_time_intervals,
    activeTimeIntervals: route.active_time_intervals,
    routes: route.routes,
  }));

const inhibitSchema = z
  .strictObject({
    name: text.optional(),
    source_matchers: matcherLines,
    source_match: matchMap('='),
    source_match_re: matchMap('=~'),
    target_matchers: matcherLines,
    target_match: matchMap('='),
    target_match_re: matchMap('=~'),
    equal: z.array(labelName).max(MAX_ENTRIES).default([]),
  })
  .transform((rule): InhibitRule => ({
    source: [...rule.source_match, ...rule.source_match_re, ...rule.source_matchers],
    target: [...rule.target_match, ...rule.target_match_re, ...rule.target_matchers],
    equal: rule.equal,
  }));

function receiverSchema(kinds: IntegrationSchemas) {
  const lists = Object.fromEntries(
    Object.entries(kinds).map(([kind, schema]) => [`${kind}_configs`, z.array(schema).max(MAX_ENTRIES).optional()]),
  );
  return z.strictObject({ name: text.min(1), ...lists }).transform(({ name, ...configs }): ReceiverConfig => ({
    name,
    integrations: Object.keys(kinds).flatMap((kind) => {
      const entries = (configs as Readonly<Record<string, readonly unknown[] | undefined>>)[`${kind}_configs`];
      return (entries ?? []).map((settings, index): IntegrationConfig => ({ kind, index, settings }));
    }),
  }));
}

/** The schema of a whole Alertmanager config; `kinds` are the receivers that there are, `global` what they share. */
export function routingSchema(kinds: IntegrationSchemas, global: Readonly<Record<string, z.ZodType>> = {}) {
  return z
    .strictObject({
      global: z
        .looseObject({ ...global, resolve_timeout: durationField({ minMs: 1 }).default(300_000) })
        .superRefine((section, context) => {
          const known = Object.keys(global);
          // Of receivers that are known by their name alone whatever is shared is taken.
          const unread = Object.keys(kinds).filter((kind) => !known.some((key) => key.startsWith(`${kind}_`)));
          const isTaken = (key: string): boolean =>
            key === 'resolve_timeout' || known.includes(key) || unread.some((kind) => key.startsWith(`${kind}_`));
          const keys = known.length === 0 ? [] : Object.keys(section).filter((key) => !isTaken(key));
          if (keys.length > 0) context.addIssue({ code: 'unrecognized_keys', keys, input: section });
        })
        .prefault({}),
      route: routeSchema,
      receivers: z.array(receiverSchema(kinds)).max(MAX_ENTRIES).default([]),
      inhibit_rules: z.array(inhibitSchema).max(MAX_ENTRIES).default([]),
      time_intervals: namedIntervalsSchema,
      mute_time_intervals: namedIntervalsSchema,
      templates: z.array(text).max(MAX_ENTRIES).default([]),
    })
    .superRefine((config, context) => {
      const issue = (message: string, path: (string | number)[], input: unknown): void =>
        context.addIssue({ code: 'custom', message, path, input });
      const receivers = new Set<string>();
      config.receivers.forEach(({ name }, index) => {
        if (receivers.has(name)) issue('a name that no other receiver has', ['receivers', index, 'name'], name);
        receivers.add(name);
      });
      const intervals = new Set<string>();
      for (const list of ['mute_time_intervals', 'time_intervals'] as const) {
        config[list].forEach(({ name }, index) => {
          if (intervals.has(name)) issue('a name that no other time interval has', [list, index, 'name'], name);
          intervals.add(name);
        });
      }
      const { route } = config;
      if (route.receiver === undefined)
        issue('a receiver, which the first route needs', ['route', 'receiver'], undefined);
      if (route.matchers.length > 0) issue('no matchers: the first route takes every alert', ['route', 'matchers'], []);
      for (const [key, names] of [
        ['mute_time_intervals', route.muteTimeIntervals],
        ['active_time_intervals', route.activeTimeIntervals],
      ] as const) {
        if (names.length > 0) issue('no time intervals: the first route takes every alert', ['route', key], names);
      }
      const check = (each: RouteConfig, path: (string | number)[], depth: number): void => {
        if (depth > MAX_DEPTH) {
          issue(`at most ${MAX_DEPTH} routes within each other`, path, undefined);
          return;
        }
        if (each.receiver !== undefined && !receivers.has(each.receiver))
          issue('the name of a receiver below receivers:', [...path, 'receiver'], each.receiver);
        for (const name of [...each.muteTimeIntervals, ...each.activeTimeIntervals]) {
          if (!intervals.has(name)) issue('the name of a time interval below time_intervals:', path, name);
        }
        each.routes.forEach((child, index) => check(child, [...path, 'routes', index], depth + 1));
      };
      check(route, ['route'], 1);
    })
    .transform((config): RoutingConfig => ({
      resolveTimeoutMs: config.global.resolve_timeout,
      global: config.global,
      route: config.route,
      receivers: config.receivers,
      inhibitRules: config.inhibit_rules,
      timeIntervals: new Map(
        [...config.mute_time_intervals, ...config.time_intervals].map((each) => [each.name, each.time_intervals]),
      ),
      templates: config.templates,
    }));
}
