// Who sends in vain: senders whose template has not come, and those that the config does not let in.
import type { ReactNode } from 'react';
import { useQuery } from '@tanstack/react-query';
import type { FlowExporters } from '../../../../shared/contract/index.ts';
import { flowCommands, isPlainAddress } from '../../../../shared/model/router-setup/index.ts';
import { formatValue, plural } from '../../../../shared/units/index.ts';
import { useEngine } from '../../../app/connection/context.tsx';
import { StatusMark } from '../../../components/status.tsx';
import { Ago, Since } from '../../../components/times.tsx';
import { Commands } from '../../setup/commands.tsx';
import { versionWords } from './exporter-table.tsx';

type WaitingProps = { readonly senders: FlowExporters['waiting']; readonly port: number };

export function Waiting({ senders, port }: WaitingProps): ReactNode {
  const engine = useEngine();
  const first = senders[0]?.address ?? '';
  const machine = useQuery({
    queryKey: ['onboarding', 'machine', first],
    queryFn: ({ signal }) => engine.onboarding.machine({ router: first }, { signal }),
  });
  const server = machine.data?.addresses.find(({ address }) => isPlainAddress(address))?.address;
  return (
    <section className="lw-panel lw-exporter" aria-label="No template yet" data-testid="exporters-waiting">
      <div className="lw-panel-head">
        <h2>No template yet</h2>
      </div>
      <p className="lw-dim">
        What they send can be read once they say how it is laid out. That comes every so many packets or minutes: up to
        half an hour on a quiet RouterOS router, a minute with the lines below.
      </p>
      <ul className="lw-strangers">
        {senders.map((sender) => (
          <li key={sender.address}>
            <StatusMark state="degraded" silent />
            <span className="lw-strangers-name">{sender.name}</span>
            <span className="lw-dim">
              {versionWords(sender.versions)} for <Since atMs={sender.firstPacketMs} />,{' '}
              {plural(sender.waitingPackets, 'packet')} kept, last one <Ago atMs={sender.lastPacketMs} />
            </span>
          </li>
        ))}
      </ul>
      {server !== undefined && <Commands lines={flowCommands({ line: '7', server, port, version: '9' })} />}
    </section>
  );
}

type NotAllowedProps = { readonly senders: FlowExporters['notAllowed']; readonly allowed: readonly string[] };

export function NotAllowed({ senders, allowed }: NotAllowedProps): ReactNode {
  return (
    <section className="lw-panel lw-exporter" aria-label="Not allowed" data-testid="exporters-refused">
      <div className="lw-panel-head">
        <h2>Not allowed</h2>
      </div>
      <p className="lw-dim">
        Their flows are neither read nor stored: <code className="lw-mono">netflow.exporters</code> in linewarden.yml
        names {allowed.length <= 3 ? allowed.join(', ') : plural(allowed.length, 'address', 'addresses and networks')}{' '}
        only.
      </p>
      <ul className="lw-strangers">
        {senders.map((sender) => (
          <li key={sender.address}>
            <StatusMark state="unknown" silent />
            <span className="lw-strangers-name">{sender.address}</span>
            <span className="lw-dim">
              {formatValue(sender.packets, 'count')} packets, last one <Ago atMs={sender.lastPacketMs} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
