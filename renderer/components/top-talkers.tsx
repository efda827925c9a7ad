// A short list of who carries most, with bars; each leads to its traffic.
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { FlowAnswer, FlowKey } from '../../shared/model/flow-question.ts';
import { formatValue } from '../../shared/units/index.ts';
import { useFlows } from '../app/data/flows.ts';
import { failureOf } from '../app/data/failure.ts';
import type { TimeRange } from '../app/time-range/range.ts';
import { trafficLink } from '../screens/traffic/link.ts';
import type { FlowScope } from '../screens/traffic/link.ts';
import { both, nextKey } from '../screens/traffic/search.ts';
import { detailOf, keyTitle, rowId, rowWords } from '../screens/traffic/words.ts';
import { Loading } from './states.tsx';
import './top-talkers.css';

type Props = {
  readonly title: string;
  readonly scope: FlowScope;
  readonly by: readonly FlowKey[];
  readonly range: TimeRange;
  readonly most?: number;
  /** Rates where it is about now, sums elsewhere. */
  readonly figures?: 'rate' | 'sum';
};

export function TopTalkers({ title, scope, by, range, most = 10, figures = 'sum' }: Props): ReactNode {
  const { exporter, filter = '' } = scope;
  const answer = useFlows({ by, filter, exporter, limit: most, series: false }, range);
  const { data, isError, error, isPlaceholderData } = answer;
  return (
    <section className="lw-talkers" aria-label={title} data-testid="top-talkers">
      <div className="lw-panel-head">
        <h2>{title}</h2>
        <Link to="/traffic" search={trafficLink({ exporter, filter, by })} className="lw-link lw-label">
          All
        </Link>
      </div>
      {data === undefined && !isError && <Loading height={120} />}
      {data === undefined && isError && (
        <p className="lw-dim">
          {failureOf(error).message}{' '}
          <button type="button" className="lw-text-button" onClick={() => void answer.refetch()}>
            Try again
          </button>
        </p>
      )}
      {data !== undefined && data.rows.length === 0 && <p className="lw-dim">No flows in this time range.</p>}
      {data !== undefined && data.rows.length > 0 && (
        <ol data-dimmed={isPlaceholderData || isError || undefined}>
          {data.rows.map((row) => (
            <Talker key={rowId(row.keys)} row={row} answer={data} scope={scope} figures={figures} />
          ))}
        </ol>
      )}
    </section>
  );
}

type TalkerProps = {
  readonly row: FlowAnswer['rows'][number];
  readonly answer: FlowAnswer;
  readonly scope: FlowScope;
  readonly figures: 'rate' | 'sum';
};

function Talker({ row, answer, scope, figures }: TalkerProps): ReactNode {
  const most = answer.rows[0]?.bytes ?? 0;
  const kinds = row.keys.map(({ kind }) => kind);
  const filter = row.keys.map((key) => key.filter).reduce(both, scope.filter ?? '');
  return (
    <li>
      <Link
        to="/traffic"
        search={trafficLink({ ...scope, filter, by: [nextKey(kinds.at(-1) ?? 'local', kinds)] })}
        className="lw-talker"
        title={row.keys.map(keyTitle).join(' → ')}
      >
        <span className="lw-talker-bar" style={{ width: `${most > 0 ? (100 * row.bytes) / most : 0}%` }} aria-hidden />
        <span className="lw-ellipsis lw-talker-name">
          {rowWords(row.keys)} <span className="lw-dim">{row.keys.length === 1 && row.keys.map(detailOf)}</span>
        </span>
        {figures === 'rate' ? (
          <span className="lw-num lw-talker-both">
            <span title="in">↓ {formatValue(row.ratesIn.avg * 8, 'bps')}</span>
            <span title="out">↑ {formatValue(row.ratesOut.avg * 8, 'bps')}</span>
          </span>
        ) : (
          <span className="lw-num">{formatValue(row.bytes, 'bytes')}</span>
        )}
      </Link>
    </li>
  );
}
