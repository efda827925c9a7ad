// The third step: the router's logs.
import type { ReactNode } from 'react';
import type { SetupCheck } from '../../../shared/contract/index.ts';
import { isPlainAddress, logCommands } from '../../../shared/model/router-setup/index.ts';
import { useEngine } from '../../app/connection/context.tsx';
import { Commands } from './commands.tsx';
import { CheckPanel } from './findings.tsx';
import type { SetupState } from './setup.tsx';
import { useCheck } from './use-check.ts';

export function LogsStep({ setup }: { readonly setup: SetupState }): ReactNode {
  const { device, form, line, server, machine, serverField } = setup;
  const engine = useEngine();
  const check = useCheck<SetupCheck>((signal) =>
    engine.onboarding.checkLogs({ ...(device && { id: device.id }), form, server }, { signal }),
  );
  return (
    <>
      <div className="lw-setup-fields lw-form">
        {serverField}
        <p className="lw-dim">
          Linewarden does not receive logs yet. These commands prepare the router for when it does; you may leave this
          step out.
        </p>
      </div>
      <div className="lw-stack">
        {machine !== undefined && isPlainAddress(server) && (
          <Commands lines={logCommands({ line, server, port: machine.logPort })} />
        )}
        <CheckPanel
          words="Check the logs"
          before="It reads what is set on the router."
          isRunning={check.isRunning}
          findings={check.answer?.findings}
          error={check.error}
          onCheck={check.run}
          onCancel={check.cancel}
        />
      </div>
    </>
  );
}
