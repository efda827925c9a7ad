// Who sends flows and how well: each exporter with what is wrong with it, who sends in vain, and the receiver itself.
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import type { ReactNode } from 'react';
import type { ExporterHealth, FlowExporters } from '../../../../shared/contract/index.ts';
import { useEngine } from '../../../app/connection/context.tsx';
import { useNow } from '../../../app/data/clock.tsx';
import { Failed, Loading } from '../../../components/states.tsx';
import { Readiness } from '../readiness.tsx';
import { ExporterPanel } from './exporter-panel.tsx';
import { ExporterTable } from './exporter-table.tsx';
import './exporters.css';
import { findingsOf, stateOf, summaryOf } from './findings.ts';
import type { ExporterFinding } from './findings.ts';
import { Receiver } from './receiver.tsx';
import { NotAllowed, Waiting } from './strangers.tsx';

const EVERY_MS = 5_000;

export type ShownExporter = ExporterHealth & { readonly findings: readonly ExporterFinding[] };

export function ExportersTab(): ReactNode {
  const engine = useEngine();
  const answer = useQuery({
    queryKey: ['exporter-health'],
    queryFn: ({ signal }) => engine.flows.exporterHealth(undefined, { signal }),
    refetchInterval: EVERY_MS,
  });
  if (answer.data === undefined) {
    return answer.isError ? (
      <Failed what="The exporters could not be asked for" error={answer.error} onRetry={() => void answer.refetch()} />
    ) : (
      <Loading height={320} />
    );
  }
  const { exporters, waiting, notAllowed } = answer.data;
  if (exporters.length + waiting.length + notAllowed.length === 0) return <Readiness>{null}</Readiness>;
  return <Exporters all={answer.data} />;
}

/** Findings change with the clock by minutes: the table is not made anew each second. */
const CLOCK_STEP_MS = 5_000;

function Exporters({ all }: { readonly all: FlowExporters }): ReactNode {
  const nowMs = Math.floor(useNow() / CLOCK_STEP_MS) * CLOCK_STEP_MS;
  const [openAddress, setOpenAddress] = useState<string | undefined>();
  const shown = useMemo(
    () => all.exporters.map((exporter): ShownExporter => ({ ...exporter, findings: findingsOf(exporter, nowMs) })),
    [all, nowMs],
  );
  const states = shown.map(({ findings }) => stateOf(findings));
  const open = shown.find(({ address }) => address === openAddress) ?? (shown.length === 1 ? shown[0] : undefined);
  return (
    <div className="lw-exporters">
      <p className="lw-exporters-summary" data-testid="exporters-summary">
        {summaryOf(all, states)}
      </p>
      {shown.length > 0 && (
        <ExporterTable
          exporters={shown}
          openAddress={open?.address}
          onOpen={(address) => setOpenAddress(address === openAddress ? undefined : address)}
        />
      )}
      {open !== undefined && <ExporterPanel exporter={open} />}
      {all.waiting.length > 0 && <Waiting senders={all.waiting} port={all.receiver.sockets[0]?.port ?? 2_055} />}
      {all.notAllowed.length > 0 && <NotAllowed senders={all.notAllowed} allowed={all.allowed} />}
      <Receiver receiver={all.receiver} />
    </div>
  );
}
