// `relabel_configs` and the like, in Prometheus's own syntax: the schema of one rule, with Prometheus's defaults and refusals.
import { z } from 'zod';
import { fieldNotation } from '../../../shared/model/fields.ts';
import { patternProblem } from '../promql/index.ts';

export const ACTIONS = [
  'replace',
  'keep',
  'drop',
  'keepequal',
  'dropequal',
  'hashmod',
  'labelmap',
  'labeldrop',
  'labelkeep',
  'lowercase',
  'uppercase',
] as const;

const LABEL_NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;
/** A label name that may hold references such as $1 or ${name}. */
const LABEL_TEMPLATE = /^(?:[a-zA-Z_]|\$\{?\w+\}?)(?:\w|\$\{?\w+\}?)*$/;
const ALL = '(.*)';

const patternField = z
  .union([z.string(), z.number(), z.boolean()], { error: 'a regular expression (RE2)' })
  .transform((value, context) => {
    const pattern = String(value);
    const problem = patternProblem(pattern);
    if (problem === undefined) return pattern;
    context.addIssue({ code: 'custom', message: `a regular expression (RE2): ${problem}`, input: value });
    return z.NEVER;
  })
  .register(fieldNotation, { type: 'regular expression (RE2, anchored)' });

const textField = z
  .union([z.string(), z.number(), z.boolean()], { error: 'a text' })
  .transform(String)
  .register(fieldNotation, { type: 'text' });

const ruleSchema = z
  .strictObject({
    source_labels: z
      .array(
        z
          .string()
          .regex(LABEL_NAME, 'a label name such as __address__')
          .register(fieldNotation, { type: 'label name' }),
      )
      .max(64)
      .default([])
      .describe('The labels whose values are joined and looked at.'),
    separator: textField.default(';').describe('What stands between the joined values.'),
    regex: patternField.default(ALL).describe('What the whole of the joined values, or a label name, is held against.'),
    target_label: z
      .string()
      .max(1_024)
      .default('')
      .describe('The label that is written, or compared; in `replace` it may hold references such as `${1}`.'),
    replacement: textField
      .default('$1')
      .describe('The value that is written, with references such as `$1`; an empty one takes the label away.'),
    modulus: z.number().int().nonnegative().default(0).describe('Into how many parts `hashmod` divides; it needs one.'),
    action: z
      .string()
      .transform((text) => text.toLowerCase())
      .pipe(z.enum(ACTIONS))
      .default('replace')
      .register(fieldNotation, { type: `one of ${ACTIONS.map((each) => `\`${each}\``).join(', ')}` })
      .describe('What is done.'),
  })
  .superRefine((rule, context) => {
    const refuse = (key: string, message: string): void =>
      context.addIssue({ code: 'custom', path: [key], message, input: rule });
    const { action, target_label: target, replacement, modulus } = rule;
    const wantsName = WANT_TARGET.has(action);
    if (wantsName && target === '') return refuse('target_label', `a target_label, which ${action} needs`);
    if (action === 'replace' && !LABEL_TEMPLATE.test(target)) refuse('target_label', 'a label name such as site');
    if (wantsName && action !== 'replace' && !LABEL_NAME.test(target)) {
      refuse('target_label', 'a label name such as site');
    }
    if (action === 'hashmod' && modulus === 0) refuse('modulus', 'a modulus above 0, which hashmod needs');
    if (action === 'labelmap' && !LABEL_TEMPLATE.test(replacement)) refuse('replacement', 'a label name such as $1');
    // What would have no effect is a mistake, as in Prometheus.
    for (const key of IDLE_KEYS[action] ?? []) {
      const idle = key === 'source_labels' ? rule.source_labels.length === 0 : rule[key] === DEFAULTS[key];
      if (!idle) refuse(key, `no ${key} here: ${action} does not use it`);
    }
  });

type Key = 'source_labels' | keyof typeof DEFAULTS;
const DEFAULTS = { separator: ';', regex: ALL, target_label: '', replacement: '$1', modulus: 0 } as const;
const WANT_TARGET: ReadonlySet<string> = new Set([
  'replace',
  'hashmod',
  'lowercase',
  'uppercase',
  'keepequal',
  'dropequal',
]);
const NAMES_ONLY: readonly Key[] = ['source_labels', 'target_label', 'modulus', 'separator', 'replacement'];
const IDLE_KEYS: Readonly<Record<string, readonly Key[]>> = {
  lowercase: ['replacement'],
  uppercase: ['replacement'],
  keepequal: ['regex', 'modulus', 'separator', 'replacement'],
  dropequal: ['regex', 'modulus', 'separator', 'replacement'],
  labeldrop: NAMES_ONLY,
  labelkeep: NAMES_ONLY,
};

/** A list of rules, each described once for every section that has such a list. */
export const relabelConfigsSchema = z.array(ruleSchema).max(500);

export type RelabelConfig = z.output<typeof ruleSchema>;
