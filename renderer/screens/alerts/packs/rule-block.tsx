// One rule of a pack: what it finds, its switch, its thresholds, and how long it must be bad or good.
import { Switch } from '@mantine/core';
import type { ReactNode } from 'react';
import type { PackRule, RulePack, RulePackChange } from '../../../../shared/contract/index.ts';
import { OpenInExplore } from '../../../components/open-in-explore.tsx';
import { NumberBox } from './number-box.tsx';

const MINUTE = 60_000;
const WEEK_MIN = 10_080;

type Change = NonNullable<RulePackChange['rule']>;
type Props = {
  readonly pack: RulePack;
  readonly rule: PackRule;
  readonly onChange: (change: RulePackChange) => void;
};

export function RuleBlock({ pack, rule, onChange }: Props): ReactNode {
  const set = (change: Omit<Change, 'name'>): void =>
    onChange({ packId: pack.id, rule: { name: rule.name, ...change } });
  const isOff = !pack.enabled || !rule.enabled;
  const isAlert = rule.kind === 'alerting';
  const minutes = (value: number | null): number | null => (value === null ? null : Math.round(value * MINUTE));
  const changed = [...rule.thresholds.filter((one) => one.value !== one.default), ...(hasOwnTimes(rule) ? [rule] : [])];
  return (
    <li className="lw-pack-rule" data-off={isOff || undefined} data-testid={`pack-rule-${rule.name}`}>
      <Switch
        size="xs"
        checked={rule.enabled}
        disabled={!pack.enabled}
        aria-label={`Use the rule ${rule.name}`}
        onChange={(event) => set({ enabled: event.currentTarget.checked })}
      />
      <div className="lw-pack-rule-body">
        <div className="lw-spread">
          <span className="lw-row">
            <strong>{rule.name}</strong>
            <span className="lw-tag">{isAlert ? rule.severity || 'alert' : 'recording'}</span>
          </span>
          <span className="lw-row">
            {changed.length > 0 && (
              <button
                type="button"
                className="lw-text-button"
                onClick={() =>
                  set({
                    forMs: null,
                    keepFiringForMs: null,
                    badInARow: null,
                    goodInARow: null,
                    thresholds: Object.fromEntries(rule.thresholds.map(({ name }) => [name, null])),
                  })
                }
              >
                Back to the defaults
              </button>
            )}
            <OpenInExplore what={rule.name} exprs={[rule.expr]} />
          </span>
        </div>
        {rule.description !== '' && <span>{rule.description}</span>}
        {rule.action !== '' && !rule.action.includes('{{') && <span className="lw-dim">{rule.action}</span>}
        {isAlert && rule.thresholds.length > 0 && (
          <div className="lw-pack-numbers">
            {rule.thresholds.map(({ name, label, unit, min, max, value, default: standard }) => (
              <NumberBox
                key={name}
                {...{ label, unit, min, max, value, standard }}
                disabled={isOff}
                testId={`pack-${rule.name}-${name}`}
                onChange={(next) => set({ thresholds: { [name]: next } })}
              />
            ))}
          </div>
        )}
        {isAlert && (
          <div className="lw-pack-numbers">
            <NumberBox
              label="Fires after"
              unit="min bad"
              min={0}
              max={WEEK_MIN}
              value={rule.forMs / MINUTE}
              standard={rule.defaultForMs / MINUTE}
              disabled={isOff}
              testId={`pack-${rule.name}-for`}
              onChange={(next) => set({ forMs: minutes(next) })}
            />
            <NumberBox
              label="Bad in a row"
              unit=""
              min={1}
              max={1_000}
              value={rule.badInARow}
              standard={rule.defaultBadInARow}
              disabled={isOff}
              testId={`pack-${rule.name}-bad`}
              onChange={(next) => set({ badInARow: next === null ? null : Math.round(next) })}
            />
            <NumberBox
              label="Ends after"
              unit="min good"
              min={0}
              max={WEEK_MIN}
              value={rule.keepFiringForMs / MINUTE}
              standard={rule.defaultKeepFiringForMs / MINUTE}
              disabled={isOff}
              testId={`pack-${rule.name}-keep`}
              onChange={(next) => set({ keepFiringForMs: minutes(next) })}
            />
            <NumberBox
              label="Good in a row"
              unit=""
              min={1}
              max={1_000}
              value={rule.goodInARow}
              standard={rule.defaultGoodInARow}
              disabled={isOff}
              testId={`pack-${rule.name}-good`}
              onChange={(next) => set({ goodInARow: next === null ? null : Math.round(next) })}
            />
          </div>
        )}
      </div>
    </li>
  );
}

const hasOwnTimes = (rule: PackRule): boolean =>
  rule.forMs !== rule.defaultForMs ||
  rule.keepFiringForMs !== rule.defaultKeepFiringForMs ||
  rule.badInARow !== rule.defaultBadInARow ||
  rule.goodInARow !== rule.defaultGoodInARow;
