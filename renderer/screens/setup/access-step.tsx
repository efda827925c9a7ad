// The first step: a user of its own on the router, the API, and whether the login works.
import { Button, SegmentedControl, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { routerFormSchema } from '../../../shared/contract/index.ts';
import type { AccessCheck, DeviceSummary, RouterForm } from '../../../shared/contract/index.ts';
import {
  accessCommands,
  generatePassword,
  isPlainAddress,
  routerosLine,
} from '../../../shared/model/router-setup/index.ts';
import type { RouterosLine } from '../../../shared/model/router-setup/index.ts';
import { useEngine } from '../../app/connection/context.tsx';
import { failureOf } from '../../app/data/failure.ts';
import { NumberField } from '../settings/number-field.tsx';
import { Commands } from './commands.tsx';
import { CheckPanel } from './findings.tsx';
import type { SetupState } from './setup.tsx';
import { useCheck } from './use-check.ts';

const LINES: { value: RouterosLine; label: string }[] = [
  { value: '6', label: '6' },
  { value: '7', label: '7.0 to 7.17' },
  { value: '7.18', label: '7.18 and later' },
];

const PORTS = { api: 8728, 'api-ssl': 8729 } as const;
const serviceOf = ({ tls }: RouterForm): 'api' | 'api-ssl' => (tls === 'off' ? 'api' : 'api-ssl');

const newPassword = (): string => generatePassword((bytes) => crypto.getRandomValues(bytes));

type Props = { readonly setup: SetupState; readonly onDone: (device: DeviceSummary) => void };

export function AccessStep({ setup, onDone }: Props): ReactNode {
  const { device, form, line, server, machine, serverField } = setup;
  const engine = useEngine();
  const queries = useQueryClient();
  const check = useCheck<AccessCheck>(
    (signal) => engine.onboarding.checkAccess({ ...(device && { id: device.id }), form: named(form) }, { signal }),
    (answer) => {
      const told = routerosLine(answer.version ?? '');
      if (told !== undefined) setup.setLine(told);
      setup.setForm({
        ...form,
        ...(answer.certificate !== null && { pin: answer.certificate }),
        ...(form.name === '' && answer.identity !== null && { name: answer.identity.slice(0, 128) }),
      });
    },
  );
  const save = useMutation({
    mutationFn: () =>
      device === undefined
        ? engine.devices.addRouter(named(form))
        : engine.devices.editRouter({ id: device.id, form: named(form), keepHistory: true }),
    onSuccess: async (saved) => {
      await queries.invalidateQueries({ queryKey: ['devices'] });
      onDone(saved);
    },
  });
  const change = (part: Partial<RouterForm>): void => {
    // The certificate that a check met belongs to the address that was asked; a stored pin stays until it is edited.
    const isElsewhere = device === undefined && (part.address !== undefined || part.port !== undefined);
    setup.setForm({ ...form, ...(isElsewhere && { pin: '' }), ...part });
    check.cancel();
    save.reset();
  };
  const service = serviceOf(form);
  const problems = problemsOf(form);
  // A field is called wrong once it was asked with; what cannot hold as an address is no command either.
  const [isAsked, setAsked] = useState(false);
  const shown = isAsked ? problems : {};
  const runCheck = (): void => {
    setAsked(true);
    if (Object.keys(problems).length === 0) check.run();
  };
  const isReady = problems['address'] === undefined && isPlainAddress(server);
  const failure = save.isError ? failureOf(save.error) : null;
  return (
    <>
      <div className="lw-setup-fields lw-form">
        <div className="lw-setup-pair">
          <TextInput
            label="Router's address"
            placeholder="10.0.0.1"
            data-autofocus
            value={form.address}
            error={shown['address']}
            onChange={(event) => change({ address: event.target.value })}
            data-testid="setup-address"
          />
          <TextInput
            label="Name"
            placeholder="as the router calls itself"
            value={form.name}
            error={shown['name']}
            onChange={(event) => change({ name: event.target.value })}
            data-testid="setup-name"
          />
        </div>
        <div>
          <span className="lw-field-label">RouterOS</span>
          <SegmentedControl
            aria-label="RouterOS version"
            fullWidth
            size="xs"
            transitionDuration={0}
            data={LINES}
            value={line}
            onChange={(value) => setup.setLine(value)}
          />
        </div>
        <div>
          <span className="lw-field-label">Connection</span>
          <SegmentedControl
            aria-label="Connection"
            fullWidth
            size="xs"
            transitionDuration={0}
            data={[
              { value: 'api-ssl', label: 'API with TLS' },
              { value: 'api', label: 'API without' },
            ]}
            value={service}
            onChange={(value) =>
              change({
                tls: value === 'api' ? 'off' : 'pin',
                pin: '',
                ...(form.port === PORTS[service] && { port: PORTS[value] }),
              })
            }
          />
        </div>
        {serverField}
        <div className="lw-form-pair">
          <TextInput
            label="User name"
            autoComplete="off"
            value={form.username}
            error={shown['username']}
            onChange={(event) => change({ username: event.target.value })}
          />
          <NumberField label="Port" value={form.port} error={shown['port']} onChange={(port) => change({ port })} />
        </div>
      </div>
      <div className="lw-stack">
        {form.password === '' ? (
          <section className="lw-panel">
            <div className="lw-panel-head">
              <h2>Login</h2>
              <Button
                size="compact-sm"
                onClick={() => change({ password: newPassword() })}
                data-testid="setup-new-login"
              >
                Make a new login
              </Button>
            </div>
            <p className="lw-dim">The stored password is used. A new login gives the router's user a new one.</p>
          </section>
        ) : isReady ? (
          <Commands
            lines={accessCommands({
              line,
              routerName: form.name || form.address,
              username: form.username,
              password: form.password,
              server,
              service,
              port: form.port,
            })}
            note={
              <p>
                Only {server} may then use this login, and the router's {service}: add your own addresses if you use it
                too. The password was made for this router;{' '}
                <button type="button" className="lw-text-button" onClick={() => change({ password: newPassword() })}>
                  make another
                </button>
                .
              </p>
            }
          />
        ) : (
          <section className="lw-panel lw-dim">
            {form.address.trim() === ''
              ? 'Give the address of the router: its commands appear here.'
              : problems['address'] !== undefined
                ? 'The address is a host name or an IP address, such as 10.0.0.1.'
                : machine === undefined
                  ? 'Looking for the way to the router …'
                  : "Choose this machine's address, as the router reaches it."}
          </section>
        )}
        <CheckPanel
          words="Check the login"
          before="It says who answers and what the user may do."
          isRunning={check.isRunning}
          findings={check.answer?.findings}
          error={check.error}
          onCheck={runCheck}
          onCancel={check.cancel}
        >
          {check.answer?.isDone === true && (
            <div className="lw-form-actions">
              <Button variant="filled" loading={save.isPending} onClick={() => save.mutate()} data-testid="setup-save">
                {device === undefined ? 'Watch this router' : 'Keep this login'}
              </Button>
              {failure !== null && (
                <p role="alert">
                  {failure.message} {failure.hint}
                </p>
              )}
            </div>
          )}
        </CheckPanel>
      </div>
    </>
  );
}

/** Until somebody gives it a name it has that of its address. */
const named = (form: RouterForm): RouterForm => ({ ...form, name: form.name.trim() === '' ? form.address : form.name });

/** The message of each field that does not hold; until there is a name it has that of its address. */
function problemsOf(form: RouterForm): Readonly<Record<string, string>> {
  const problems: Record<string, string> = {};
  for (const { path, message } of routerFormSchema.safeParse(form).error?.issues ?? []) {
    const field = String(path[0]);
    if (field !== 'name' || form.name.trim() !== '') problems[field] ??= message;
  }
  return problems;
}

export const freshForm = (): RouterForm => ({
  name: '',
  address: '',
  port: PORTS['api-ssl'],
  tls: 'pin',
  pin: '',
  username: 'linewarden',
  password: newPassword(),
  intervalMs: 15_000,
});
