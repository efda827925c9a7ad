// Changes of a router that the window added: its form, its name, and whether its history stays its own.
import type { RouterEdit, StoredRouterForm } from '../../../shared/contract/index.ts';
import { LinewardenError } from '../../../shared/model/errors.ts';
import type { SecretStore } from '../secrets/index.ts';
import type { DeviceRow, StateStore } from '../store/state/index.ts';
import type { Identities } from './identities.ts';
import { routerId } from './plans.ts';
import { passwordName, readStored, removeStored, toRouterConfig } from './stored.ts';

export type RouterEdits = {
  /** Throws LW_DEVICE_GONE where the window has added no such router. */
  form(id: string): StoredRouterForm;
  /** The given password, or the stored one where none is given. */
  passwordFor(id: string, given: string): Promise<string>;
  /** Returns the id that it has now. */
  edit(change: RouterEdit): Promise<string>;
};

export function createRouterEdits(options: {
  readonly state: StateStore;
  readonly secrets: SecretStore;
  readonly identities: Identities;
  /** Throws where the id belongs to another device. */
  readonly refuseTaken: (id: string) => void;
}): RouterEdits {
  const { state, secrets, identities, refuseTaken } = options;

  const rowOf = (id: string): DeviceRow => {
    const row = state.devices.list().find((one) => one.id === id && one.kind === 'router');
    if (row !== undefined) return row;
    throw new LinewardenError('LW_DEVICE_GONE', 'The window has added no such router.', {
      hint: 'One from the config file is changed there.',
    });
  };

  const form = (id: string): StoredRouterForm => {
    rowOf(id);
    const stored = readStored(state, () => {}).find((device) => device.id === id && device.kind === 'router');
    if (stored?.kind === 'router') return stored.form;
    throw new LinewardenError('LW_DEVICE_UNREADABLE', 'This router was stored by another version of Linewarden.', {
      hint: 'Remove it and add it again.',
    });
  };

  const passwordFor = async (id: string, given: string): Promise<string> =>
    given === '' ? ((await secrets.get(passwordName(id))) ?? '') : given;

  return {
    form,
    passwordFor,
    async edit({ id, form: { password, ...config }, keepHistory, replaces }) {
      const row = rowOf(id);
      const next = routerId(config.name);
      if (next !== id && next !== replaces) refuseTaken(next);
      toRouterConfig(config);
      const replaced = replaces === undefined || replaces === id ? undefined : rowOf(replaces);
      const before = replaced === undefined ? undefined : { ...identities.of(replaced.id), row: replaced };
      if (next !== id || password !== '') {
        // The password first: a router without one would only produce failed logins.
        await secrets.set(passwordName(next), await passwordFor(id, password));
      }
      if (replaced !== undefined && replaced.id !== next) await removeStored(state, secrets, replaced.id);
      if (replaced !== undefined) identities.forget(replaced.id);
      const own = { ...(row.config as object), ...config };
      state.devices.upsert({ ...row, id: next, name: config.name, address: config.address, config: own });
      if (next !== id) {
        identities.rename(id, next);
        await removeStored(state, secrets, id);
      }
      const was = identities.of(next);
      const kept = keepHistory ? was : { names: [], addresses: [] };
      const renamedFrom = keepHistory ? row.name : undefined;
      const movedFrom = keepHistory ? row.address : undefined;
      identities.setFormer(next, {
        names: others([renamedFrom, before?.row.name, ...kept.names, ...(before?.names ?? [])], config.name),
        addresses: others(
          [movedFrom, before?.row.address, ...kept.addresses, ...(before?.addresses ?? [])],
          config.address,
        ),
      });
      const other = identities.otherSerial(next);
      if (other !== undefined && next !== id) identities.acceptSerial(next, other.has);
      return next;
    },
  };
}

const others = (all: readonly (string | undefined)[], now: string): string[] =>
  all.filter((one): one is string => one !== undefined && one !== now);
