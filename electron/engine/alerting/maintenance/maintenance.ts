// Maintenance windows: while one holds, nothing is told of the alerts that it matches. Kept in state.db.
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { MaintenanceForm, MaintenanceSchedule, MaintenanceWindow } from '../../../../shared/contract/index.ts';
import { maintenanceFormSchema } from '../../../../shared/contract/alerting.ts';
import { LinewardenError } from '../../../../shared/model/errors.ts';
import type { Labels } from '../../../../shared/model/labels.ts';
import type { Clock } from '../../clock.ts';
import { type Matcher, matcher, MatcherError, matchesAll, type RoutedAlert } from '../routing/index.ts';
import { zoneFormat } from '../routing/time-interval.ts';
import { holdingAt, nextAfter } from './schedule.ts';

export type MaintenanceOptions = {
  readonly settings: { get(key: string): unknown; set(key: string, value: unknown): void };
  readonly deviceOf: (labels: Readonly<Record<string, string>>) => string | undefined;
  readonly clock: Pick<Clock, 'now'>;
  readonly onChange: () => void;
};

export interface Maintenance {
  list(): MaintenanceWindow[];
  /** Makes one, or changes the one with the form's id. Throws LW_MAINTENANCE_INVALID, LW_MAINTENANCE_UNKNOWN. */
  save(form: MaintenanceForm): MaintenanceWindow;
  remove(id: string): boolean;
  /** Why nothing is told of the alert at that moment; a sentence. */
  suppressedBy(alert: Pick<RoutedAlert, 'labels'>, atMs: number): string | undefined;
  /** Whether a window with this scope matches the alert, and when it would begin next. Throws LW_MAINTENANCE_INVALID. */
  preview(scope: Pick<MaintenanceForm, 'deviceIds' | 'matchers' | 'schedule'>): {
    readonly matches: (labels: Labels) => boolean;
    readonly nextAtMs: number | null;
  };
}

const KEY = 'alerting.maintenance';
const MAX_WINDOWS = 1_000;

const storedSchema = maintenanceFormSchema.extend({ id: z.string(), updatedAtMs: z.number() });
type Stored = z.output<typeof storedSchema>;
type Ready = { readonly stored: Stored; readonly matches: (labels: Labels) => boolean };

const invalid = (message: string): LinewardenError => new LinewardenError('LW_MAINTENANCE_INVALID', message);

export function createMaintenance(options: MaintenanceOptions): Maintenance {
  const { settings, deviceOf, clock, onChange } = options;

  const matcherOf =
    (matchers: readonly Matcher[], deviceIds: ReadonlySet<string>) =>
    (labels: Labels): boolean => {
      if (!matchesAll(matchers, labels)) return false;
      if (deviceIds.size === 0) return true;
      const device = deviceOf(labels.toRecord());
      return device !== undefined && deviceIds.has(device);
    };
  const ready = (stored: Stored): Ready => ({
    stored,
    matches: matcherOf(readMatchers(stored.matchers), new Set(stored.deviceIds)),
  });

  const windows = new Map(readStored(settings.get(KEY)).map((stored) => [stored.id, ready(stored)] as const));
  const write = (): void => {
    settings.set(
      KEY,
      [...windows.values()].map(({ stored }) => stored),
    );
    onChange();
  };

  const shown = ({ stored }: Ready): MaintenanceWindow => {
    const atMs = clock.now();
    const now = stored.isEnabled ? holdingAt(stored.schedule, atMs) : undefined;
    return {
      ...stored,
      now: now ?? null,
      nextAtMs: (stored.isEnabled ? nextAfter(stored.schedule, atMs) : undefined) ?? null,
    };
  };

  return {
    list: () => [...windows.values()].map(shown),
    save(form) {
      check(form, clock.now());
      const id = form.id ?? randomUUID();
      if (form.id !== undefined && !windows.has(id)) {
        throw new LinewardenError('LW_MAINTENANCE_UNKNOWN', 'There is no maintenance window with this id.');
      }
      if (!windows.has(id) && windows.size >= MAX_WINDOWS) {
        throw invalid(`There are ${MAX_WINDOWS} maintenance windows, the most there can be. Delete old ones.`);
      }
      const made = ready({ ...form, id, updatedAtMs: clock.now() });
      windows.set(id, made);
      write();
      return shown(made);
    },
    remove(id) {
      const isKnown = windows.delete(id);
      if (isKnown) write();
      return isKnown;
    },
    suppressedBy({ labels }, atMs) {
      for (const { stored, matches } of windows.values()) {
        if (!stored.isEnabled) continue;
        // A calendar costs more than labels do.
        if (!matches(labels) || holdingAt(stored.schedule, atMs) === undefined) continue;
        return `Maintenance: ${stored.title}`;
      }
      return undefined;
    },
    preview(scope) {
      checkScope(scope);
      return {
        matches: matcherOf(readMatchers(scope.matchers), new Set(scope.deviceIds)),
        nextAtMs: nextAfter(scope.schedule, clock.now()) ?? null,
      };
    },
  };
}

/** Rows that are none any more are left out: what another version wrote must not keep the engine from starting. */
function readStored(value: unknown): Stored[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((each) => {
    const result = storedSchema.safeParse(each);
    return result.success ? [result.data] : [];
  });
}

/** Throws LW_MAINTENANCE_INVALID. */
function readMatchers(matchers: MaintenanceForm['matchers']): Matcher[] {
  return matchers.map(({ name, op, value }) => {
    try {
      return matcher(name, op, value);
    } catch (error) {
      if (!(error instanceof MatcherError)) throw error;
      throw invalid(`The pattern of ${name} cannot be read: ${error.message}.`);
    }
  });
}

function checkScope({ deviceIds, matchers, schedule }: Pick<MaintenanceForm, 'deviceIds' | 'matchers' | 'schedule'>) {
  const isForAll = readMatchers(matchers).every(({ test }) => test(''));
  if (deviceIds.length === 0 && isForAll) {
    throw invalid('Choose a device, or a label with a value: this window would hide every alert.');
  }
  if (schedule.kind === 'recurring') checkRecurring(schedule);
}

function checkRecurring({ timeZone, daysOfMonth, start }: Extract<MaintenanceSchedule, { kind: 'recurring' }>): void {
  try {
    zoneFormat(timeZone);
  } catch {
    throw invalid(`${timeZone} is no time zone; Europe/Berlin is one.`);
  }
  if (daysOfMonth.includes(0)) throw invalid('Days of the month begin with 1, or with -1 from its end.');
  if (start === '24:00') throw invalid('A window that begins at 24:00 begins at 00:00 of the next day.');
}

function check(form: MaintenanceForm, nowMs: number): void {
  checkScope(form);
  const { schedule } = form;
  if (schedule.kind !== 'once') return;
  if (schedule.endsAtMs <= schedule.startsAtMs) throw invalid('A maintenance window must end after its start.');
  if (schedule.endsAtMs <= nowMs && form.isEnabled) throw invalid('A maintenance window must end in the future.');
}
