// The first start: this host, live, and what to add next.
import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect, useMemo } from 'react';
import type { ReactNode } from 'react';
import type { DeviceSummary, SystemInfo } from '../../../shared/contract/index.ts';
import { useEngine } from '../../app/connection/context.tsx';
import { failureOf } from '../../app/data/failure.ts';
import { WatchedInterval, useWatch } from '../../app/data/use-watch.ts';
import { useHealth } from '../../app/data/queries.ts';
import { useRange } from '../../app/time-range/use-range.ts';
import { GraphPanel } from '../../components/graph-panel.tsx';
import { hostLivePanels } from '../../panels/host.ts';

const LIVE_MS = 300_000;

type Props = { readonly host: DeviceSummary | undefined; readonly info: SystemInfo | undefined };

export function FirstStart({ host, info }: Props): ReactNode {
  const { chosen, set } = useRange();
  // There is no history yet: five minutes show that it lives.
  useEffect(() => {
    if (!chosen) set({ kind: 'last', durationMs: LIVE_MS });
  }, [chosen, set]);
  const watchedMs = useWatch(host?.id);
  const panels = useMemo(() => hostLivePanels(host?.selector ?? ''), [host?.selector]);
  return (
    <div className="lw-screen">
      <h1 data-testid="overview-sentence">
        {host === undefined ? 'Nothing is watched yet' : `Watching this machine, ${host.name}`}
      </h1>
      <WhatNext info={info} />
      {host !== undefined && host.selector !== '' && (
        <WatchedInterval value={watchedMs}>
          <div className="lw-grid">
            {panels.map((panel) => (
              <GraphPanel key={panel.id} panel={panel} intervalMs={host.intervalMs} />
            ))}
          </div>
        </WatchedInterval>
      )}
    </div>
  );
}

/** Where an exporter sends to: a socket bound to every address is reached by the machine's name. */
function flowAddress(listen: string, hostname: string): string {
  const at = listen.lastIndexOf(':');
  const host = listen.slice(0, at);
  return `${['0.0.0.0', '[::]', '::', ''].includes(host) ? hostname : host}, UDP port ${listen.slice(at + 1)}`;
}

/** What the engine says of its flow port, where something is wrong with it. */
const flowProblemOf = (problems: readonly string[]): string | undefined =>
  problems.find((problem) => /netflow|ipfix|\bflows?\b/i.test(problem));

function WhatNext({ info }: { readonly info: SystemInfo | undefined }): ReactNode {
  const engine = useEngine();
  const queries = useQueryClient();
  const lab = useMutation({
    mutationFn: () => engine.lab.start(),
    onSuccess: () => queries.invalidateQueries(),
  });
  const listening = info?.flowListen ?? [];
  const health = useHealth();
  const flowProblem = flowProblemOf(health.data?.problems ?? []);
  return (
    <section className="lw-panel" aria-label="What to add next" data-testid="first-start">
      <div className="lw-panel-head">
        <h2>What to add next</h2>
      </div>
      <div className="lw-next">
        <div className="lw-next-item">
          <h3>A router</h3>
          <p>
            RouterOS by its API, in three steps with commands to paste. One with a login can be{' '}
            <Link to="/settings" search={{ tab: 'routers', add: true }} className="lw-link">
              added directly
            </Link>
            .
          </p>
          <Link to="/setup">
            <Button component="span" variant="filled" data-testid="first-setup">
              Set up a router
            </Button>
          </Link>
        </div>
        <div className="lw-next-item">
          <h3>A scrape target</h3>
          <p>Anything that exposes Prometheus metrics, such as Node Exporter or cAdvisor.</p>
          <Link to="/settings" search={{ tab: 'targets', add: true }}>
            <Button component="span">Add a scrape target</Button>
          </Link>
        </div>
        <div className="lw-next-item">
          <h3>NetFlow or IPFIX</h3>
          <p>
            {listening.length === 0
              ? (flowProblem ?? 'No flow port is open. Set netflow.listen in linewarden.yml.')
              : 'Point your exporters at this machine; they appear by themselves.'}
          </p>
          {listening.map((address) => (
            <code key={address} className="lw-mono" data-testid="flow-listen">
              {flowAddress(address, info?.hostname ?? 'this machine')}
            </code>
          ))}
        </div>
        <div className="lw-next-item">
          <h3>A sample network</h3>
          <p>
            {lab.isError
              ? `It did not start: ${failureOf(lab.error).message} ${failureOf(lab.error).hint}`
              : 'Simulated routers and flows on this machine, marked as samples. Stop it in the settings.'}
          </p>
          <Button loading={lab.isPending} onClick={() => lab.mutate()} data-testid="lab-start">
            Try it with a sample network
          </Button>
        </div>
      </div>
    </section>
  );
}
