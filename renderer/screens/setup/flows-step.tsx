// The second step: the router's flows, and what arrives of them; asked for again until they do.
import { SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { ReactNode } from 'react';
import type { FlowsCheck } from '../../../shared/contract/index.ts';
import { flowCommands, isPlainAddress } from '../../../shared/model/router-setup/index.ts';
import { useEngine } from '../../app/connection/context.tsx';
import { Commands } from './commands.tsx';
import { CheckPanel } from './findings.tsx';
import type { SetupState } from './setup.tsx';
import { useCheck } from './use-check.ts';

const AGAIN_MS = 3_000;
/** Longer than a quiet router takes: a minute of active time-out, and a template after it. */
const PATIENCE_MS = 180_000;

export function FlowsStep({ setup }: { readonly setup: SetupState }): ReactNode {
  const { device, form, line, server, machine, serverField } = setup;
  const engine = useEngine();
  const [version, setVersion] = useState<'9' | 'ipfix'>('9');
  const [checkedMs, setCheckedMs] = useState(0);
  const check = useCheck<FlowsCheck>(
    (signal) => engine.onboarding.checkFlows({ ...(device && { id: device.id }), form, server }, { signal }),
    () => setCheckedMs(Date.now()),
  );
  const addresses = check.answer?.addresses ?? [];
  const arriving = useQuery({
    queryKey: ['onboarding', 'arrivals', addresses, checkedMs],
    queryFn: ({ signal }) => engine.onboarding.flowArrivals({ addresses }, { signal }),
    enabled: check.answer !== undefined && !check.answer.arrivals.isDone,
    refetchInterval: ({ state }) =>
      state.data?.isDone === true || state.dataUpdatedAt > checkedMs + PATIENCE_MS ? false : AGAIN_MS,
    staleTime: 0,
    gcTime: 0,
  });
  // What the router has set is asked once; what arrives is looked at again and again.
  const arrived = arriving.data ?? check.answer?.arrivals;
  const findings = check.answer && [...check.answer.findings, ...(arrived?.findings ?? [])];
  const isDone = arrived?.isDone === true;
  const port = machine?.flowPort ?? null;
  return (
    <>
      <div className="lw-setup-fields lw-form">
        <div>
          <span className="lw-field-label">Format</span>
          <SegmentedControl
            aria-label="Format"
            fullWidth
            size="xs"
            transitionDuration={0}
            data={[
              { value: '9', label: 'NetFlow v9' },
              { value: 'ipfix', label: 'IPFIX' },
            ]}
            value={version}
            onChange={(value) => setVersion(value)}
          />
          <p className="lw-field-hint">
            {version === '9'
              ? 'Its header carries the time exactly, on every RouterOS.'
              : 'Where something else on the way needs it; times are less exact on RouterOS 6.'}
          </p>
        </div>
        {serverField}
      </div>
      <div className="lw-stack">
        {port === null && machine !== undefined ? (
          <section className="lw-panel">
            No flow port is open here. Set netflow.listen in linewarden.yml, such as 0.0.0.0:2055.
          </section>
        ) : (
          port !== null &&
          isPlainAddress(server) && (
            <Commands
              lines={flowCommands({ line, server, port, version })}
              note={
                <p>
                  With a timeout of one minute a long download shows while it runs. Traffic that the switch chip
                  forwards by itself is not counted by RouterOS.
                </p>
              }
            />
          )
        )}
        <CheckPanel
          words="Check the flows"
          before="It reads what is set on the router and looks at what arrives."
          isRunning={check.isRunning}
          findings={findings}
          error={check.error}
          onCheck={check.run}
          onCancel={check.cancel}
        >
          {check.answer !== undefined && !isDone && (
            <p className="lw-dim" role="status">
              {arriving.dataUpdatedAt > checkedMs + PATIENCE_MS
                ? 'Nothing came within three minutes: check again once something has changed.'
                : 'Waiting for packets; this looks again by itself.'}
            </p>
          )}
        </CheckPanel>
      </div>
    </>
  );
}
