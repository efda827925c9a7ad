// The flow map: from whom by what to whom. A chunk of its own, with the layout that it needs.
import { useCallback, useState } from 'react';
import type { ReactNode } from 'react';
import type { FlowSankey } from '../../../../shared/model/flow-question.ts';
import { formatExact } from '../../../../shared/units/index.ts';
import { failureOf } from '../../../app/data/failure.ts';
import { useSankey } from '../../../app/data/flows.ts';
import { useRange } from '../../../app/time-range/use-range.ts';
import { watchWidth } from '../../../charts/sight.ts';
import { Empty, Failed, Loading } from '../../../components/states.tsx';
import { FilterMistake, isMistake } from '../filter-mistake.tsx';
import { QuestionBar } from '../question-bar.tsx';
import { both, goInto } from '../search.ts';
import { Trail } from '../trail.tsx';
import type { Traffic } from '../use-traffic.ts';
import { Sankey } from './sankey.tsx';

const COLUMN_KEYS = ['local', 'service', 'peer'] as const;
type Node = FlowSankey['nodes'][number];

export default function MapTab({ traffic }: { readonly traffic: Traffic }): ReactNode {
  const { search, measure, filter, exporter, top, go } = traffic;
  const { range } = useRange();
  const answer = useSankey({ measure, filter, exporter, limit: Math.min(50, top + 4) }, range);
  const [width, setWidth] = useState(0);
  const watch = useCallback(
    (element: HTMLElement | null) => (element === null ? undefined : watchWidth(element, setWidth)),
    [],
  );
  const into = (nodes: readonly Node[]): void => {
    const known = nodes.flatMap(({ key, column }) => (key === null ? [] : [{ key, column }]));
    if (known.length === 0) return;
    const next = goInto(search, {
      keys: known.map(({ column }) => COLUMN_KEYS[column]),
      filter: known.map(({ key }) => key.filter).reduce(both, ''),
      words: known.map(({ key }) => key.label).join(' → '),
    });
    go({ ...next, tab: 'map' });
  };
  const { data, isError, error, isPlaceholderData } = answer;
  return (
    <>
      <QuestionBar traffic={traffic} has={{ measure: true, top: true }} />
      <Trail traffic={traffic} />
      {isError && isMistake(error) && <FilterMistake traffic={traffic} error={error} />}
      {data === undefined && isError && !isMistake(error) && (
        <Failed what="The flow map could not be loaded" error={error} onRetry={() => void answer.refetch()} />
      )}
      {data === undefined && !isError && <Loading height={480} />}
      {data !== undefined && isError && !isMistake(error) && (
        <p className="lw-traffic-stale" role="alert">
          This is what was asked before: {failureOf(error).message} {failureOf(error).hint}
        </p>
      )}
      {data?.links.length === 0 && (
        <Empty
          text={
            filter === '' && exporter === undefined
              ? 'No flows in this time range.'
              : 'No flow matches in this time range.'
          }
        />
      )}
      {data !== undefined && data.links.length > 0 && (
        <section
          className="lw-panel lw-traffic-map"
          aria-label="Flow map"
          data-dimmed={isPlaceholderData || isError || undefined}
        >
          <div ref={watch}>
            {width > 0 && (
              <Sankey
                answer={data}
                measure={measure}
                width={Math.floor(width)}
                onNode={(node) => into([node])}
                onLink={(source, target) => into([source, target])}
              />
            )}
          </div>
          <div className="lw-traffic-notes lw-label">
            <p>
              {formatExact(data.startMs)} to {formatExact(data.endMs)}
            </p>
            {data.notes.map((note) => (
              <p key={note}>{note}</p>
            ))}
          </div>
        </section>
      )}
    </>
  );
}
