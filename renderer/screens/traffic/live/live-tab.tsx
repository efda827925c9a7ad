// This very minute, each second: who sends and receives now.
import { IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useCallback, useEffect, useState, useSyncExternalStore } from 'react';
import type { ReactNode } from 'react';
import type { EngineClient, FlowLive } from '../../../../shared/contract/index.ts';
import type { FlowKey } from '../../../../shared/model/flow-question.ts';
import { useConnection, useEngine, useStream } from '../../../app/connection/context.tsx';
import { useAtTime } from '../../../app/data/clock.tsx';
import { FLOWS_KEY } from '../../../app/data/flows.ts';
import { useScheme } from '../../../app/theme/scheme.tsx';
import { Chart } from '../../../charts/chart.tsx';
import { Loading } from '../../../components/states.tsx';
import { FlowNames } from '../flow-names.tsx';
import { QuestionBar } from '../question-bar.tsx';
import { both, goInto } from '../search.ts';
import { Trail } from '../trail.tsx';
import type { Traffic } from '../use-traffic.ts';
import { rowWords } from '../words.ts';
import { LiveTable } from './live-table.tsx';
import { MovingPicture } from './moving.ts';
import type { Row } from './steady.ts';

const MOST_ROWS = 20;
/** Seconds come each second: without any for this long something is wrong. */
const SILENT_MS = 6_000;

export function LiveTab({ traffic }: { readonly traffic: Traffic }): ReactNode {
  const { filter, exporter, search, go } = traffic;
  const by = traffic.by.slice(0, 2);
  const byWords = by.join();
  const wrong = useWrongFilter(filter);
  const [paused, setPaused] = useState(false);
  const into = (row: Row): void => {
    const next = goInto(
      { ...search, by: byWords },
      {
        keys: row.keys.map(({ kind }) => kind),
        filter: row.keys.map((key) => key.filter).reduce(both, ''),
        words: rowWords(row.keys),
      },
    );
    go({ ...next, tab: 'live' });
  };
  return (
    <>
      <QuestionBar traffic={{ ...traffic, by }} has={{ by: 2 }}>
        <button
          type="button"
          className="lw-icon-button"
          title={paused ? 'It stands still' : 'Stand still to look at it'}
          onClick={() => setPaused(!paused)}
          data-testid="live-pause"
        >
          {paused ? (
            <IconPlayerPlay size={16} stroke={1.5} aria-hidden />
          ) : (
            <IconPlayerPause size={16} stroke={1.5} aria-hidden />
          )}
          <span>{paused ? 'Go on' : 'Pause'}</span>
        </button>
      </QuestionBar>
      <Trail traffic={traffic} />
      {wrong === undefined ? (
        // Another question: what was shown has nothing to do with it.
        <LiveBody
          key={`${byWords} ${exporter ?? ''} ${filter}`}
          byWords={byWords}
          filter={filter}
          exporter={exporter}
          paused={paused}
          onInto={into}
        />
      ) : (
        <p className="lw-traffic-mistake">{wrong}</p>
      )}
    </>
  );
}

type BodyProps = {
  /** With a comma between them. */
  readonly byWords: string;
  readonly filter: string;
  readonly exporter: string | undefined;
  readonly paused: boolean;
  readonly onInto: (row: Row) => void;
};

function LiveBody({ byWords, filter, exporter, paused, onInto }: BodyProps): ReactNode {
  const connection = useConnection();
  const [picture] = useState(() => new MovingPicture(() => connection.now()));
  const by = byWords.split(',') as FlowKey[];
  const open = useCallback(
    (client: EngineClient, signal: AbortSignal) =>
      client.flows.live(
        {
          filter,
          by: byWords.split(',') as FlowKey[],
          limit: MOST_ROWS,
          ...(exporter !== undefined && { exporter }),
        },
        { signal },
      ),
    [filter, byWords, exporter],
  );
  useEffect(() => picture.stop(paused), [picture, paused]);
  useStream(open, (second: FlowLive) => picture.take(second));
  const live = useSyncExternalStore(picture.subscribe, picture.live);
  if (live === null) return <Loading height={320} />;
  return (
    <>
      {live.problem !== null && (
        <p className="lw-traffic-stale" role="status">
          {live.problem}
        </p>
      )}
      <LiveChart picture={picture} isPaused={paused} />
      <LiveTable live={live} by={by} onInto={onInto} />
    </>
  );
}

const never = (): void => {};
const ALL: ReadonlySet<string> = new Set();

function LiveChart({ picture, isPaused }: { readonly picture: MovingPicture; readonly isPaused: boolean }): ReactNode {
  const scheme = useScheme();
  const shape = useSyncExternalStore(picture.subscribe, picture.shape);
  const [only, setOnly] = useState(ALL);
  const isSilent = useAtTime(useCallback((nowMs) => nowMs - (picture.live()?.atMs ?? nowMs) > SILENT_MS, [picture]));
  useEffect(() => picture.run(!window.matchMedia('(prefers-reduced-motion: reduce)').matches), [picture]);
  if (shape === null) return <Loading height={320} />;
  return (
    <section className="lw-graph lw-panel" aria-label="Traffic now" data-testid="live-graph">
      {isSilent && !isPaused && (
        <p className="lw-label" role="status">
          No second has arrived for a moment.
        </p>
      )}
      <Chart
        title="Traffic of the last minute"
        shape={shape}
        source={picture.source}
        unit="bps"
        scheme={scheme}
        syncKey="traffic live"
        stacked
        eased
        height={300}
        dimmed={isSilent && !isPaused}
        withLegend={false}
        only={only}
        onZoom={never}
        onZoomOut={never}
      />
      <FlowNames shape={shape} only={only} onOnly={setOnly} />
      <p className="lw-label lw-live-note">
        Routers tell of a connection when it ends or once a minute: the newest seconds fill up as they do.
      </p>
    </section>
  );
}

/** A live view has nowhere to tell of a mistake: it is asked before. */
function useWrongFilter(filter: string): string | undefined {
  const engine = useEngine();
  const checked = useQuery({
    queryKey: [FLOWS_KEY, 'check', filter],
    queryFn: ({ signal }) => engine.flows.check({ filter }, { signal }),
    enabled: filter !== '',
    staleTime: Infinity,
  });
  return filter !== '' && checked.data?.ok === false ? `${checked.data.message} ${checked.data.hint}` : undefined;
}
