// The unit tests of the rules that come along, run as `linewarden test rules` runs them.
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { runRuleTests } from '../../../electron/engine/alerting/index.ts';
import { readShippedPacks } from '../../../electron/engine/alerting/packs/read.ts';

const DIR = path.resolve(import.meta.dirname, '../../fixtures/shipped-rules');
const files = globSync('**/*.test.yml', { cwd: DIR }).toSorted();

type TestFile = {
  readonly tests: readonly {
    readonly alert_rule_test: readonly { readonly alertname: string; readonly exp_alerts: readonly unknown[] }[];
  }[];
};

describe('the rules that come along', () => {
  it.each(files)('%s', async (file) => {
    expect(await runRuleTests(path.join(DIR, file))).toEqual([]);
  });

  it('each is shown firing and not firing', () => {
    const shown = { firing: new Set<string>(), quiet: new Set<string>() };
    for (const file of files) {
      const { tests } = parse(readFileSync(path.join(DIR, file), 'utf8')) as TestFile;
      for (const { alertname, exp_alerts: expected } of tests.flatMap((one) => one.alert_rule_test)) {
        shown[expected.length > 0 ? 'firing' : 'quiet'].add(alertname);
      }
    }
    const packs = readShippedPacks(path.resolve(DIR, '../../../resources/rules'));
    const rules = packs.flatMap(({ groups }) => groups.flatMap((group) => group.rules));
    const names = rules.filter(({ kind }) => kind === 'alerting').map(({ name }) => name);
    expect([...shown.firing].toSorted()).toEqual(names.toSorted());
    expect([...shown.quiet].toSorted()).toEqual(names.toSorted());
  });
});
