// One customer beside a table: what is known of it, its graphs, and its sessions.
import { Button, Drawer } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { ReactNode } from 'react';
import type { SubscriberDetail, SubscriberSession } from '../../../shared/contract/index.ts';
import { NO_VALUE, formatExact, formatSpan, formatValue } from '../../../shared/units/index.ts';
import { useEngine } from '../../app/connection/context.tsx';
import { useRange } from '../../app/time-range/use-range.ts';
import { failureOf } from '../../app/data/failure.ts';
import { columnHelper, DataTable } from '../../components/data-table.tsx';
import { FlowPanel } from '../../components/flow-panel.tsx';
import { GraphPanel } from '../../components/graph-panel.tsx';
import { Empty, Failed, Loading } from '../../components/states.tsx';
import { StatusMark } from '../../components/status.tsx';
import { Ago, Since } from '../../components/times.tsx';
import { TopTalkers } from '../../components/top-talkers.tsx';
import { FlowScopeProvider, useHasFlows } from '../../components/who-was-that.tsx';
import { subscriberPanels } from '../../panels/subscriber.ts';
import { filterWord } from '../traffic/link.ts';
import type { FlowScope } from '../traffic/link.ts';
import { MARKS, WORDS } from './columns.tsx';
import { countedEveryMs, useSubscriber } from './use-subscribers.ts';

type Props = { readonly open: string | undefined; readonly onClose: () => void };

export function SubscriberDrawer({ open, onClose }: Props): ReactNode {
  return (
    <Drawer
      opened={open !== undefined}
      onClose={onClose}
      position="right"
      size={600}
      title={open === undefined ? '' : <Title id={open} />}
      withOverlay={false}
      lockScroll={false}
      trapFocus={false}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {open !== undefined && <Loaded key={open} id={open} onClose={onClose} />}
    </Drawer>
  );
}

function Title({ id }: { readonly id: string }): ReactNode {
  const { data } = useSubscriber(id);
  if (data === undefined) return 'Subscriber';
  return (
    <span className="lw-row">
      <StatusMark state={MARKS[data.state]} silent />
      <span className="lw-ellipsis">{data.name}</span>
      {data.sample && <span className="lw-tag">sample</span>}
    </span>
  );
}

function Loaded({ id, onClose }: { readonly id: string; readonly onClose: () => void }): ReactNode {
  const subscriber = useSubscriber(id);
  if (subscriber.data !== undefined) return <Panel subscriber={subscriber.data} onClose={onClose} />;
  if (!subscriber.isError) return <Loading height={400} />;
  return failureOf(subscriber.error).code === 'NOT_FOUND' ? (
    <Empty text="This subscriber is not known any more." />
  ) : (
    <Failed
      what="This subscriber could not be loaded"
      error={subscriber.error}
      onRetry={() => void subscriber.refetch()}
    />
  );
}

const FROM_WORDS: Readonly<Record<SubscriberDetail['tierFrom'], string>> = {
  rule: 'by a rule',
  profile: 'by its PPP profile',
  comment: 'by a comment',
  none: '',
};

const both = ({ rx, tx }: { rx: number; tx: number }): ReactNode => (
  <>
    {formatValue(rx, 'bytes')} <span className="lw-dim">down</span>
    <br />
    {formatValue(tx, 'bytes')} <span className="lw-dim">up</span>
  </>
);

function Panel({
  subscriber,
  onClose,
}: {
  readonly subscriber: SubscriberDetail;
  readonly onClose: () => void;
}): ReactNode {
  const { name, state, sinceMs, tier, tierFrom, deviceId, lastMonth, selector } = subscriber;
  const panels = useMemo(() => subscriberPanels(selector), [selector]);
  const limits = [subscriber.rxLimitBps, subscriber.txLimitBps];
  const facts: readonly (readonly [string, ReactNode])[] = [
    [
      'State',
      <span key="state">
        {WORDS[state]} <span className="lw-dim">for</span> <Since atMs={sinceMs} />
      </span>,
    ],
    ...(state !== 'up' && subscriber.lastUpMs !== null
      ? [['Last connected', <Ago key="last" atMs={subscriber.lastUpMs} />] as const]
      : []),
    [
      'Tier',
      <span key="tier">
        {tier || NO_VALUE} <span className="lw-dim">{FROM_WORDS[tierFrom]}</span>
      </span>,
    ],
    [
      'Device',
      <Link key="device" to="/devices/$deviceId" params={{ deviceId }} className="lw-link">
        {deviceId}
      </Link>,
    ],
    ['Address', subscriber.address],
    ['Service', subscriber.service],
    ['Caller ID', subscriber.callerId],
    ['PPP profile', subscriber.profile],
    ['Limit', limits.some((limit) => limit !== null && limit > 0) ? limitWords(limits[0], limits[1]) : ''],
    ['Latency', subscriber.rttSeconds === null ? '' : formatValue(subscriber.rttSeconds, 'seconds')],
    ['Today', both(subscriber.today)],
    ['This month', both(subscriber.thisMonth)],
    ['Last month', lastMonth === null ? '' : both(lastMonth)],
    ['Comment', subscriber.comment],
  ];
  const scope = useSubscriberScope(name);
  const { range } = useRange();
  return (
    <FlowScopeProvider value={scope}>
      <div className="lw-stack" data-testid="subscriber-panel">
        <dl className="lw-subscriber-facts">
          {facts
            .filter(([, value]) => value !== '')
            .map(([what, value]) => (
              <div key={what}>
                <dt>{what}</dt>
                <dd>{value}</dd>
              </div>
            ))}
        </dl>
        {panels.map((panel) => (
          <GraphPanel
            key={`${name} ${panel.id}`}
            panel={panel}
            intervalMs={countedEveryMs(subscriber)}
            bare
            syncKey="subscriber"
          />
        ))}
        {scope !== null && (
          <>
            <FlowPanel
              title="Traffic by service"
              scope={scope}
              range={range}
              height={180}
              limit={6}
              bare
              legend="names"
            />
            <TopTalkers title="With whom" scope={scope} by={['peer']} range={range} most={6} />
          </>
        )}
        {subscriber.sessions.length > 0 && (
          <section aria-label="Sessions">
            <div className="lw-panel-head">
              <h2>Sessions</h2>
            </div>
            <DataTable
              inline
              label="Sessions"
              testId="subscriber-sessions"
              rows={subscriber.sessions}
              columns={SESSION_COLUMNS}
              idOf={({ beganMs, deviceId: where, address }) => `${beganMs} ${where} ${address}`}
              initialSort={{ id: 'began', desc: true }}
              nothing="No session is known."
            />
          </section>
        )}
        {state !== 'up' && <Forget subscriber={subscriber} onDone={onClose} />}
      </div>
    </FlowScopeProvider>
  );
}

/** Its flows, by its name: addresses come and go. */
function useSubscriberScope(name: string): FlowScope | null {
  const has = useHasFlows();
  return useMemo(
    () => (has ? { filter: `subscriber ${filterWord(name)}`, by: ['service', 'peer'] } : null),
    [has, name],
  );
}

const limitWords = (rx: number | null | undefined, tx: number | null | undefined): ReactNode => (
  <>
    {rx ? formatValue(rx, 'bps') : 'none'} <span className="lw-dim">down</span>
    <br />
    {tx ? formatValue(tx, 'bps') : 'none'} <span className="lw-dim">up</span>
  </>
);

const helper = columnHelper<SubscriberSession>();
const SESSION_COLUMNS = helper.columns([
  helper.accessor('beganMs', {
    id: 'began',
    header: 'Began',
    meta: { width: '128px', csv: ({ beganMs }: SubscriberSession) => formatExact(beganMs) },
    cell: ({ getValue }) => formatExact(getValue()),
  }),
  helper.accessor(({ beganMs, endedMs }) => (endedMs ?? Number.MAX_SAFE_INTEGER) - beganMs, {
    id: 'lasted',
    header: 'Lasted',
    meta: {
      width: '80px',
      align: 'right',
      csv: ({ beganMs, endedMs }: SubscriberSession) => (endedMs === null ? '' : formatSpan(endedMs - beganMs)),
    },
    cell: ({ row: { original } }) =>
      original.endedMs === null ? (
        <span className="lw-dim">still up</span>
      ) : (
        formatSpan(original.endedMs - original.beganMs)
      ),
  }),
  helper.accessor('address', { header: 'Address', meta: { width: 'minmax(88px, 1fr)' } }),
  helper.accessor('deviceId', { id: 'device', header: 'Device', meta: { width: 'minmax(72px, 1fr)', yields: 2 } }),
  helper.accessor('callerId', { id: 'caller', header: 'Caller ID', meta: { width: '120px', yields: 1 } }),
  helper.accessor('rxBytes', {
    id: 'down',
    header: 'Down',
    meta: { width: '72px', align: 'right' },
    cell: ({ getValue }) => formatValue(getValue(), 'bytes'),
  }),
  helper.accessor('txBytes', {
    id: 'up',
    header: 'Up',
    meta: { width: '72px', align: 'right' },
    cell: ({ getValue }) => formatValue(getValue(), 'bytes'),
  }),
]);

function Forget({
  subscriber,
  onDone,
}: {
  readonly subscriber: SubscriberDetail;
  readonly onDone: () => void;
}): ReactNode {
  const engine = useEngine();
  const queries = useQueryClient();
  const forget = useMutation({
    mutationFn: () => engine.subscribers.forget({ key: subscriber.key }),
    onSuccess: async () => {
      onDone();
      await queries.invalidateQueries({ queryKey: ['subscribers'] });
    },
  });
  return (
    <div className="lw-row">
      <Button
        variant="default"
        loading={forget.isPending}
        onClick={() => forget.mutate()}
        data-testid="subscriber-forget"
      >
        Forget this subscriber
      </Button>
      <span className="lw-label">
        {forget.isError
          ? failureOf(forget.error).message
          : 'Its totals and sessions go; its graphs stay as long as metrics are kept. It comes back when a router tells of it.'}
      </span>
    </div>
  );
}
