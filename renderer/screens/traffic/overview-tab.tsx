// Who uses the network, and for what: the largest over time, in above the axis and out below it, and their figures.
import { Button } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useCallback, useState } from 'react';
import type { ReactNode } from 'react';
import type { FlowAnswer } from '../../../shared/model/flow-question.ts';
import { formatExact, formatSpan, formatValue } from '../../../shared/units/index.ts';
import { useFlows, usePreviousFlows } from '../../app/data/flows.ts';
import { failureOf } from '../../app/data/failure.ts';
import { durationOf } from '../../app/time-range/range.ts';
import { useRange } from '../../app/time-range/use-range.ts';
import { toCsv } from '../../components/csv.ts';
import { download } from '../../components/download.ts';
import { Failed, Loading } from '../../components/states.tsx';
import { csvRows } from './csv-rows.ts';
import { FilterMistake, isMistake } from './filter-mistake.tsx';
import { FlowChart } from './flow-chart.tsx';
import { QuestionBar } from './question-bar.tsx';
import { TOPS, both, goInto, without } from './search.ts';
import { Change } from './share.tsx';
import { TopTable } from './top-table.tsx';
import type { TopRow } from './top-table.tsx';
import { Trail } from './trail.tsx';
import type { Traffic } from './use-traffic.ts';
import { perRate, rateUnit, sumUnit } from './words.ts';

const NONE: ReadonlySet<string> = new Set();

export function OverviewTab({ traffic }: { readonly traffic: Traffic }): ReactNode {
  const { search, by, measure, filter, exporter, top, go, change } = traffic;
  const { range, zoomOut } = useRange();
  const asked = { by, measure, filter, exporter, limit: top, compare: search.previous === true };
  const answer = useFlows(asked, range);
  const previous = usePreviousFlows(asked, range, search.previous === true);
  const [isolated, setIsolated] = useState(NONE);
  const isolate = useCallback((name: string, add: boolean): void => {
    setIsolated((before) => {
      if (!add) return before.has(name) && before.size === 1 ? NONE : new Set([name]);
      const next = new Set(before);
      if (!next.delete(name)) next.add(name);
      return next;
    });
  }, []);
  const into = useCallback(
    (row: TopRow): void => {
      setIsolated(NONE);
      const all = row.keys.map((key) => key.filter).reduce(both, '');
      go(goInto(search, { keys: row.keys.map(({ kind }) => kind), filter: all, words: row.name }));
    },
    [search, go],
  );
  const leaveOut = useCallback(
    (row: TopRow): void => change({ filter: without(filter, row.keys.map((key) => key.filter).reduce(both, '')) }),
    [filter, change],
  );
  const more = TOPS.find((one) => one > top);
  const { data, isPlaceholderData, isError, error } = answer;
  const isDimmed = isPlaceholderData || isError;
  const isEmpty = data !== undefined && data.rows.length === 0;
  return (
    <>
      <QuestionBar traffic={traffic} has={{ by: 3, measure: true, top: true, lines: true }}>
        <button
          type="button"
          className="lw-icon-button"
          aria-label="Download as CSV"
          title="Download as CSV"
          disabled={data === undefined || isEmpty}
          onClick={() => {
            if (data !== undefined) download('traffic.csv', toCsv(csvRows(data, by)));
          }}
          data-testid="download-csv"
        >
          <IconDownload size={16} stroke={1.5} aria-hidden />
          <span>CSV</span>
        </button>
      </QuestionBar>
      <Trail traffic={traffic} />
      {isError && isMistake(error) && <FilterMistake traffic={traffic} error={error} />}
      {data === undefined && isError && !isMistake(error) && (
        <Failed
          what="The traffic could not be loaded"
          error={error}
          sinceMs={answer.errorUpdatedAt}
          onRetry={() => void answer.refetch()}
        />
      )}
      {data !== undefined && isError && !isMistake(error) && (
        <p className="lw-traffic-stale" role="alert">
          This is what was asked before: {failureOf(error).message} {failureOf(error).hint}
          <Button onClick={() => void answer.refetch()}>Try again</Button>
        </p>
      )}
      {data === undefined && !isError && <Loading height={420} />}
      {isEmpty && (
        <NothingFound
          traffic={traffic}
          answer={data}
          dimmed={isDimmed}
          onWider={range.kind === 'between' ? zoomOut : undefined}
        />
      )}
      {data !== undefined && !isEmpty && (
        <div className="lw-traffic-answer" data-dimmed={isDimmed || undefined} aria-busy={isPlaceholderData}>
          <Facts answer={data} traffic={traffic} />
          <FlowChart
            title="Traffic"
            answer={data}
            measure={measure}
            previous={previous.data}
            withP95={search.p95 === true}
            only={isolated}
            height={320}
            renderBelow={(shape) => (
              <TopTable
                answer={data}
                by={data.rows[0]?.keys.map(({ kind }) => kind) ?? by}
                measure={measure}
                shape={shape}
                isolated={isolated}
                onIsolate={isolate}
                onInto={into}
                onWithout={leaveOut}
                onMore={more === undefined ? undefined : () => change({ top: more })}
                compares={search.previous === true}
              />
            )}
          />
          <Notes answer={data} rangeMs={durationOf(range)} />
        </div>
      )}
    </>
  );
}

function Facts({ answer, traffic }: { readonly answer: FlowAnswer; readonly traffic: Traffic }): ReactNode {
  const { measure, search } = traffic;
  const { total } = answer;
  const rate = (value: number): string => formatValue(value * perRate(measure), rateUnit(measure));
  const sum = (value: number): string => formatValue(value, sumUnit(measure));
  const facts: readonly (readonly [string, ReactNode])[] = [
    ['In, average', rate(total.ratesIn.avg)],
    ['Out, average', rate(total.ratesOut.avg)],
    ['In, p95', rate(total.ratesIn.p95)],
    ['Out, p95', rate(total.ratesOut.p95)],
    ['In', sum(total.in[measure])],
    ['Out', sum(total.out[measure])],
    ...(search.previous === true && total.previous !== null
      ? [
          [
            'Against before',
            <Change key="change" now={total[measure]} before={total.previous[measure]} unit={sumUnit(measure)} />,
          ] as const,
        ]
      : []),
  ];
  return (
    <dl className="lw-traffic-facts" data-testid="traffic-facts">
      {facts.map(([what, value]) => (
        <div key={what}>
          <dt>{what}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

const NOTED_RESOLUTION_MS = 60_000;

/** How exact it is, and from when to when. */
function Notes({ answer, rangeMs }: { readonly answer: FlowAnswer; readonly rangeMs: number }): ReactNode {
  const { startMs, endMs, stepMs, resolutionMs, notes } = answer;
  const words = [
    `${formatExact(startMs)} to ${formatExact(endMs)}`,
    ...(rangeMs > stepMs ? [`a point each ${formatSpan(stepMs)}`] : []),
    ...(resolutionMs > NOTED_RESOLUTION_MS ? [`kept in steps of ${formatSpan(resolutionMs)} by then`] : []),
  ];
  return (
    <div className="lw-traffic-notes lw-label">
      <p>{words.join(', ')}</p>
      {notes.map((note) => (
        <p key={note} role="note">
          {note}
        </p>
      ))}
    </div>
  );
}

type NothingProps = {
  readonly traffic: Traffic;
  readonly answer: FlowAnswer;
  readonly dimmed: boolean;
  readonly onWider: (() => void) | undefined;
};

function NothingFound({ traffic, answer, dimmed, onWider }: NothingProps): ReactNode {
  const { filter, exporter, change } = traffic;
  const { set } = useRange();
  const isNarrowed = filter !== '' || exporter !== undefined;
  return (
    <div className="lw-traffic-none" data-testid="empty" data-dimmed={dimmed || undefined}>
      <h2>{isNarrowed ? 'No flow matches in this time range' : 'No flows in this time range'}</h2>
      <p className="lw-dim">
        Looked from {formatExact(answer.startMs)} to {formatExact(answer.endMs)}. {answer.notes.join(' ')}
      </p>
      <div className="lw-row">
        {isNarrowed && (
          <Button
            variant="filled"
            onClick={() => change({ filter: undefined, exporter: undefined, trail: undefined })}
            data-testid="clear-filter"
          >
            Show all traffic
          </Button>
        )}
        {onWider === undefined ? (
          <Button onClick={() => set({ kind: 'last', durationMs: 86_400_000 })}>Show the last 24 hours</Button>
        ) : (
          <Button onClick={onWider}>Back to the range before</Button>
        )}
      </div>
    </div>
  );
}
