// A rule tried on history: when it would have fired, before anybody is woken by it.
import { Button, SegmentedControl } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { ReactNode } from 'react';
import type { TriedRule } from '../../../../shared/contract/index.ts';
import { formatSpan, formatTime, plural } from '../../../../shared/units/index.ts';
import { useConnection, useEngine } from '../../../app/connection/context.tsx';
import { problemOf } from '../../explore/problem.ts';
import { Timeline } from '../history/timeline.tsx';
import '../history/history.css';

const DAY_MS = 86_400_000;
/** As often as rules are evaluated by default; over a week less often, so that it answers soon. */
const STEP_MS = { 1: 15_000, 7: 60_000 } as const;
const SHOWN = 5;

type Props = {
  readonly expr: string;
  readonly forMs: number;
  readonly keepFiringForMs: number;
  readonly badInARow: number;
  readonly goodInARow: number;
  /** Why it cannot be tried yet. */
  readonly trouble: string | undefined;
};

type Tried = { readonly answer: TriedRule; readonly startMs: number; readonly endMs: number; readonly of: string };

export function TryPanel({ expr, forMs, keepFiringForMs, badInARow, goodInARow, trouble }: Props): ReactNode {
  const engine = useEngine();
  const connection = useConnection();
  const [days, setDays] = useState<1 | 7>(1);
  const of = JSON.stringify([expr, forMs, keepFiringForMs, badInARow, goodInARow]);
  const trying = useMutation({
    mutationFn: async (): Promise<Tried> => {
      const endMs = connection.now();
      const startMs = endMs - days * DAY_MS;
      const answer = await engine.alerting.tryRule({
        expr,
        forMs,
        keepFiringForMs,
        badInARow,
        goodInARow,
        startMs,
        endMs,
        stepMs: STEP_MS[days],
      });
      return { answer, startMs, endMs, of };
    },
  });
  return (
    <section className="lw-try" aria-label="Try it on history" data-testid="rule-tried">
      <div className="lw-row">
        <Button
          disabled={trouble !== undefined}
          title={trouble}
          loading={trying.isPending}
          onClick={() => trying.mutate()}
          data-testid="rule-try"
        >
          Try on history
        </Button>
        <SegmentedControl
          size="xs"
          aria-label="How far back"
          data={[
            { value: '1', label: '24 h' },
            { value: '7', label: '7 days' },
          ]}
          value={String(days)}
          onChange={(value) => setDays(value === '7' ? 7 : 1)}
        />
        {trying.data !== undefined && trying.data.of !== of && (
          <span className="lw-label">The rule was changed since.</span>
        )}
      </div>
      {trying.isError && <p role="alert">{problemOf(trying.error).message}</p>}
      {trying.data !== undefined && <Result tried={trying.data} />}
    </section>
  );
}

function Result({ tried: { answer, startMs, endMs } }: { readonly tried: Tried }): ReactNode {
  const { alerts, firings, firingMs, labelSets } = answer;
  const lanes = alerts.slice(0, SHOWN).map(({ labels, firings: times }) => ({
    name: Object.entries(labels)
      .filter(([name]) => name !== '__name__')
      .map(([name, value]) => `${name}=${value}`)
      .join(', '),
    severity: '',
    times: times.length,
    spans: times.map((time) => ({
      fromMs: time.firedAtMs,
      toMs: time.resolvedAtMs,
      alerts: 1,
      fingerprint: '',
      activeAtMs: time.activeAtMs,
    })),
  }));
  return (
    <div role="status">
      <p>
        {firings === 0
          ? labelSets === 0
            ? 'It would not have fired: its expression found nothing.'
            : `It would not have fired, though its expression found something for ${plural(labelSets, 'series')}.`
          : `It would have fired ${firings === 1 ? 'once' : `${firings} times`}, for ${formatSpan(firingMs)} in all.`}
      </p>
      {answer.warnings.map((warning) => (
        <p key={warning} className="lw-dim">
          {warning}
        </p>
      ))}
      {lanes.length > 0 && firings > 0 && <Timeline lanes={lanes} startMs={startMs} endMs={endMs} />}
      {alerts.length > SHOWN && (
        <p className="lw-label">
          and {alerts.length - SHOWN} more; the last at{' '}
          {formatTime(alerts.at(-1)?.firings[0]?.firedAtMs ?? endMs, endMs)}
        </p>
      )}
    </div>
  );
}
