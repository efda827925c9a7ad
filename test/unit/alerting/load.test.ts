import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Labels } from '../../../shared/model/labels.ts';
import { checkRuleFiles } from '../../../electron/engine/alerting/index.ts';
import { fingerprint } from '../../../electron/engine/alerting/rules/identity.ts';
import { loadRuleFiles, parseRuleFile } from '../../../electron/engine/alerting/rules/load.ts';
import { formatRuleProblem } from '../../../electron/engine/alerting/rules/problem.ts';
import { slotAt, slotOffsetMs } from '../../../electron/engine/alerting/rules/schedule.ts';

const problemsOf = (text: string): string[] => parseRuleFile(text, 'a.yml').problems.map(formatRuleProblem);

/** A group with one rule of these lines; the rule begins at line 4. */
const one = (...lines: string[]): string =>
  ['groups:', '- name: g', '  rules:', ...lines.map((line, i) => `${i === 0 ? '  - ' : '    '}${line}`), ''].join('\n');

const flapping = (bad: string) =>
  parseRuleFile(
    `groups:\n- name: g\n  rules:\n  - alert: A\n    expr: up\n    annotations:\n      bad_in_a_row: ${bad}\n      good_in_a_row: 5\n`,
    'a.yml',
  );

describe('a good file', () => {
  it('gives groups with their timing, and rules with templates', () => {
    const { groups, problems } = parseRuleFile(
      `
groups:
  - name: net
    interval: 30s
    query_offset: 1m
    limit: 10
    labels: {team: net}
    rules:
      - record: job:up:sum
        expr: sum by (job) (up)
        labels: {site: north}
      - alert: Down
        expr: up == 0
        for: 5m
        keep_firing_for: 1h30m
        labels: {severity: page}
        annotations: {summary: '{{ $labels.instance }} is down'}
  - name: empty
`,
      'net.yml',
    );
    expect(problems).toEqual([]);
    expect(groups).toMatchObject([
      {
        file: 'net.yml',
        name: 'net',
        intervalMs: 30_000,
        queryOffsetMs: 60_000,
        limit: 10,
        shipped: false,
        rules: [
          {
            kind: 'recording',
            name: 'job:up:sum',
            expr: 'sum by (job) (up)',
            labels: [
              ['team', 'net'],
              ['site', 'north'],
            ],
          },
          {
            kind: 'alerting',
            name: 'Down',
            expr: 'up == 0',
            forMs: 300_000,
            keepFiringForMs: 5_400_000,
            badInARow: 1,
            goodInARow: 1,
            labels: [
              { name: 'team', text: 'net' },
              { name: 'severity', text: 'page' },
            ],
            annotations: [{ name: 'summary', text: '{{ $labels.instance }} is down' }],
          },
        ],
      },
      { name: 'empty', rules: [], intervalMs: undefined, limit: 0, queryOffsetMs: 0 },
    ]);
  });

  it('takes how often in a row from annotations, and tells what is no such number by its line', () => {
    expect(flapping('3').groups[0]?.rules[0]).toMatchObject({ badInARow: 3, goodInARow: 5 });
    for (const wrong of ['0', '1001', '-1', '2.5', 'x', '"{{ $value }}"']) {
      expect(flapping(wrong).problems.map(({ line, message }) => [line, message])).toEqual([
        [7, 'expected a number from 1 to 1000'],
      ]);
    }
  });

  it('says that a rule file is one document', () => {
    const { problems } = parseRuleFile('groups: []\n---\ngroups: []\n', 'a.yml');
    expect(problems.map(({ line, message }) => [line, message])).toEqual([
      [2, 'a second document begins here; a rule file is one document'],
    ]);
  });

  it('takes scalars as Prometheus does: as texts', () => {
    const { groups, problems } = parseRuleFile(
      one('alert: Always', 'expr: 1', 'for: 0', 'labels: {on: yes, level: 3}', 'annotations:'),
      'a.yml',
    );
    expect(problems).toEqual([]);
    expect(groups[0]?.rules[0]).toMatchObject({
      expr: '1',
      forMs: 0,
      labels: [
        { name: 'on', text: 'yes' },
        { name: 'level', text: '3' },
      ],
      annotations: [],
    });
  });

  it('may be empty', () => {
    expect(parseRuleFile('', 'a.yml')).toEqual({ groups: [], problems: [] });
    expect(parseRuleFile('groups:\n', 'a.yml')).toEqual({ groups: [], problems: [] });
  });
});

describe('a problem is told with file, line, column, field and what was expected', () => {
  it.each([
    [
      one('alert: A', 'expr: up', 'annotation: {}'),
      'a.yml:6:5: groups[0].rules[0].annotation: unknown field; expected one of record, alert, expr, for, keep_firing_for, labels, annotations',
    ],
    ['groups: []\nglobal: {}\n', 'a.yml:2:1: global: unknown field; expected one of groups'],
    [
      'groups:\n- name: g\n  intervall: 1m\n',
      'a.yml:3:3: groups[0].intervall: unknown field; expected one of name, interval, query_offset, limit, labels, rules',
    ],
    [
      one('record: x', "expr: 'test +'"),
      'a.yml:5:11: groups[0].rules[0].expr: could not parse expression: 1:7: parse error: unexpected end of input',
    ],
    [
      one('alert: A', 'expr: up', 'for: 5 minutes'),
      'a.yml:6:10: groups[0].rules[0].for: expected a duration such as 15s or 1h30m, got "5 minutes"',
    ],
    [
      one('alert: A', 'expr: up', 'labels: [a]'),
      'a.yml:6:13: groups[0].rules[0].labels: expected a mapping of names to texts',
    ],
    [one('alert: A', 'expr: up', 'labels: {a: [b]}'), 'a.yml:6:17: groups[0].rules[0].labels.a: expected a text'],
    [
      one('alert: A', 'expr: up', 'labels: {__name__: b}'),
      'a.yml:6:14: groups[0].rules[0].labels.__name__: invalid label name "__name__"',
    ],
    [one('alert: A', 'for: 1m'), 'a.yml:4:5: groups[0].rules[0].expr: missing; a rule needs an expression'],
    [one('expr: up'), "a.yml:4:5: groups[0].rules[0]: one of 'record' or 'alert' must be set"],
    [
      one('alert: A', 'record: a', 'expr: up'),
      "a.yml:4:5: groups[0].rules[0].alert: only one of 'record' and 'alert' may be set",
    ],
    [
      one('record: a', 'expr: up', 'for: 1m'),
      'a.yml:6:5: groups[0].rules[0].for: a recording rule cannot have this field',
    ],
    [
      one('record: a', 'expr: up', 'annotations: {a: b}'),
      'a.yml:6:5: groups[0].rules[0].annotations: a recording rule cannot have this field',
    ],
    [
      one('record: sum{a}', 'expr: up'),
      'a.yml:4:13: groups[0].rules[0].record: braces in the name "sum{a}": does it belong in expr?',
    ],
    [
      one('alert: A', 'expr: up', "annotations: {summary: '{{ $label.x }}'}"),
      'a.yml:6:28: groups[0].rules[0].annotations.summary: error parsing template __alert_A: template: __alert_A:1: undefined variable "$label"',
    ],
    [
      'groups:\n- name: g\n- name: h\n- name: g\n',
      'a.yml:4:9: groups[2].name: the group name "g" is repeated in the same file',
    ],
    ['groups:\n- rules: []\n', 'a.yml:2:3: groups[0].name: missing; a group needs a name'],
    ['groups:\n- name: g\n  limit: many\n', 'a.yml:3:10: groups[0].limit: expected a whole number, got "many"'],
    ['groups: here\n', 'a.yml:1:9: groups: expected a list of groups, got "here"'],
    ['- groups\n', 'a.yml:1:1: expected a mapping'],
    ['groups:\n  - name: a\n    name: b\n', 'a.yml:3:5: Map keys must be unique'],
  ])('%s', (text, expected) => {
    expect(problemsOf(text)).toEqual([expected]);
  });

  it('all of them at once', () => {
    expect(problemsOf(`${one('alert: A', 'expr: up +', 'for: 1m')}  - expr: 1\n`)).toHaveLength(2);
  });

  it('a file that is all aliases is refused, not unfolded', () => {
    const levels = Array.from(
      { length: 12 },
      (_, i) =>
        `a${i}: &a${i} [${Array(9)
          .fill(i === 0 ? 'x' : `*a${i - 1}`)
          .join(',')}]`,
    );
    expect(problemsOf(levels.join('\n'))[0]).toMatch(/^a\.yml:1:1: too many aliases/);
  });
});

describe('files and globs', () => {
  it('a folder may be called as a pattern is written', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'linewarden-rules-[lab]-'));
    writeFileSync(path.join(folder, 'a.yml'), one('alert: A', 'expr: up == 0'));
    const { groups, problems } = loadRuleFiles([path.join(folder, '*.yml')]);
    expect(problems).toEqual([]);
    expect(groups.map(({ file }) => file)).toEqual([path.join(folder, 'a.yml')]);
    rmSync(folder, { recursive: true });
  });

  it('what is no file is refused before it is read', () => {
    expect(checkRuleFiles([tmpdir()])).toEqual([`${tmpdir()}: the rule file cannot be read: it is a folder`]);
  });

  it.skipIf(process.platform === 'win32')('a device that never ends is refused too', () => {
    expect(checkRuleFiles(['/dev/zero'])).toEqual(['/dev/zero: the rule file cannot be read: it is no regular file']);
  });

  const dir = mkdtempSync(path.join(tmpdir(), 'lw-rules-'));
  afterAll(() => rmSync(dir, { recursive: true, force: true }));
  writeFileSync(path.join(dir, 'b.yml'), 'groups: [{name: b}]');
  writeFileSync(path.join(dir, 'a.yml'), 'groups: [{name: a}]');
  writeFileSync(path.join(dir, 'bad.yaml'), 'groups: [{nam: a}]');

  it('a glob is sorted, may match nothing, and a file is read once', () => {
    const { groups, problems } = loadRuleFiles([
      path.join(dir, '*.yml'),
      path.join(dir, 'a.yml'),
      path.join(dir, 'x*'),
    ]);
    expect(groups.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(problems).toEqual([]);
  });

  it('a plain path must be there', () => {
    const file = path.join(dir, 'none.yml');
    expect(checkRuleFiles([file])).toEqual([`${file}: the rule file cannot be read: no such file`]);
  });

  it('checkRuleFiles tells the problems of every file', () => {
    expect(checkRuleFiles([path.join(dir, 'a.yml')])).toEqual([]);
    expect(checkRuleFiles([path.join(dir, '*')])).toEqual([
      `${path.join(dir, 'bad.yaml')}:1:11: groups[0].nam: unknown field; expected one of name, interval, query_offset, limit, labels, rules`,
    ]);
  });
});

const conformance =
  process.env['LINEWARDEN_CONFORMANCE'] ?? path.resolve(import.meta.dirname, '../../../../shared/conformance');
const rulesDir = path.join(conformance, 'rules');
const present = existsSync(rulesDir);

describe.skipIf(!present)(`Prometheus's own rule files${present ? '' : ' (skipped: no conformance data)'}`, () => {
  // What `promtool check rules` says of each, and the number of rules that it finds.
  it.each([
    ['fixtures/alert_rule.yaml', 1],
    ['fixtures/alert_rule1.yaml', 1],
    ['fixtures/rules.yaml', 1],
    ['fixtures/rules1.yaml', 1],
    ['fixtures/rules2.yaml', 1],
    ['fixtures/rules2_copy.yaml', 1],
    ['fixtures/rules_chain.yaml', 7],
    ['fixtures/rules_dependencies.yaml', 2],
    ['fixtures/rules_indeterminates.yaml', 7],
    ['fixtures/rules_multiple.yaml', 6],
    ['fixtures/rules_multiple_dependents_on_base.yaml', 8],
    ['fixtures/rules_multiple_groups.yaml', 10],
    ['fixtures/rules_multiple_independent.yaml', 8],
    ['promtool/rules.yml', 5],
    ['promtool/rules_duplicates.yml', 5],
    ['promtool/prometheus-rules.lint.yml', 2],
    ['promtool/at-modifier.yml', 1],
    ['promtool/negative-offset.yml', 1],
    ['docs/alerts.yml', 2],
  ])('%s is valid: %i rules', (file, count) => {
    const { groups, problems } = loadRuleFiles([path.join(rulesDir, file)]);
    expect(problems).toEqual([]);
    expect(groups.flatMap(({ rules }) => rules)).toHaveLength(count);
  });

  // Line and column as promtool gives them.
  it.each([
    ['fixtures/invalid_rules.yaml', [':6:9: groups[0].rules[0].unexpected_field: unknown field']],
    [
      'promtool/bad-rules-syntax.yml',
      [':7:15: groups[0].rules[0].expr: could not parse expression: 1:7: parse error: unexpected end of input'],
    ],
    [
      'promtool/rules_extrafields.yml',
      [':7:5: groups[0].namespace: unknown field', ':21:5: groups[1].ownership: unknown field'],
    ],
    [
      'promtool/features.yml',
      [
        ':6:15: groups[0].rules[0].expr: could not parse expression',
        ':8:15: groups[0].rules[1].expr: could not parse expression',
        ':10:15: groups[0].rules[2].expr: could not parse expression',
        ':12:15: groups[0].rules[3].expr: could not parse expression',
      ],
    ],
  ])('%s is not', (file, starts) => {
    const found = checkRuleFiles([path.join(rulesDir, file)]);
    const cut = found.map((problem, i) => problem.slice(path.join(rulesDir, file).length).slice(0, starts[i]?.length));
    expect(cut).toEqual(starts);
  });
});

describe('the identity of an alert', () => {
  it.each([
    // The empty set and the second pair are test values of prometheus/common (model.LabelsToSignature).
    [{}, 14_695_981_039_346_656_037n],
    [{ name: 'garland, briggs', fear: 'love is not enough' }, 5_799_056_148_416_392_346n],
  ])('%j', (labels, signature) => {
    expect(fingerprint(Labels.fromRecord(labels))).toBe(signature.toString(16).padStart(16, '0'));
  });
});

describe('the slots of a group', () => {
  it('are whole intervals, shifted by the group', () => {
    expect(slotAt(100_000, 15_000, 4_000)).toBe(94_000);
    expect(slotAt(94_000, 15_000, 4_000)).toBe(94_000);
    expect(slotAt(93_999, 15_000, 4_000)).toBe(79_000);
  });

  it('differ between groups, and stay the same over restarts', () => {
    const offsets = ['a.yml;one', 'a.yml;two', 'b.yml;one'].map((key) => slotOffsetMs(key, 60_000));
    expect(new Set(offsets).size).toBe(3);
    expect(slotOffsetMs('a.yml;one', 60_000)).toBe(offsets[0]);
    for (const offset of offsets) expect(offset).toBeLessThan(60_000);
  });
});
