// One receiver: by which ways it is told, how that goes, what waits; a test of it, and its change where the window made it.
import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { ReceiverShown, ReceiverWay } from '../../../../shared/contract/index.ts';
import { plural } from '../../../../shared/units/index.ts';
import { useEngine } from '../../../app/connection/context.tsx';
import { failureOf } from '../../../app/data/failure.ts';
import { StatusMark } from '../../../components/status.tsx';
import { Ago } from '../../../components/times.tsx';
import { TestResults } from './test-results.tsx';

const SET_BY = {
  file: { words: 'provisioned', title: 'From the config file: change it there, and reload.' },
  default: { words: 'built in', title: 'Used as long as no receiver is configured.' },
} as const;

type Props = { readonly receiver: ReceiverShown; readonly onEdit: () => void };

export function ReceiverRow({ receiver, onEdit }: Props): ReactNode {
  const engine = useEngine();
  const test = useMutation({ mutationFn: () => engine.receivers.sendTest({ receiver: receiver.name }) });
  const { own, setBy, trouble, ways } = receiver;
  return (
    <li className="lw-receiver" data-testid={`receiver-${receiver.name}`}>
      <div className="lw-receiver-head">
        <StatusMark state={stateOf(receiver)} silent />
        <strong className="lw-ellipsis" title={receiver.name}>
          {receiver.name}
        </strong>
        {setBy !== 'window' && (
          <span className="lw-tag" title={SET_BY[setBy].title}>
            {SET_BY[setBy].words}
          </span>
        )}
        {own !== null && own.matchers.length > 0 && (
          <code className="lw-mono lw-dim lw-ellipsis" title={own.matchers.join(', ')}>
            {own.matchers.join(', ')}
          </code>
        )}
        <span className="lw-receiver-buttons">
          <Button
            onClick={() => test.mutate()}
            loading={test.isPending}
            disabled={ways.length === 0}
            aria-label={`Send a test to ${receiver.name}`}
          >
            Send a test
          </Button>
          {own !== null && (
            <Button onClick={onEdit} aria-label={`Change ${receiver.name}`}>
              Change
            </Button>
          )}
        </span>
      </div>
      {trouble !== null && <p className="lw-receiver-under">{trouble}</p>}
      {ways.length === 0 && trouble === null && receiver.unsupported.length === 0 && (
        <p className="lw-receiver-under">It has no way out: alerts that come here are told to nobody.</p>
      )}
      {receiver.unsupported.length > 0 && (
        <p className="lw-receiver-under">Not supported, nothing is sent there: {receiver.unsupported.join(', ')}.</p>
      )}
      {ways.map((way, index) => (
        // Two ways of a receiver may be the same in every word, and keep their order.
        // oxlint-disable-next-line react/no-array-index-key
        <Way key={`${way.kind} ${index}`} way={way} />
      ))}
      {test.isError && <p role="alert">{failureOf(test.error).message}</p>}
      {test.data !== undefined && <TestResults answer={test.data} />}
    </li>
  );
}

const fails = ({ waiting, lastFailure, lastDeliveredAtMs }: ReceiverWay): boolean =>
  waiting.some(({ lastError }) => lastError !== null) ||
  (lastFailure !== null && lastFailure.atMs > (lastDeliveredAtMs ?? 0));

function stateOf({ trouble, ways }: ReceiverShown): 'online' | 'degraded' | 'offline' | 'unknown' {
  if (trouble !== null || ways.length === 0) return 'unknown';
  const failing = ways.filter(fails).length;
  return failing === 0 ? 'online' : failing === ways.length ? 'offline' : 'degraded';
}

function Way({ way }: { readonly way: ReceiverWay }): ReactNode {
  const { waiting, lastFailure, lastDeliveredAtMs } = way;
  const lastError = waiting.find((one) => one.lastError !== null)?.lastError;
  const oldestMs = waiting.reduce((first, { queuedAtMs }) => Math.min(first, queuedAtMs), Infinity);
  return (
    <div className="lw-receiver-way">
      <span>{way.title}</span>
      <span className="lw-ellipsis lw-dim" title={way.place}>
        {way.place}
      </span>
      <span className="lw-dim lw-nowrap">
        {way.delivered === 0 ? 'nothing told yet' : plural(way.delivered, 'message')}
        {lastDeliveredAtMs !== null && (
          <>
            , <Ago atMs={lastDeliveredAtMs} />
          </>
        )}
        {!way.sendResolved && ', not when it is over'}
      </span>
      {waiting.length > 0 && (
        <span className="lw-receiver-failure">
          {plural(waiting.length, 'message')} waiting, the oldest from <Ago atMs={oldestMs} />
          {lastError !== undefined && `: ${lastError}`}
        </span>
      )}
      {waiting.length === 0 && lastFailure !== null && lastFailure.atMs > (lastDeliveredAtMs ?? 0) && (
        <span className="lw-receiver-failure">
          Failed <Ago atMs={lastFailure.atMs} />: {lastFailure.text}
        </span>
      )}
    </div>
  );
}
