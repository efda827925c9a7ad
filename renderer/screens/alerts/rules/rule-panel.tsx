// One rule beside the table: all of its text, how its evaluation goes, and where it stands.
import { Button, Drawer } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Rule } from '../../../../shared/contract/index.ts';
import { formatSeconds, formatSpan } from '../../../../shared/units/index.ts';
import { StatusMark } from '../../../components/status.tsx';
import { Ago } from '../../../components/times.tsx';
import { exploreLink } from '../../explore/search.ts';
import { HEALTH, HEALTH_WORDS } from './rules-table.tsx';
import './rules.css';

type Props = {
  readonly rule: Rule;
  readonly onClose: () => void;
  /** Undefined for rules that the window cannot change. */
  readonly onEdit: (() => void) | undefined;
};

export function RulePanel({ rule, onClose, onEdit }: Props): ReactNode {
  const pairs = [...Object.entries(rule.labels), ...Object.entries(rule.annotations)];
  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      size={460}
      title={rule.name}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <div className="lw-stack" data-testid="rule-panel">
        <p className="lw-row">
          <StatusMark state={HEALTH[rule.health]} silent />
          {HEALTH_WORDS[rule.health]}
          <span className="lw-dim">
            {rule.lastEvaluationMs !== null && (
              <>
                evaluated <Ago atMs={rule.lastEvaluationMs} />
              </>
            )}
            {rule.evaluationMs !== null && `, took ${formatSeconds(rule.evaluationMs / 1000)}`}
          </span>
        </p>
        {rule.lastError !== null && <p className="lw-rule-error">{rule.lastError}</p>}
        <pre className="lw-mono lw-rule-text">{rule.expr}</pre>
        {rule.forMs > 0 && <p className="lw-dim">It has to hold for {formatSpan(rule.forMs)}.</p>}
        {rule.badInARow > 1 && <p className="lw-dim">It fires after {rule.badInARow} bad evaluations in a row.</p>}
        {rule.goodInARow > 1 && <p className="lw-dim">It ends after {rule.goodInARow} good ones in a row.</p>}
        {pairs.length > 0 && (
          <dl className="lw-rule-pairs">
            {pairs.map(([name, text]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{text}</dd>
              </div>
            ))}
          </dl>
        )}
        <p className="lw-label">
          {rule.shipped ? 'It comes with Linewarden; switch and adjust it under Rule packs' : rule.file}, group{' '}
          {rule.group}
        </p>
        <div className="lw-row">
          {onEdit !== undefined && (
            <Button onClick={onEdit} data-testid="rule-edit">
              Change
            </Button>
          )}
          <Link to="/explore" search={exploreLink(rule.expr)} className="lw-link">
            Open in Explore
          </Link>
          {rule.kind === 'alerting' && (
            <Link to="/alerts" search={{ label: `alertname="${rule.name}"` }} className="lw-link">
              Its alerts
            </Link>
          )}
        </div>
      </div>
    </Drawer>
  );
}
