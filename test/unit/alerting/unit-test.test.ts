// `test rules`: promtool's own test files, and what they do not show.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runRuleTests } from '../../../electron/engine/alerting/index.ts';

const conformance =
  process.env['LINEWARDEN_CONFORMANCE'] ?? path.resolve(import.meta.dirname, '../../../../shared/conformance');
const rulesDir = path.join(conformance, 'rules');
const present = existsSync(rulesDir);

type Entry = { file: string; description: string; expected: string };
const entries: Entry[] = present
  ? (JSON.parse(readFileSync(path.join(rulesDir, 'index.json'), 'utf8')) as { files: Entry[] }).files
  : [];
const wherever = (pattern: RegExp): Entry[] => entries.filter(({ expected }) => pattern.test(expected));

describe.skipIf(!present)(`promtool's test files${present ? '' : ' (skipped: no conformance data)'}`, () => {
  it.each(wherever(/^all pass|^passes when/))('$file passes: $description', async ({ file }) => {
    expect(await runRuleTests(path.join(rulesDir, file))).toEqual([]);
  });

  it.each(wherever(/^fails/))('$file fails: $description', async ({ file }) => {
    expect(await runRuleTests(path.join(rulesDir, file))).not.toEqual([]);
  });

  it('runs the tests whose name is asked for', async () => {
    const file = path.join(rulesDir, 'promtool/rules_run.yml');
    expect(await runRuleTests(file)).toHaveLength(1);
    expect(await runRuleTests(file, { run: [/wrong/] })).toHaveLength(1);
    expect(await runRuleTests(file, { run: [/correct/] })).toEqual([]);
  });

  it('passes over unknown fields where it is told to', async () => {
    const file = path.join(rulesDir, 'promtool/rules_run_extrafields.yml');
    expect((await runRuleTests(file)).join('\n')).toContain('unknown field');
    expect(await runRuleTests(file, { ignoreUnknownFields: true })).toEqual([]);
  });
});

describe('a test of rules', () => {
  const dir = mkdtempSync(path.join(tmpdir(), 'linewarden-rules-'));
  afterAll(() => rmSync(dir, { recursive: true, force: true }));
  const run = (rules: string, test: string): Promise<string[]> => {
    writeFileSync(path.join(dir, 'rules.yml'), rules);
    writeFileSync(path.join(dir, 'test.yml'), test);
    return runRuleTests(path.join(dir, 'test.yml'));
  };
  const down = `groups:
  - name: g
    rules:
      - {alert: Down, expr: up == 0, for: 2m, labels: {severity: page}, annotations: {summary: '{{ $labels.job }} in {{ $externalLabels.site }}'}}
      - {record: 'job:up:sum', expr: sum by (job) (up)}`;

  it('sees ALERTS, pending and firing, and what recording rules wrote', async () => {
    const failures = await run(
      down,
      `rule_files: [rules.yml]
tests:
  - interval: 1m
    external_labels: {site: north}
    input_series: [{series: 'up{job="a"}', values: '1 0x5'}]
    alert_rule_test:
      - {eval_time: 2m, alertname: Down}
      - {eval_time: 3m30s, alertname: Down, exp_alerts: [{exp_labels: {job: a, severity: page}, exp_annotations: {summary: a in north}}]}
    promql_expr_test:
      - {expr: 'ALERTS', eval_time: 2m, exp_samples: [{labels: 'ALERTS{alertname="Down",alertstate="pending",job="a",severity="page"}', value: 1}]}
      - {expr: 'ALERTS_FOR_STATE', eval_time: 2m, exp_samples: [{labels: 'ALERTS_FOR_STATE{alertname="Down",job="a",severity="page"}', value: 60}]}
      - {expr: 'job:up:sum offset 1m', eval_time: 1m, exp_samples: [{labels: 'job:up:sum{job="a"}', value: 1}]}`,
    );
    expect(failures).toEqual([]);
  });

  it('does not let rules see what comes later', async () => {
    const rules = `groups: [{name: g, rules: [{record: later, expr: 'up offset -2m'}]}]`;
    // At each time the newest sample is the one of that time, never one of two minutes later.
    const test = `rule_files: [rules.yml]
tests:
  - input_series: [{series: up, values: '1 2 3 4'}]
    promql_expr_test:
      - {expr: later, eval_time: 3m, exp_samples: [{labels: later, value: 4}]}
      - {expr: later offset 1m, eval_time: 3m, exp_samples: [{labels: later, value: 3}]}`;
    expect(await run(rules, test)).toEqual([]);
  });

  it('starts where it is told, and tells a missing label of a failed alert', async () => {
    const failures = await run(
      down,
      `rule_files: [rules.yml]
tests:
  - name: in summer
    start_timestamp: 2026-07-01T00:00:00Z
    input_series: [{series: 'up{job="a"}', values: '0x9'}]
    promql_expr_test: [{expr: 'timestamp(up)', eval_time: 1m, exp_samples: [{labels: '{job="a"}', value: 1782864060}]}]
    alert_rule_test: [{eval_time: 5m, alertname: Down, exp_alerts: [{exp_labels: {job: a}}]}]`,
    );
    expect(failures).toEqual([
      `name: in summer,
    alertname: Down, time: 5m0s,
    exp: Labels:{alertname="Down", job="a"} Annotations:{}
    got: Labels:{alertname="Down", job="a", severity="page"} Annotations:{summary="a in "}`,
    ]);
  });

  it('compares to the last digit, or to the last but one where it is told to', async () => {
    const test = `tests:
  - input_series: [{series: a, values: '2.9999999999999996'}]
    promql_expr_test: [{expr: a, exp_samples: [{labels: a, value: 3}]}]`;
    expect(await run('', `fuzzy_compare: true\n${test}`)).toEqual([]);
    expect(await run('', test)).toHaveLength(1);
  });

  it('evaluates groups in the order that is given', async () => {
    const rules = `groups:
  - {name: second, rules: [{record: b, expr: a * 2}]}
  - {name: first, rules: [{record: a, expr: vector(1)}]}`;
    const test = `rule_files: [rules.yml]
tests: [{promql_expr_test: [{expr: b, exp_samples: [{labels: b, value: 2}]}]}]`;
    expect(await run(rules, `group_eval_order: [first, second]\n${test}`)).toEqual([]);
    expect(await run(rules, test)).toHaveLength(1);
    expect(await run(rules, `group_eval_order: [third]\n${test}`)).toEqual([
      'group_eval_order: there is no group "third"',
    ]);
  });

  it('tells where the file is wrong', async () => {
    const [first] = await run('', 'tests:\n  - interval: soon\n');
    expect(first).toBe(`${path.join(dir, 'test.yml')}:2:15: tests[0].interval: a duration such as 15s or 1h30m`);
  });
});
