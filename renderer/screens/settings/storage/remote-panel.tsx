// Where what is stored goes besides this computer: whether it arrives, what waits, and what was refused.
import type { ReactNode } from 'react';
import type { DeviceState, LongTermStore, RemoteWriter } from '../../../../shared/contract/index.ts';
import { formatSpan, formatValue } from '../../../../shared/units/index.ts';
import { Failed, Loading } from '../../../components/states.tsx';
import { StatusMark } from '../../../components/status.tsx';
import { Ago, Since } from '../../../components/times.tsx';
import { useRemoteState } from './use-storage.ts';

const STATES: Readonly<Record<RemoteWriter['state'], { readonly mark: DeviceState; readonly words: string }>> = {
  sending: { mark: 'online', words: 'Sends' },
  behind: { mark: 'degraded', words: 'Catches up' },
  failing: { mark: 'offline', words: 'Cannot send' },
  new: { mark: 'unknown', words: 'Nothing sent yet' },
};

export function RemotePanel(): ReactNode {
  const state = useRemoteState();
  return (
    <section className="lw-panel" aria-label="Sent elsewhere" data-testid="storage-remote">
      <div className="lw-panel-head">
        <h2>Sent elsewhere</h2>
      </div>
      {state.data === undefined ? (
        state.isError ? (
          <Failed
            what="Where samples are sent could not be read"
            error={state.error}
            onRetry={() => void state.refetch()}
          />
        ) : (
          <Loading />
        )
      ) : state.data.writers.length === 0 ? (
        <p className="lw-dim">
          All stays on this computer; <code>{'remote_write: [{url: https://metrics.example.net/api/v1/write}]'}</code>{' '}
          in linewarden.yml sends it to another server too, and <code>{'storage: {remote: {url: …}}'}</code> makes a
          cluster the long-term store.
        </p>
      ) : (
        <ul className="lw-storage-remotes">
          {state.data.writers.map((writer) => (
            <Writer
              key={writer.name}
              writer={writer}
              store={writer.name === 'storage.remote' ? state.data.longTermStore : null}
            />
          ))}
        </ul>
      )}
    </section>
  );
}

type WriterProps = { readonly writer: RemoteWriter; readonly store: LongTermStore | null };

function Writer({ writer, store }: WriterProps): ReactNode {
  const { state, trouble, lastRefusal } = writer;
  const { mark, words } = STATES[state];
  return (
    <li data-state={state}>
      <p className="lw-row">
        <StatusMark state={mark} silent />
        <strong className="lw-ellipsis">{store === null ? writer.name : 'Long-term store'}</strong>
        {/* One that was given no name is called by its URL. */}
        {!writer.url.endsWith(`//${writer.name}`) && (
          <span className="lw-dim lw-mono lw-ellipsis" title={writer.url}>
            {writer.url}
          </span>
        )}
        <span className="lw-storage-remote-state">
          {words}
          {trouble !== null && (
            <>
              {' '}
              for <Since atMs={trouble.atMs} />
            </>
          )}
        </span>
      </p>
      <dl className="lw-storage-remote-facts">
        <Fact words="Sent" value={formatValue(writer.sentPerSecond, 'perSecond')} />
        <Fact words="Samples since the start" value={formatValue(writer.sent, 'count')} />
        <Fact words="Oldest that waits" value={writer.waitingSeconds === 0 ? 'none' : waits(writer)} />
        <Fact words="Refused" value={formatValue(writer.refused, 'count')} />
        <Fact words="Last taken" value={<Ago atMs={writer.lastSentMs} />} />
        {store !== null && <Fact words="Queries" value={<Answers store={store} />} />}
      </dl>
      {trouble !== null && <p className="lw-storage-remote-told">It {trouble.sentence}.</p>}
      {store !== null && store.away !== null && (
        <p className="lw-storage-remote-told">
          {store.away.sentence !== trouble?.sentence && `Its queries: it ${store.away.sentence}. `}
          For <Since atMs={store.away.atMs} />, queries are answered from what is stored here.
        </p>
      )}
      {lastRefusal !== null && (
        <p className="lw-storage-remote-told">
          Refused <Ago atMs={lastRefusal.atMs} />: <span className="lw-dim">{lastRefusal.sentence}</span>
        </p>
      )}
    </li>
  );
}

const waits = ({ waitingSeconds }: RemoteWriter): string => formatSpan(Math.round(waitingSeconds) * 1_000);

function Answers({ store }: { readonly store: LongTermStore }): ReactNode {
  if (store.away !== null) return 'not answered';
  if (store.answersSinceMs === null) return store.read === 'all' ? 'none yet' : 'only what is older than here';
  return (
    <>
      answered for <Since atMs={store.answersSinceMs} />
    </>
  );
}

function Fact({ words, value }: { readonly words: string; readonly value: ReactNode }): ReactNode {
  return (
    <div>
      <dt>{words}</dt>
      <dd>{value}</dd>
    </div>
  );
}
