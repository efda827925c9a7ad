import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRulePacks } from '../../../electron/engine/alerting/index.ts';
import { withThreshold } from '../../../electron/engine/alerting/packs/adjust.ts';
import { readShippedPacks } from '../../../electron/engine/alerting/packs/read.ts';
import { parseQuery } from '../../../electron/engine/promql/index.ts';
import type { PackRule, RulePack } from '../../../shared/contract/index.ts';

const RULES = path.resolve(import.meta.dirname, '../../../resources/rules');

let ownDir: string;
beforeEach(() => {
  ownDir = path.join(mkdtempSync(path.join(tmpdir(), 'linewarden-packs-')), 'packs');
});
afterEach(() => rmSync(path.dirname(ownDir), { recursive: true, force: true }));

const lines = (file: string) =>
  readFileSync(file, 'utf8')
    .split('\n')
    .map((line) => line.trim());

const ruleOf = (list: readonly RulePack[], packId: string, name: string): PackRule => {
  const rule = list.find(({ id }) => id === packId)?.rules.find((one) => one.name === name);
  if (rule === undefined) throw new Error(`no rule ${name} in ${packId}`);
  return rule;
};

function setUp() {
  const kept = new Map<string, unknown>();
  let applied = 0;
  const failures: Error[] = [];
  const packs = createRulePacks({
    shippedDir: RULES,
    ownDir,
    settings: { get: (key) => kept.get(key), set: (key, value) => void kept.set(key, value) },
    apply: () => {
      applied++;
      const failure = failures.pop();
      if (failure !== undefined) throw failure;
    },
  });
  const loaded = () => packs.load().groups.flatMap(({ rules }) => rules);
  return { packs, kept, loaded, failures, applied: () => applied };
}

const codeOf = (run: () => unknown): string => {
  try {
    run();
    return '';
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe('the packs as files', () => {
  const all = readShippedPacks(RULES);

  it('each has words for all of its alerting rules and for no others', () => {
    for (const { id, about, groups, problems } of all) {
      expect(problems).toEqual([]);
      const alerts = groups.flatMap(({ rules }) => rules.filter(({ kind }) => kind === 'alerting'));
      expect({ id, rules: Object.keys(about?.rules ?? {}) }).toEqual({ id, rules: alerts.map(({ name }) => name) });
    }
    expect(readdirSync(RULES).filter((name) => name.endsWith('.json'))).toHaveLength(
      readdirSync(RULES).filter((name) => name.endsWith('.yml')).length,
    );
  });

  it('covers the four classes, and other products', () => {
    expect(new Set(all.map(({ about }) => about?.class))).toEqual(
      new Set(['outage', 'capacity', 'security', 'component', 'imported']),
    );
  });

  it('each threshold is found in the expression, its default changes nothing, and its bounds still parse', () => {
    for (const { about, groups } of all) {
      for (const rule of groups.flatMap(({ rules }) => rules)) {
        for (const threshold of about?.rules[rule.name]?.thresholds ?? []) {
          const { default: value, min, max, name } = threshold;
          expect(withThreshold(rule.expr, threshold, value)).toBe(rule.expr);
          const texts = rule.kind === 'alerting' ? rule.annotations.map(({ text }) => text) : [];
          for (const pattern of threshold.in) {
            const one = { ...threshold, in: [pattern] };
            const isFound = [rule.expr, ...texts].some((text) => withThreshold(text, one, 123.5) !== text);
            expect([rule.name, name, pattern, isFound]).toEqual([rule.name, name, pattern, true]);
          }
          for (const bound of [min, max]) {
            const expr = withThreshold(rule.expr, threshold, bound);
            expect(expr === rule.expr).toBe(bound === value);
            expect(() => parseQuery(expr)).not.toThrow();
          }
        }
      }
    }
  });

  it('says where a published rule was corrected, and keeps its expression and times', () => {
    const tobogganing = all.find(({ id }) => id === 'tobogganing');
    expect(tobogganing?.about?.corrected).toContain('client_name and headend_name');
    for (const name of ['muti-metroo', 'tobogganing']) {
      const wanted = lines(path.resolve(RULES, `../../test/fixtures/published-rules/${name}.yml`));
      const shipped = new Set(lines(path.join(RULES, 'import', `${name}.yml`)));
      for (const line of wanted.filter((text) => /^(- alert|expr|for|severity):/.test(text))) {
        expect(shipped).toContain(line);
      }
    }
  });
});

describe('what the operator chooses', () => {
  it('ours are on, those for other products are off until they are switched on', () => {
    const { packs, loaded } = setUp();
    expect(loaded().some(({ name }) => name === 'DeviceOffline')).toBe(true);
    expect(loaded().some(({ name }) => name === 'NoPeersConnected')).toBe(false);
    packs.change({ packId: 'muti-metroo', enabled: true });
    expect(loaded().some(({ name }) => name === 'NoPeersConnected')).toBe(true);
    packs.change({ packId: 'devices', enabled: false });
    expect(loaded().some(({ name }) => name === 'DeviceOffline')).toBe(false);
  });

  it('a threshold changes the expression and the texts, and nothing else', () => {
    const { packs, loaded, applied, kept } = setUp();
    const list = packs.change({ packId: 'resources', rule: { name: 'CpuHigh', thresholds: { load: 75.5 } } });
    expect(applied()).toBe(1);
    expect(ruleOf(list, 'resources', 'CpuHigh').thresholds[0]).toMatchObject({ default: 90, value: 75.5 });
    const rule = loaded().find(({ name }) => name === 'CpuHigh');
    expect(rule?.expr).toBe(
      'mktxp_system_cpu_load > 75.5\n' +
        '  or 100 * (1 - avg without (cpu, mode) (rate(node_cpu_seconds_total{mode="idle"}[5m]))) > 75.5\n',
    );
    expect(rule?.kind === 'alerting' && rule.annotations[1]?.text).toContain('above 75.5 % for a while');
    packs.change({ packId: 'resources', rule: { name: 'CpuHigh', thresholds: { load: null } } });
    expect(kept.get('rule_packs')).toEqual({});
  });

  it('two thresholds of one rule stay apart', () => {
    const { packs, loaded } = setUp();
    packs.change({ packId: 'resources', rule: { name: 'DiskNearlyFull', thresholds: { router: 10, host: 5 } } });
    const expr = loaded().find(({ name }) => name === 'DiskNearlyFull')?.expr ?? '';
    expect(expr).toContain('(mktxp_system_total_hdd_space > 0) < 10');
    expect(expr).toContain('(node_filesystem_size_bytes > 0) < 5');
  });

  it('how many times bad and good, and single rules off', () => {
    const { packs, loaded } = setUp();
    const list = packs.change({
      packId: 'quality',
      rule: { name: 'PacketLoss', forMs: 60_000, keepFiringForMs: 0 },
    });
    expect(ruleOf(list, 'quality', 'PacketLoss')).toMatchObject({
      forMs: 60_000,
      defaultForMs: 300_000,
      keepFiringForMs: 0,
      defaultKeepFiringForMs: 300_000,
    });
    expect(loaded().find(({ name }) => name === 'PacketLoss')).toMatchObject({ forMs: 60_000, keepFiringForMs: 0 });
    const inARow = packs.change({ packId: 'quality', rule: { name: 'PacketLoss', badInARow: 3, goodInARow: 5 } });
    expect(ruleOf(inARow, 'quality', 'PacketLoss')).toMatchObject({
      badInARow: 3,
      defaultBadInARow: 1,
      goodInARow: 5,
      defaultGoodInARow: 1,
    });
    expect(loaded().find(({ name }) => name === 'PacketLoss')).toMatchObject({ badInARow: 3, goodInARow: 5 });
    packs.change({ packId: 'quality', rule: { name: 'PacketLoss', enabled: false } });
    expect(loaded().some(({ name }) => name === 'PacketLoss')).toBe(false);
    expect(ruleOf(packs.list(), 'quality', 'PacketLoss')).toMatchObject({ enabled: false, forMs: 60_000 });
    packs.change({ packId: 'quality', rule: { name: 'PacketLoss', enabled: true } });
    expect(loaded().some(({ name }) => name === 'PacketLoss')).toBe(true);
  });

  it('refuses what is out of bounds or not there, and undoes what cannot be put in force', () => {
    const { packs, kept, failures } = setUp();
    const cpu = (load: number) => () =>
      packs.change({ packId: 'resources', rule: { name: 'CpuHigh', thresholds: { load } } });
    expect(codeOf(cpu(101))).toBe('LW_RULE_PACK_THRESHOLD');
    expect(cpu(101)).toThrow('"Load above" is between 1 and 100 %.');
    expect(codeOf(() => packs.change({ packId: 'nothing', enabled: true }))).toBe('LW_RULE_PACK_UNKNOWN');
    expect(codeOf(() => packs.change({ packId: 'resources', rule: { name: 'Nothing' } }))).toBe('LW_RULE_PACK_UNKNOWN');
    failures.push(new Error('a rule file is broken'));
    expect(cpu(50)).toThrow('a rule file is broken');
    expect(kept.get('rule_packs')).toBeUndefined();
  });

  it('a choice that an update has moved out of bounds counts no more', () => {
    const { packs, kept } = setUp();
    kept.set('rule_packs', { resources: { rules: { CpuHigh: { thresholds: { load: 900 } } } } });
    expect(ruleOf(packs.list(), 'resources', 'CpuHigh').thresholds[0]?.value).toBe(90);
    kept.set('rule_packs', 'nonsense');
    expect(packs.list().length).toBeGreaterThan(10);
  });
});

describe('what the operator imports', () => {
  const text = `groups: [{name: mine, rules: [{alert: Mine, expr: up == 0, annotations: {summary: it is down}}]}]`;

  it('becomes a pack, survives, and can be removed', () => {
    const { packs, loaded } = setUp();
    const list = packs.import({ name: 'mine', text });
    expect(list.at(-1)).toMatchObject({ id: 'own/mine', title: 'mine', class: 'own', own: true, enabled: true });
    expect(list.at(-1)?.rules[0]).toMatchObject({ name: 'Mine', description: 'it is down' });
    expect(loaded().at(-1)?.name).toBe('Mine');
    packs.import({ name: 'mine', text: text.replace('Mine', 'Other') });
    expect(loaded().at(-1)?.name).toBe('Other');
    packs.remove('own/mine');
    expect(loaded().some(({ name }) => name === 'Other')).toBe(false);
    expect(readdirSync(ownDir)).toEqual([]);
  });

  it('is refused with every problem, and never leaves its folder', () => {
    const { packs } = setUp();
    expect(() => packs.import({ name: 'bad', text: text.replace('up == 0', 'up ==') })).toThrow(
      /^bad\.yml:1:\d+: groups\[0\]\.rules\[0\]\.expr: could not parse expression/,
    );
    expect(codeOf(() => packs.import({ name: '../../etc', text }))).toBe('LW_RULE_PACK_NAME');
    expect(codeOf(() => packs.remove('devices'))).toBe('LW_RULE_PACK_UNKNOWN');
  });

  it('that was broken by hand is left out and told, and the others hold', () => {
    const { packs, loaded } = setUp();
    packs.import({ name: 'mine', text });
    writeFileSync(path.join(ownDir, 'mine.yml'), 'groups: nonsense');
    expect(packs.list().at(-1)?.problem).toContain('expected a list of groups');
    expect(packs.load().problems).toEqual([]);
    expect(loaded().some(({ name }) => name === 'DeviceOffline')).toBe(true);
  });
});
