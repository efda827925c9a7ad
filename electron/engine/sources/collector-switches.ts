// What the window chose to read of a router that it added: kept with the router's row in state.db.
import type { CollectorChange } from '../../../shared/contract/index.ts';
import { LinewardenError } from '../../../shared/model/errors.ts';
import { checkSwitch } from '../collectors/routeros/index.ts';
import type { StateStore } from '../store/state/index.ts';
import { readStored } from './stored.ts';

/** Throws LW_COLLECTOR_* for what cannot be chosen, LW_DEVICE_PROVISIONED for a router that the window has not added. */
export function storeCollectorSwitch(
  { devices }: Pick<StateStore, 'devices'>,
  { id, collector, to }: CollectorChange,
): void {
  const row = devices.list().find((one) => one.id === id && one.kind === 'router');
  const stored = readStored({ devices }, () => {}).find((one) => one.id === id);
  if (row === undefined || stored?.kind !== 'router') {
    throw new LinewardenError('LW_DEVICE_PROVISIONED', 'What is read of this router is not set in the window.', {
      hint: 'Set it under "collectors" of this router in the config file.',
    });
  }
  if (to !== null) checkSwitch(collector, to);
  const { [collector]: _, ...others } = stored.form.collectors ?? {};
  const collectors = to === null ? others : { ...others, [collector]: to };
  devices.upsert({ ...row, config: { ...(row.config as object), collectors } });
}
