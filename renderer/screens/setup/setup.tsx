// Sets a router up in three steps: commands to paste, and after each a check that says what it sees.
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import type { ReactNode } from 'react';
import type { DeviceSummary, RouterForm, SetupMachine, StoredRouterForm } from '../../../shared/contract/index.ts';
import { routerosLine } from '../../../shared/model/router-setup/index.ts';
import type { RouterosLine } from '../../../shared/model/router-setup/index.ts';
import { useEngine } from '../../app/connection/context.tsx';
import { useDevices } from '../../app/data/queries.ts';
import { Empty, Failed, Loading } from '../../components/states.tsx';
import { AccessStep, freshForm } from './access-step.tsx';
import { FlowsStep } from './flows-step.tsx';
import { LogsStep } from './logs-step.tsx';
import { ServerField } from './server-field.tsx';
import './setup.css';
import { SETUP_STEPS, STEP_WORDS } from './steps.ts';
import type { SetupStep } from './steps.ts';

/** What the steps share. */
export type SetupState = {
  /** Undefined until it is watched. */
  readonly device: DeviceSummary | undefined;
  readonly form: RouterForm;
  readonly setForm: (form: RouterForm) => void;
  readonly line: RouterosLine;
  readonly setLine: (line: RouterosLine) => void;
  readonly machine: SetupMachine | undefined;
  /** This machine, as the router reaches it. */
  readonly server: string;
  readonly serverField: ReactNode;
};

export function SetupScreen(): ReactNode {
  const { device: id, step = 'access' } = useSearch({ from: '/setup' });
  const engine = useEngine();
  const devices = useDevices();
  const stored = useQuery({
    queryKey: ['devices', 'form', id],
    queryFn: ({ signal }) => engine.devices.routerForm({ id: id ?? '' }, { signal }),
    enabled: id !== undefined,
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (id !== undefined && stored.isError) {
    return (
      <div className="lw-screen">
        <Failed what="This router cannot be set up here" error={stored.error} onRetry={() => void stored.refetch()} />
      </div>
    );
  }
  if (devices.data === undefined || (id !== undefined && stored.data === undefined)) {
    return (
      <div className="lw-screen">
        <Loading height={400} />
      </div>
    );
  }
  const device = devices.data.find((one) => one.id === id);
  if (id !== undefined && device === undefined) {
    return (
      <div className="lw-screen">
        <Empty text="There is no such router. It may have been removed.">
          <Link to="/setup" className="lw-link">
            Set another one up
          </Link>
        </Empty>
      </div>
    );
  }
  return (
    <Setup
      // What was typed belongs to one router.
      key={id ?? ''}
      device={device}
      stored={stored.data}
      step={device === undefined ? 'access' : step}
    />
  );
}

type Props = {
  readonly device: DeviceSummary | undefined;
  readonly stored: StoredRouterForm | undefined;
  readonly step: SetupStep;
};

function Setup({ device, stored, step }: Props): ReactNode {
  const engine = useEngine();
  const navigate = useNavigate();
  const [form, setForm] = useState<RouterForm>(() =>
    stored === undefined ? freshForm() : { ...stored, password: '' },
  );
  const [line, setLine] = useState<RouterosLine>(routerosLine(device?.version ?? '') ?? '7.18');
  const [chosen, setChosen] = useState<string | null>(null);
  const router = form.address.trim();
  const machine = useQuery({
    queryKey: ['onboarding', 'machine', router],
    queryFn: ({ signal }) => engine.onboarding.machine({ router }, { signal }),
    placeholderData: (before) => before,
  }).data;
  const server = chosen ?? machine?.addresses[0]?.address ?? '';
  const go = (next: SetupStep, id = device?.id): void =>
    void navigate({ to: '/setup', search: { ...(id === undefined ? {} : { device: id }), step: next } });
  const setup: SetupState = {
    device,
    form,
    setForm,
    line,
    setLine,
    machine,
    server,
    serverField: <ServerField machine={machine} value={server} onChange={setChosen} />,
  };
  const at = SETUP_STEPS.indexOf(step);
  const next = SETUP_STEPS[at + 1];
  return (
    <div className="lw-screen lw-setup">
      <h1>{device === undefined ? 'Set up a router' : `Set up ${device.name}`}</h1>
      <ol className="lw-steps" aria-label="Steps">
        {SETUP_STEPS.map((one, index) => (
          <li key={one}>
            <button
              type="button"
              aria-current={one === step ? 'step' : undefined}
              disabled={device === undefined && index > 0}
              onClick={() => go(one)}
              data-testid={`setup-step-${one}`}
            >
              <span className="lw-step-number">{index + 1}</span>
              {STEP_WORDS[one]}
            </button>
          </li>
        ))}
      </ol>
      <div className="lw-setup-body">
        {step === 'access' && <AccessStep setup={setup} onDone={(saved) => go('flows', saved.id)} />}
        {step === 'flows' && <FlowsStep setup={setup} />}
        {step === 'logs' && <LogsStep setup={setup} />}
      </div>
      {device !== undefined && (
        <div className="lw-form-actions">
          {next !== undefined && (
            <Button onClick={() => go(next)} data-testid="setup-next">
              Next: {STEP_WORDS[next].toLowerCase()}
            </Button>
          )}
          <Link to="/devices/$deviceId" params={{ deviceId: device.id }}>
            <Button component="span" variant={next === undefined ? 'filled' : 'subtle'} data-testid="setup-finish">
              {next === undefined ? `Done: open ${device.name}` : 'Finish here'}
            </Button>
          </Link>
        </div>
      )}
    </div>
  );
}
