// What devices were before: former names and addresses, under which their history is found, and the serial number that they had.
import { nameMatcher } from '../../../shared/model/device-selector.ts';
import type { IdentityRow, StateStore } from '../store/state/index.ts';
import type { Logger } from '../telemetry/index.ts';
import type { SourcePlan } from './source-set.ts';

const MAX_FORMER = 16;
const MAX_SERIAL = 256;

export type FormerSelf = { readonly names: readonly string[]; readonly addresses: readonly string[] };

export type Identities = {
  of(id: string): FormerSelf;
  /** A serial number that differs from the one it had, until somebody says what that means. */
  otherSerial(id: string): { readonly had: string; readonly has: string } | undefined;
  /** Takes what the device tells; true when that is news to the operator. */
  heardSerial(id: string, serial: string): boolean;
  /** The device is what it was, under this serial number. False: it does not answer with this one. */
  acceptSerial(id: string, serial: string): boolean;
  setFormer(id: string, former: FormerSelf): void;
  /** The same device under another id. */
  rename(from: string, to: string): void;
  forget(id: string): void;
};

export function createIdentities(table: StateStore['identities'], logger: Logger): Identities {
  const rows = new Map(table.list().map((row) => [row.id, row]));
  const rowOf = (id: string): IdentityRow =>
    rows.get(id) ?? { id, serial: null, otherSerial: null, formerNames: [], formerAddresses: [] };

  const save = (row: IdentityRow): void => {
    table.put(row);
    rows.set(row.id, row);
  };

  return {
    of(id) {
      const { formerNames, formerAddresses } = rowOf(id);
      return { names: formerNames, addresses: formerAddresses };
    },
    otherSerial(id) {
      const { serial, otherSerial } = rowOf(id);
      return serial === null || otherSerial === null ? undefined : { had: serial, has: otherSerial };
    },
    heardSerial(id, told) {
      const serial = told.slice(0, MAX_SERIAL);
      const row = rowOf(id);
      const other = row.serial === null || row.serial === serial ? null : serial;
      if (row.serial !== null && row.otherSerial === other) return false;
      try {
        save({ ...row, serial: row.serial ?? serial, otherSerial: other });
      } catch (error) {
        // A full disk: it is heard again at the next look.
        logger.debug({ err: error, device: id }, 'a serial number could not be kept');
        return false;
      }
      return row.serial !== null;
    },
    acceptSerial(id, serial) {
      const row = rowOf(id);
      if (row.otherSerial !== serial) return false;
      save({ ...row, serial, otherSerial: null });
      return true;
    },
    setFormer(id, { names, addresses }) {
      save({ ...rowOf(id), formerNames: firsts(names), formerAddresses: firsts(addresses) });
    },
    rename(from, to) {
      const row = rows.get(from);
      if (row === undefined) return;
      save({ ...row, id: to });
      table.delete(from);
      rows.delete(from);
    },
    forget(id) {
      if (rows.delete(id)) table.delete(id);
    },
  };
}

const firsts = (all: readonly string[]): string[] => [...new Set(all)].slice(0, MAX_FORMER);

/** The plans with what their routers were before. A name or an address that another device bears now is that one's. */
export function withHistory(plans: readonly SourcePlan[], identities: Identities): SourcePlan[] {
  const names = new Set(plans.map(({ device }) => device.name));
  const addresses = new Set(plans.map(({ device }) => device.address));
  return plans.map((plan) => {
    const { device } = plan;
    if (device.kind !== 'router' || device.sample) return plan;
    const former = identities.of(device.id);
    const formerNames = former.names.filter((name) => !names.has(name));
    const formerAddresses = former.addresses.filter((address) => !addresses.has(address));
    if (formerNames.length === 0 && formerAddresses.length === 0) return plan;
    return {
      ...plan,
      device: {
        ...device,
        selector: nameMatcher('routerboard_name', device.name, formerNames),
        ...(formerNames.length > 0 && { formerNames }),
        ...(formerAddresses.length > 0 && { formerAddresses }),
      },
    };
  });
}
