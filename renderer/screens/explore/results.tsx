// What the queries that were run have to show: graphs or tables, remarks and failures, and what to do where there is nothing.
import { Button } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import { useState } from 'react';
import type { ReactNode } from 'react';
import type { ExploredGraph, ExploredTable } from '../../../shared/contract/index.ts';
import { formatSpan } from '../../../shared/units/index.ts';
import type { Unit } from '../../../shared/units/index.ts';
import { Loading } from '../../components/states.tsx';
import type { Answered } from './drawing.ts';
import { GraphView, Waiting } from './graph-view.tsx';
import { Notes, QueryProblem } from './notes.tsx';
import type { ExploreQuery, ExploreSearch } from './search.ts';
import { TableView } from './table-view.tsx';

export type Shown = {
  readonly letter: string;
  readonly query: ExploreQuery;
  readonly unit: Unit;
  /** What its text has wrong; it is not asked then. */
  readonly mistake: string | undefined;
  /** A range vector or a string, which no graph can show. */
  readonly undrawable: boolean;
  /** Between two points of its graph. */
  readonly stepMs: number;
  readonly graph: UseQueryResult<ExploredGraph> | undefined;
  readonly table: UseQueryResult<ExploredTable> | undefined;
};

type Props = {
  readonly shown: readonly Shown[];
  /** The time range goes with the clock. */
  readonly sliding: boolean;
  readonly search: ExploreSearch;
  readonly cancelled: boolean;
  /** What is to be read is being found out. */
  readonly preparing: boolean;
  readonly onMore: (() => void) | undefined;
  readonly onTable: () => void;
  readonly onRun: () => void;
};

export function Results({ shown, sliding, search, cancelled, preparing, onMore, onTable, onRun }: Props): ReactNode {
  const isTable = search.view === 'table';
  const answers = shown.map(({ graph, table }) => (isTable ? table : graph));
  const isWaiting = preparing || answers.some((answer) => answer?.isFetching === true && answer.data === undefined);
  const nothing = answers.every((answer) => answer?.data === undefined);
  return (
    <>
      {shown.map(({ letter, mistake }) =>
        mistake === undefined ? null : (
          <p key={letter} className="lw-explore-remark lw-dim" data-testid={`mistake-${letter}`}>
            Query {letter} cannot be run: {mistake}.
          </p>
        ),
      )}
      {shown.map(({ letter }, index) => {
        const answer = answers[index];
        return answer?.isError === true && !answer.isFetching ? (
          <QueryProblem key={letter} letter={letter} error={answer.error} onRetry={() => void answer.refetch()} />
        ) : null;
      })}
      {shown.map(({ letter }, index) => {
        const data = answers[index]?.data;
        return data === undefined ? null : (
          <Notes key={letter} letter={letter} warnings={data.warnings} infos={data.infos} />
        );
      })}
      {isTable ? (
        <Tables shown={shown} oneColumn={search.labels === 'one'} />
      ) : (
        <Graphs
          shown={shown}
          sliding={sliding}
          stacked={search.style === 'stacked'}
          onMore={onMore}
          onTable={onTable}
        />
      )}
      {isWaiting && nothing && (
        <>
          <Waiting words="Running" />
          <Loading height={320} />
        </>
      )}
      {cancelled && nothing && (
        <div className="lw-empty" data-testid="cancelled">
          <p>The query was cancelled.</p>
          <Button onClick={onRun}>Run again</Button>
        </div>
      )}
    </>
  );
}

/** So much may have come since the last point of a graph that goes with the clock that it has to be told. */
const LONG_STEP_MS = 60_000;

type GraphsProps = {
  readonly shown: readonly Shown[];
  readonly sliding: boolean;
  readonly stacked: boolean;
  readonly onMore: (() => void) | undefined;
  readonly onTable: () => void;
};

function Graphs({ shown, sliding, stacked, onMore, onTable }: GraphsProps): ReactNode {
  const answered = useKept(
    shown.flatMap(({ letter, query, unit, graph }): Answered[] =>
      graph?.data === undefined || graph.data.series.length === 0
        ? []
        : [{ letter, expr: query.expr, legend: query.legend, unit, graph: graph.data }],
    ),
  );
  return (
    <>
      {shown.map(({ letter, graph, undrawable, stepMs }) => {
        if (undrawable) {
          return (
            <div key={letter} className="lw-explore-remark">
              <p>Query {letter} answers with samples or text, which have no graph.</p>
              <Button onClick={onTable}>Show the table</Button>
            </div>
          );
        }
        const data = graph?.data;
        if (data === undefined || graph?.isPlaceholderData === true) return null;
        if (data.series.length === 0 && sliding && stepMs >= LONG_STEP_MS) {
          return (
            <div key={letter} className="lw-explore-remark" data-testid={`empty-${letter}`}>
              <p className="lw-dim">
                Query {letter} has no series at the points of this graph, one each {formatSpan(stepMs)}. What is newer
                than the last of them is in the table.
              </p>
              <Button onClick={onTable}>Show the table</Button>
            </div>
          );
        }
        if (data.series.length === 0) {
          return (
            <p key={letter} className="lw-explore-remark lw-dim" data-testid={`empty-${letter}`}>
              Query {letter} has no series in this time range.
            </p>
          );
        }
        return data.series.length < data.stats.series ? (
          <div key={letter} className="lw-explore-remark" role="status" data-testid={`partly-${letter}`}>
            <p>
              Query {letter}: showing the {data.series.length} largest of {data.stats.series.toLocaleString('en')}{' '}
              series.
            </p>
            {onMore !== undefined && <Button onClick={onMore}>Show more</Button>}
            <Button onClick={onTable}>All in the table</Button>
          </div>
        ) : null;
      })}
      {answered.length > 0 && (
        <GraphView
          answered={answered}
          stacked={stacked}
          dimmed={shown.some(({ graph }) => graph?.data !== undefined && (graph.isPlaceholderData || graph.isError))}
        />
      )}
    </>
  );
}

function Tables({ shown, oneColumn }: { readonly shown: readonly Shown[]; readonly oneColumn: boolean }): ReactNode {
  const answered = shown.filter(({ table }) => table?.data !== undefined);
  return answered.map(({ letter, query, unit, table }) => {
    const data = table?.data;
    if (data === undefined) return null;
    if (data.rows.length === 0 && data.type !== 'string') {
      return (
        <p key={letter} className="lw-explore-remark lw-dim" data-testid={`empty-${letter}`}>
          Query {letter} has no series at this moment.
        </p>
      );
    }
    return (
      <TableView
        key={letter}
        letter={letter}
        expr={query.expr}
        answer={data}
        unit={unit}
        oneColumn={oneColumn}
        dimmed={table?.isPlaceholderData === true || table?.isError === true}
        alone={answered.length === 1}
      />
    );
  });
}

/** The same array for as long as its entries are the same: what is typed meanwhile draws nothing anew. */
function useKept(answered: readonly Answered[]): readonly Answered[] {
  const [kept, setKept] = useState(answered);
  const isSame =
    kept.length === answered.length &&
    kept.every((one, index) => {
      const other = answered[index];
      return (
        one.letter === other?.letter &&
        one.legend === other.legend &&
        one.unit === other.unit &&
        one.graph === other.graph
      );
    });
  if (isSame) return kept;
  setKept(answered);
  return answered;
}
