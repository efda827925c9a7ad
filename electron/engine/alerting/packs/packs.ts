// The rule packs: what they hold, what the operator has chosen of them, and the groups that follow from it.
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { PackRule, RulePack, RulePackChange, RulePackImport } from '../../../../shared/contract/index.ts';
import { LinewardenError } from '../../../../shared/model/errors.ts';
import { formatRuleProblem } from '../rules/problem.ts';
import { parseRuleFile } from '../rules/load.ts';
import type { LoadedFiles } from '../rules/load.ts';
import type { LoadedRule } from '../rules/rule.ts';
import { adjustGroup, thresholdValue } from './adjust.ts';
import { changedChoices, readChoices, type Choices } from './choices.ts';
import { readOwnPacks, readShippedPacks, type PackFile } from './read.ts';

const SETTING = 'rule_packs';
const OWN_NAME = /^[a-z0-9][a-z0-9_-]{0,63}$/i;
const MAX_OWN = 100;

export type RulePacksOptions = {
  readonly shippedDir: string;
  /** Where imported files are kept; made when the first one is. */
  readonly ownDir: string;
  readonly settings: { get(key: string): unknown; set(key: string, value: unknown): void };
  /** Puts what has changed in force; throws LW_RULES_INVALID where other rule files are broken, and the change is undone. */
  readonly apply: () => void;
};

export interface RulePacks {
  /** The groups in force. What the operator imported and is broken by now is left out, and told by `list`. */
  load(): LoadedFiles;
  list(): RulePack[];
  /** Throws LW_RULE_PACK_UNKNOWN, LW_RULE_PACK_THRESHOLD or LW_RULES_INVALID. */
  change(change: RulePackChange): RulePack[];
  /** Throws LW_RULE_PACK_NAME, LW_RULE_PACK_TOO_MANY or LW_RULES_INVALID. One of that name is replaced. */
  import(pack: RulePackImport): RulePack[];
  /** Throws LW_RULE_PACK_UNKNOWN for all but imported ones. */
  remove(packId: string): RulePack[];
}

export function createRulePacks(options: RulePacksOptions): RulePacks {
  const { settings, ownDir } = options;
  // They come with the program and stay as they are while it runs.
  const shipped = readShippedPacks(options.shippedDir);
  const packs = (): PackFile[] => [...shipped, ...readOwnPacks(ownDir)];
  const choices = (): Choices => readChoices(settings.get(SETTING));

  const list = (): RulePack[] => {
    const chosen = choices();
    return packs().map((pack) => rulePackOf(pack, chosen));
  };

  const find = (packId: string): PackFile => {
    const pack = packs().find(({ id }) => id === packId);
    if (pack !== undefined) return pack;
    throw new LinewardenError('LW_RULE_PACK_UNKNOWN', `There is no rule pack ${JSON.stringify(packId)}.`, {
      hint: 'Load the list again; it may have been removed.',
    });
  };

  return {
    load() {
      const chosen = choices();
      const on = packs().filter((pack) => isOn(pack, chosen));
      return {
        groups: on.flatMap((pack) =>
          pack.groups.map((group) => adjustGroup(group, pack.about, chosen[pack.id]?.rules ?? {})),
        ),
        problems: on.flatMap((pack) => (pack.isOwn ? [] : pack.problems)),
      };
    },
    list,
    change(change) {
      const pack = find(change.packId);
      if (change.rule !== undefined) checkRule(pack, change.rule);
      const before = settings.get(SETTING);
      settings.set(SETTING, changedChoices(readChoices(before), change, pack.isOnByDefault));
      try {
        options.apply();
      } catch (error) {
        settings.set(SETTING, before);
        throw error;
      }
      return list();
    },
    import({ name, text }) {
      if (!OWN_NAME.test(name)) {
        throw new LinewardenError('LW_RULE_PACK_NAME', `${JSON.stringify(name)} cannot name a rule pack.`, {
          hint: 'Use letters, digits, - and _; at most 64.',
        });
      }
      const { problems } = parseRuleFile(text, `${name}.yml`);
      if (problems.length > 0) {
        throw new LinewardenError('LW_RULES_INVALID', problems.map(formatRuleProblem).join('\n'), {
          hint: 'Mend the named lines; nothing was imported.',
        });
      }
      const known = packs().filter(({ isOwn }) => isOwn);
      const before = known.find(({ id }) => id === `own/${name}`);
      if (before === undefined && known.length >= MAX_OWN) {
        throw new LinewardenError('LW_RULE_PACK_TOO_MANY', `${MAX_OWN} rule packs are imported already.`, {
          hint: 'Remove one, or name rule files under rule_files in linewarden.yml.',
        });
      }
      const file = path.join(ownDir, `${name}.yml`);
      mkdirSync(ownDir, { recursive: true });
      writeFileSync(`${file}.tmp`, text, { mode: 0o600 });
      renameSync(`${file}.tmp`, file);
      options.apply();
      return list();
    },
    remove(packId) {
      const pack = find(packId);
      if (!pack.isOwn) {
        throw new LinewardenError('LW_RULE_PACK_UNKNOWN', `The rule pack ${packId} comes with Linewarden.`, {
          hint: 'Switch it off instead.',
        });
      }
      rmSync(pack.file, { force: true });
      const { [packId]: _, ...others } = choices();
      settings.set(SETTING, others);
      options.apply();
      return list();
    },
  };
}

const isOn = (pack: PackFile, choices: Choices): boolean => choices[pack.id]?.enabled ?? pack.isOnByDefault;

function checkRule(pack: PackFile, change: NonNullable<RulePackChange['rule']>): void {
  const rule = pack.groups.flatMap(({ rules }) => rules).find(({ name }) => name === change.name);
  if (rule === undefined) {
    throw new LinewardenError(
      'LW_RULE_PACK_UNKNOWN',
      `The pack ${pack.id} has no rule ${JSON.stringify(change.name)}.`,
    );
  }
  for (const [name, value] of Object.entries(change.thresholds ?? {})) {
    const threshold = pack.about?.rules[rule.name]?.thresholds.find((one) => one.name === name);
    if (threshold === undefined) {
      throw new LinewardenError('LW_RULE_PACK_THRESHOLD', `${rule.name} has no threshold ${JSON.stringify(name)}.`);
    }
    const { min, max, unit, label } = threshold;
    if (value === null || (value >= min && value <= max)) continue;
    throw new LinewardenError(
      'LW_RULE_PACK_THRESHOLD',
      `"${label}" is between ${min} and ${max} ${unit}.`.replace(' .', '.'),
      {
        hint: 'Choose a value within these bounds.',
      },
    );
  }
}

function rulePackOf(pack: PackFile, choices: Choices): RulePack {
  const { id, about, isOwn, problems } = pack;
  const rules = choices[id]?.rules ?? {};
  const unadjusted = pack.groups.flatMap((group) => group.rules);
  const everyRule = Object.fromEntries(
    Object.entries(rules).map(([name, choice]) => [name, { ...choice, enabled: undefined }] as const),
  );
  const adjusted = pack.groups.flatMap((group) => adjustGroup(group, about, everyRule).rules);
  return {
    id,
    title: about?.title ?? path.basename(pack.file, '.yml'),
    class: about?.class ?? 'own',
    description: about?.description ?? 'Imported rules.',
    needs: about?.needs ?? null,
    source: about?.source ?? null,
    corrected: about?.corrected ?? null,
    enabled: isOn(pack, choices),
    own: isOwn,
    problem: problems.length === 0 ? null : problems.map(formatRuleProblem).join('\n'),
    rules: unadjusted.map((before, i): PackRule => {
      const now = adjusted[i] ?? before;
      const choice = rules[before.name];
      const thresholds = about?.rules[before.name]?.thresholds ?? [];
      return {
        name: before.name,
        kind: before.kind,
        description:
          about?.rules[before.name]?.description ?? textOf(before, 'description') ?? textOf(before, 'summary') ?? '',
        action: textOf(now, 'action') ?? '',
        severity: severityOf(before),
        expr: now.expr,
        enabled: choice?.enabled !== false,
        ...timesOf(before, now),
        thresholds: thresholds.map((one) => {
          const { name, label, unit, min, max } = one;
          return { name, label, unit, min, max, default: one.default, value: thresholdValue(one, choice) };
        }),
      };
    }),
  };
}

const textOf = (rule: LoadedRule, name: string): string | undefined =>
  rule.kind === 'alerting' ? rule.annotations.find((one) => one.name === name)?.text : undefined;

const severityOf = (rule: LoadedRule): string =>
  rule.kind === 'alerting' ? (rule.labels.find(({ name }) => name === 'severity')?.text ?? '') : '';

const times = (rule: LoadedRule) =>
  rule.kind === 'alerting' ? rule : { forMs: 0, keepFiringForMs: 0, badInARow: 1, goodInARow: 1 };

function timesOf(before: LoadedRule, now: LoadedRule) {
  return {
    forMs: times(now).forMs,
    defaultForMs: times(before).forMs,
    keepFiringForMs: times(now).keepFiringForMs,
    defaultKeepFiringForMs: times(before).keepFiringForMs,
    badInARow: times(now).badInARow,
    defaultBadInARow: times(before).badInARow,
    goodInARow: times(now).goodInARow,
    defaultGoodInARow: times(before).goodInARow,
  };
}
