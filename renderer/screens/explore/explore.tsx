// PromQL by hand: queries in editors, their answers as graphs and tables, the metrics there are and the queries of before.
import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQueries, useQueryClient } from '@tanstack/react-query';
import { IconHistory, IconPlayerStop, IconPlus, IconListSearch } from '@tabler/icons-react';
import { useCallback, useMemo, useRef, useState } from 'react';
import type { ReactNode } from 'react';
import type { QueryCheck } from '../../../shared/contract/index.ts';
import { formatDurationMs } from '../../../shared/model/duration.ts';
import { formatSpan } from '../../../shared/units/index.ts';
import { useConnection } from '../../app/connection/context.tsx';
import { durationOf, searchOf } from '../../app/time-range/range.ts';
import type { TimeRange } from '../../app/time-range/range.ts';
import { useRange } from '../../app/time-range/use-range.ts';
import { toCsv } from '../../components/csv.ts';
import { FEW_SERIES, MANY_SERIES, useCancel, useGate, useGraphs, useTables, useWholeGraph } from './asked.ts';
import type { Asked } from './asked.ts';
import { catalogueQuery, createCompletion } from './completion.ts';
import { graphRows, tableRows } from './csv-rows.ts';
import { download } from '../../components/download.ts';
import type { EditorHandle } from './editor.tsx';
import { EstimateDialog } from './estimate-dialog.tsx';
import './explore.css';
import { stepOf } from './grid.ts';
import { marksOf } from './hints.ts';
import type { Mark } from './hints.ts';
import { HistoryPanel } from './history-panel.tsx';
import { readHistory, remembered, writeHistory } from './history.ts';
import type { History } from './history.ts';
import { MetricsPanel } from './metrics-panel.tsx';
import { problemOf } from './problem.ts';
import { QueryRowView } from './query-row.tsx';
import type { RowActions } from './query-row.tsx';
import { Results } from './results.tsx';
import type { Shown } from './results.tsx';
import { canAdd, changed, duplicated, newRow, put, removed } from './rows.ts';
import { letterOf } from './search.ts';
import type { ExploreQuery } from './search.ts';
import { readMostSamples, writeMostSamples } from './settings.ts';
import { Toolbar } from './toolbar.tsx';
import { useRows } from './use-rows.ts';
import type { WayOut } from './ways-out.ts';

const HOUR_MS = 3_600_000;

export function ExploreScreen(): ReactNode {
  const connection = useConnection();
  const queryClient = useQueryClient();
  const { rows, search, edit, show, run, setSearch } = useRows();
  const { range, set: setRange } = useRange();
  const [side, setSide] = useState<'metrics' | 'history'>();
  const [history, setHistory] = useState<History>(() => readHistory(localStorage));
  const [naming, setNaming] = useState<string>();
  const [mostSamples, setMostSamples] = useState(() => readMostSamples(localStorage));
  const [limit, setLimit] = useState(FEW_SERIES);
  const [stopped, setStopped] = useState<string>();
  const focused = useRef(rows[0]?.id ?? 0);
  const editors = useRef(new Map<number, EditorHandle>());

  const keepHistory = useCallback((next: History): void => {
    setHistory(next);
    writeHistory(localStorage, next);
  }, []);

  // In the time that is looked at, and at least the last hour: a metric that came a minute ago is there too.
  const span = useCallback(() => spanOf(range, connection.now()), [range, connection]);
  const source = useMemo(
    () => ({ queries: queryClient, engine: connection.client, span }),
    [queryClient, connection, span],
  );
  const completion = useMemo(() => createCompletion(source), [source]);

  const ran = rows.filter((row) => row.ran !== '');
  const checks = useQueries({
    queries: ran.map((row) => ({
      queryKey: ['explore', 'check', row.ran],
      queryFn: ({ signal }: { readonly signal: AbortSignal }) =>
        connection.client.explore.check({ query: row.ran }, { signal }),
      staleTime: Infinity,
    })),
  });
  const isTable = search.view === 'table';
  const visible = ran.flatMap((row, index) => {
    if (row.hidden === true) return [];
    const check = checks[index]?.data;
    return [{ row, check, letter: letterOf(rows.indexOf(row)), undrawable: !isTable && isUndrawable(check) }];
  });
  const askable = visible.filter(({ check, undrawable }) => check?.ok !== false && !undrawable);
  const queries: ExploreQuery[] = askable.map(({ row }) => ({
    expr: row.ran,
    ...(row.step !== undefined && { step: row.step }),
  }));
  const asked: Asked = { queries, range, search };
  const askedKey = JSON.stringify([queries, search, searchOf(range)]);
  const isStopped = stopped === askedKey;
  const known = visible.every(({ check }) => check !== undefined);
  const gate = useGate(asked, mostSamples);
  const enabled = known && gate.state === 'open' && !isStopped;
  const graphs = useGraphs(asked, enabled && !isTable, limit);
  const tables = useTables(asked, enabled && isTable);
  const cancel = useCancel();
  const answers = isTable ? tables : graphs;
  // The checks and the estimate come before the queries themselves.
  const isPreparing = !isStopped && ran.length > 0 && (!known || (queries.length > 0 && gate.state === 'asking'));
  const isBusy =
    isPreparing ||
    answers.some(({ isFetching, isPlaceholderData, data }) => isFetching && (isPlaceholderData || data === undefined));

  const shown: Shown[] = visible.map(({ row, check, letter, undrawable }) => {
    const place = askable.findIndex((one) => one.row === row);
    return {
      letter,
      query: { expr: row.ran, ...(row.legend !== undefined && { legend: row.legend }) },
      unit: row.unit ?? (check?.ok === true ? (check.unit ?? 'count') : 'count'),
      mistake: check?.ok === false ? check.message : undefined,
      undrawable,
      stepMs: stepOf(range, search, row),
      graph: graphs[place],
      table: tables[place],
    };
  });

  const runNow = (): void => {
    setStopped(undefined);
    setLimit(FEW_SERIES);
    const drafts = rows.map(({ draft }) => draft);
    keepHistory(remembered(history, drafts, connection.now()));
    // The same queries again: asked afresh.
    if (!run()) {
      for (const what of ['graph', 'table']) void queryClient.invalidateQueries({ queryKey: ['explore', what] });
    }
  };
  const stop = (): void => {
    setStopped(askedKey);
    cancel();
  };
  const pick = (expr: string): void => {
    const target = rows.find(({ draft }) => draft.trim() === '')?.id ?? focused.current;
    edit((before) => put(before, target, expr));
    editors.current.get(rows.some(({ id }) => id === target) ? target : (rows[0]?.id ?? 0))?.focus();
  };
  const add = (): void => {
    const row = newRow();
    focused.current = row.id;
    edit((before) => [...before, row]);
    // It is not on the page yet.
    setTimeout(() => editors.current.get(row.id)?.focus());
  };
  const format = async (id: number): Promise<void> => {
    const query = rows.find((row) => row.id === id)?.draft ?? '';
    if (query.trim() === '') return;
    try {
      const formatted = await connection.client.explore.format({ query });
      edit((before) => changed(before, id, { draft: formatted.query }));
    } catch {
      // What is wrong with it is told below its editor.
    }
    editors.current.get(id)?.focus();
  };
  const check = useCallback(
    async (text: string, signal: AbortSignal): Promise<readonly Mark[]> => {
      if (text.trim() === '') return [];
      const [checked, catalogue] = await Promise.all([
        connection.client.explore.check({ query: text }, { signal }),
        queryClient.fetchQuery(catalogueQuery(source)).catch(() => undefined),
      ]);
      // A part of the metrics says nothing about one that is not among them.
      const isWhole = catalogue !== undefined && catalogue.total === catalogue.metrics.length;
      return marksOf(text, checked, isWhole ? new Map(catalogue.metrics.map((one) => [one.name, one])) : undefined);
    },
    [connection, queryClient, source],
  );
  const actions: RowActions = {
    onChange: (id, change) => edit((before) => changed(before, id, change)),
    onShow: (id, change) => show((before) => changed(before, id, change)),
    onDuplicate: (id) => show((before) => duplicated(before, id)),
    onRemove: (id) => show((before) => removed(before, id)),
    onFormat: (id) => void format(id),
    onStar: (id) => {
      setNaming(rows.find((row) => row.id === id)?.draft.trim());
      setSide('history');
    },
    onRun: runNow,
    onFocus: (id) => {
      focused.current = id;
    },
    check,
  };

  const takeWayOut = (way: WayOut): void => {
    if (way.kind === 'range') setRange(way.asked.range);
    else setSearch({ resolution: way.asked.search.resolution });
  };
  const save = useSave(asked, shown, isTable);
  const endMs = search.at ?? (range.kind === 'between' ? range.toMs : connection.now());
  const nothingRan = ran.length === 0;
  const steps = [...new Set(askable.map(({ row }) => stepOf(range, search, row)))];
  return (
    <div className="lw-screen lw-explore" data-side={side}>
      <h1 className="lw-sr">Explore</h1>
      <div className="lw-explore-main">
        <section aria-label="Queries" className="lw-explore-queries">
          {rows.map((row, place) => {
            const letter = letterOf(place);
            const one = shown.find((other) => other.letter === letter);
            const answer = isTable ? one?.table : one?.graph;
            return (
              <QueryRowView
                key={row.id}
                ref={(handle) => {
                  if (handle !== null) editors.current.set(row.id, handle);
                  return () => void editors.current.delete(row.id);
                }}
                row={row}
                letter={letter}
                completion={completion}
                actions={actions}
                stats={answer?.isPlaceholderData === true ? undefined : answer?.data?.stats}
                busy={answer?.isFetching === true && (answer.data === undefined || answer.isPlaceholderData)}
                canAdd={canAdd(rows)}
                inferred={one?.unit ?? 'count'}
              />
            );
          })}
          <div className="lw-row lw-explore-actions">
            {isBusy ? (
              <Button
                leftSection={<IconPlayerStop size={14} stroke={1.5} aria-hidden />}
                onClick={stop}
                data-testid="cancel-query"
              >
                Cancel
              </Button>
            ) : (
              <Button
                variant="filled"
                title="Enter or Ctrl-Enter runs; Shift-Enter starts a new line; Ctrl-Space completes"
                onClick={runNow}
                data-testid="run-query"
              >
                Run
              </Button>
            )}
            <Button
              leftSection={<IconPlus size={14} stroke={1.5} aria-hidden />}
              disabled={!canAdd(rows)}
              onClick={add}
              data-testid="add-query"
            >
              Add query
            </Button>
            <span className="lw-label lw-explore-keys">Enter runs, Shift-Enter starts a new line</span>
            <span style={{ flex: 1 }} />
            <button
              type="button"
              className="lw-icon-button"
              aria-pressed={side === 'metrics'}
              data-active={side === 'metrics' || undefined}
              data-testid="open-metrics"
              onClick={() => setSide(side === 'metrics' ? undefined : 'metrics')}
            >
              <IconListSearch size={16} stroke={1.5} aria-hidden />
              Metrics
            </button>
            <button
              type="button"
              className="lw-icon-button"
              aria-pressed={side === 'history'}
              data-active={side === 'history' || undefined}
              data-testid="open-history"
              onClick={() => setSide(side === 'history' ? undefined : 'history')}
            >
              <IconHistory size={16} stroke={1.5} aria-hidden />
              History
            </button>
          </div>
        </section>
        {nothingRan ? (
          <Beginning onMetrics={() => setSide('metrics')} />
        ) : (
          <section aria-label="Results" className="lw-explore-results">
            <Toolbar
              search={search}
              sliding={range.kind === 'last'}
              endMs={endMs}
              stepWords={steps.length === 1 ? `a point each ${formatSpan(steps[0] ?? 0)}` : ''}
              mostSamples={mostSamples}
              onChange={setSearch}
              onMostSamples={(most) => {
                setMostSamples(most);
                writeMostSamples(localStorage, most);
              }}
              onDownload={() => void save()}
              canDownload={answers.some(({ data }) => data !== undefined)}
            />
            <Results
              shown={shown}
              sliding={range.kind === 'last'}
              search={search}
              cancelled={isStopped}
              preparing={isPreparing}
              onMore={limit === FEW_SERIES ? () => setLimit(MANY_SERIES) : undefined}
              onTable={() => setSearch({ view: 'table' })}
              onRun={runNow}
            />
          </section>
        )}
      </div>
      {side === 'metrics' && <MetricsPanel span={span} onPick={pick} onClose={() => setSide(undefined)} />}
      {side === 'history' && (
        <HistoryPanel
          history={history}
          onHistory={keepHistory}
          onPick={pick}
          onClose={() => setSide(undefined)}
          naming={naming}
          onNaming={setNaming}
        />
      )}
      {gate.state === 'held' && gate.estimate !== undefined && !isStopped && (
        <EstimateDialog
          asked={asked}
          estimate={gate.estimate}
          mostSamples={mostSamples}
          onRun={gate.runAnyway}
          onWayOut={takeWayOut}
          onCancel={stop}
        />
      )}
    </div>
  );
}

/** No graph can show it. */
const isUndrawable = (check: QueryCheck | undefined): boolean =>
  check?.ok === true && (check.type === 'matrix' || check.type === 'string');

function spanOf(range: TimeRange, nowMs: number): { readonly startMs: number; readonly endMs: number } {
  const endMs = Math.round(range.kind === 'between' ? range.toMs : nowMs);
  return { startMs: Math.round(endMs - Math.max(durationOf(range), HOUR_MS)), endMs };
}

function Beginning({ onMetrics }: { readonly onMetrics: () => void }): ReactNode {
  return (
    <div className="lw-empty" data-testid="explore-empty">
      <p>Type a PromQL query and press Enter, or begin with a metric.</p>
      <Button onClick={onMetrics}>Browse the metrics</Button>
    </div>
  );
}

/** Saves what is shown as a CSV file; of a graph that shows a part of its series, all of them. */
function useSave(asked: Asked, shown: readonly Shown[], isTable: boolean): () => Promise<void> {
  const wholeGraph = useWholeGraph();
  return async () => {
    try {
      const rows = isTable
        ? tableRows(
            shown.flatMap(({ letter, table }) => (table?.data === undefined ? [] : [{ letter, answer: table.data }])),
          )
        : graphRows(
            (
              await Promise.all(
                shown.map(async ({ letter, query, graph }) => {
                  const answer = graph?.data;
                  if (answer === undefined) return [];
                  const isWhole = answer.series.length === answer.stats.series;
                  const step = formatDurationMs(answer.stepMs);
                  return [{ letter, answer: isWhole ? answer : await wholeGraph(asked, { ...query, step }) }];
                }),
              )
            ).flat(),
          );
      const stamp = new Date().toISOString().slice(0, 19).replaceAll(/[-:]/g, '');
      download(`linewarden-${isTable ? 'table' : 'graph'}-${stamp}.csv`, toCsv(rows));
    } catch (error) {
      const { message, hint } = problemOf(error);
      notifications.show({ title: 'The file could not be made', message: `${message} ${hint}` });
    }
  };
}
