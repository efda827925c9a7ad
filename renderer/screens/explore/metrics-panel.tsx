// The metric browser: what there is, what it means, and a query made of it by choosing.
import { Button } from '@mantine/core';
import { IconChevronLeft } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef, useState } from 'react';
import type { KeyboardEvent, ReactNode, RefObject } from 'react';
import type { Catalogue, Metric } from '../../../shared/contract/index.ts';
import { plural } from '../../../shared/units/index.ts';
import { useEngine } from '../../app/connection/context.tsx';
import { Failed, Loading } from '../../components/states.tsx';
import { quickQueries, selectorOf } from './builder.ts';
import type { Chosen } from './builder.ts';
import { catalogueQuery } from './completion.ts';
import type { Span } from './completion.ts';
import { SidePanel } from './side-panel.tsx';

type Props = {
  readonly span: () => Span;
  readonly onPick: (expr: string) => void;
  readonly onClose: () => void;
};

export function MetricsPanel({ span, onPick, onClose }: Props): ReactNode {
  const engine = useEngine();
  const catalogue = useQuery(catalogueQuery({ engine, span }));
  const [text, setText] = useState('');
  const [open, setOpen] = useState<Metric>();
  const list = useRef<HTMLDivElement>(null);
  const onSearchKey = (event: KeyboardEvent): void => {
    const [first] = foundMetrics(catalogue.data?.metrics ?? [], text);
    if (event.key === 'ArrowDown') list.current?.focus();
    else if (event.key === 'Enter' && first !== undefined) setOpen(first);
    else return;
    event.preventDefault();
  };
  return (
    <SidePanel title="Metrics" testId="metrics" onClose={onClose}>
      {open === undefined ? (
        <>
          <input
            className="lw-table-filter"
            type="search"
            placeholder="Name or what it measures"
            aria-label="Search the metrics"
            value={text}
            onChange={(event) => setText(event.target.value)}
            onKeyDown={onSearchKey}
          />
          {catalogue.data !== undefined ? (
            <MetricList ref={list} key={text} catalogue={catalogue.data} text={text} onOpen={setOpen} />
          ) : catalogue.isError ? (
            <Failed
              what="The metrics could not be loaded"
              error={catalogue.error}
              onRetry={() => void catalogue.refetch()}
            />
          ) : (
            <Loading height={300} />
          )}
        </>
      ) : (
        <MetricDetail metric={open} span={span} onPick={onPick} onBack={() => setOpen(undefined)} />
      )}
    </SidePanel>
  );
}

/** Names that begin with the text, then names that contain it, then what is said of them. */
export function foundMetrics(metrics: readonly Metric[], text: string): Metric[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const [first = ''] = words;
  const place = ({ name }: Metric): number => {
    const at = name.toLowerCase().indexOf(first);
    return at === 0 ? 0 : at > 0 ? 1 : 2;
  };
  return metrics
    .filter(({ name, help }) => {
      const within = `${name} ${help}`.toLowerCase();
      return words.every((word) => within.includes(word));
    })
    .toSorted((a, b) => place(a) - place(b));
}

const ROW_PX = 44;

type ListProps = {
  readonly ref: RefObject<HTMLDivElement | null>;
  readonly catalogue: Catalogue;
  readonly text: string;
  readonly onOpen: (metric: Metric) => void;
};

function MetricList({ ref: scroller, catalogue, text, onOpen }: ListProps): ReactNode {
  const found = foundMetrics(catalogue.metrics, text);
  const [active, setActive] = useState(0);
  // Without the React compiler the virtualizer's own renders are enough.
  // oxlint-disable-next-line react/incompatible-library
  const virtual = useVirtualizer({
    count: found.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 8,
    initialRect: { width: 0, height: 600 },
  });
  const onKeyDown = (event: KeyboardEvent): void => {
    const moves: Readonly<Record<string, number>> = {
      ArrowDown: active + 1,
      ArrowUp: active - 1,
      PageDown: active + 10,
      PageUp: active - 10,
      Home: 0,
      End: found.length - 1,
    };
    const wanted = moves[event.key];
    const chosen = found[active];
    if (event.key === 'Enter' && chosen !== undefined) onOpen(chosen);
    else if (wanted === undefined || found.length === 0) return;
    else {
      const next = Math.min(found.length - 1, Math.max(0, wanted));
      setActive(next);
      virtual.scrollToIndex(next, { align: 'auto' });
    }
    event.preventDefault();
  };
  return (
    <>
      <p className="lw-label" role="status">
        {found.length === catalogue.metrics.length
          ? plural(catalogue.total, 'metric')
          : `${found.length} of ${plural(catalogue.total, 'metric')}`}
      </p>
      <div
        ref={scroller}
        className="lw-explore-side-list"
        role="listbox"
        aria-label="Metrics"
        tabIndex={0}
        aria-activedescendant={found.length === 0 ? undefined : `lw-metric-${active}`}
        onKeyDown={onKeyDown}
      >
        {found.length === 0 && <p className="lw-dim">No metric has these words.</p>}
        <div role="presentation" style={{ height: virtual.getTotalSize(), position: 'relative' }}>
          {virtual.getVirtualItems().map((item) => {
            const metric = found[item.index];
            if (metric === undefined) return null;
            return (
              <div
                key={metric.name}
                id={`lw-metric-${item.index}`}
                role="option"
                tabIndex={-1}
                aria-selected={item.index === active}
                className="lw-metric"
                style={{ height: ROW_PX, transform: `translateY(${item.start}px)` }}
                onClick={() => onOpen(metric)}
                onKeyDown={() => {}}
              >
                <span className="lw-spread">
                  <code className="lw-mono lw-ellipsis" title={metric.name}>
                    {metric.name}
                  </code>
                  <span className="lw-label">{metric.type === 'unknown' ? '' : metric.type}</span>
                </span>
                <span className="lw-label lw-ellipsis">{metric.help}</span>
              </div>
            );
          })}
        </div>
      </div>
    </>
  );
}

type DetailProps = {
  readonly metric: Metric;
  readonly span: () => Span;
  readonly onPick: (expr: string) => void;
  readonly onBack: () => void;
};

function MetricDetail({ metric, span, onPick, onBack }: DetailProps): ReactNode {
  const engine = useEngine();
  const labels = useQuery({
    queryKey: ['explore', 'metric', metric.name],
    queryFn: ({ signal }) => engine.explore.metricLabels({ metric: metric.name, ...span() }, { signal }),
    staleTime: 30_000,
  });
  const [chosen, setChosen] = useState<Chosen>(new Map());
  const toggle = (label: string, value: string): void =>
    setChosen((before) => {
      const next = new Map(before);
      if (next.get(label) === value) next.delete(label);
      else next.set(label, value);
      return next;
    });
  const found = labels.data;
  return (
    <div className="lw-explore-side-list lw-metric-detail">
      <button type="button" className="lw-text-button lw-row" onClick={onBack} autoFocus>
        <IconChevronLeft size={14} stroke={1.5} aria-hidden />
        All metrics
      </button>
      <h3 className="lw-mono">{metric.name}</h3>
      {metric.help !== '' && <p>{metric.help}</p>}
      <p className="lw-label">
        {[metric.type === 'unknown' ? '' : metric.type, metric.unit === '' ? '' : `in ${metric.unit}`]
          .filter(Boolean)
          .join(', ') || 'Its source does not say what kind it is.'}
      </p>
      <div className="lw-metric-quick" role="group" aria-label="Put into the query">
        {quickQueries(metric, chosen).map(({ words, expr }) => (
          <Button key={words} title={expr} onClick={() => onPick(expr)}>
            {words}
          </Button>
        ))}
      </div>
      <code className="lw-mono lw-metric-selector" data-testid="metric-selector">
        {selectorOf(metric.name, chosen)}
      </code>
      {found === undefined ? (
        labels.isError ? (
          <Failed what="Its labels could not be loaded" error={labels.error} onRetry={() => void labels.refetch()} />
        ) : (
          <Loading height={160} />
        )
      ) : (
        <>
          <p className="lw-label">
            {found.truncated ? 'More than ' : ''}
            {plural(found.series, 'series', 'series')} in this time range
          </p>
          {found.labels.map(({ name, distinct, values }) => (
            <details key={name} open={found.labels.length <= 4 && distinct <= 8}>
              <summary>
                {name} <span className="lw-dim">{plural(distinct, 'value')}</span>
              </summary>
              <ul>
                {values.map(({ value, series }) => (
                  <li key={value}>
                    <button
                      type="button"
                      className="lw-option"
                      aria-pressed={chosen.get(name) === value}
                      title={value}
                      onClick={() => toggle(name, value)}
                    >
                      <span className="lw-ellipsis">{value === '' ? '(empty)' : value}</span>
                      <span className="lw-label lw-metric-count">{series}</span>
                    </button>
                  </li>
                ))}
                {distinct > values.length && <li className="lw-label">and {distinct - values.length} rarer ones</li>}
              </ul>
            </details>
          ))}
        </>
      )}
    </div>
  );
}
