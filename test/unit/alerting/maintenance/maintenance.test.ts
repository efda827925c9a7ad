import { beforeEach, describe, expect, it } from 'vitest';
import { createMaintenance, type Maintenance } from '../../../../electron/engine/alerting/maintenance/index.ts';
import type { MaintenanceForm } from '../../../../shared/contract/index.ts';
import { Labels } from '../../../../shared/model/labels.ts';

const NOW_MS = Date.parse('2026-11-21T12:00:00Z');
const HOUR_MS = 3_600_000;

const stored = new Map<string, unknown>();
let changes = 0;
let nowMs = NOW_MS;
const open = (): Maintenance =>
  createMaintenance({
    settings: {
      get: (key) => stored.get(key),
      // As state.db does it: through JSON.
      set: (key, value) => void stored.set(key, JSON.parse(JSON.stringify(value))),
    },
    deviceOf: ({ instance }) => (instance === '10.0.0.1:9100' ? 'router-1' : undefined),
    clock: { now: () => nowMs },
    onChange: () => void changes++,
  });

let maintenance: Maintenance;
beforeEach(() => {
  stored.clear();
  changes = 0;
  nowMs = NOW_MS;
  maintenance = open();
});

const form = (more: Partial<MaintenanceForm> = {}): MaintenanceForm => ({
  title: 'Roof works',
  comment: 'New mast',
  isEnabled: true,
  deviceIds: [],
  matchers: [{ name: 'site', op: '=', value: 'north' }],
  schedule: { kind: 'once', startsAtMs: NOW_MS, endsAtMs: NOW_MS + HOUR_MS },
  ...more,
});
const alert = (labels: Record<string, string>) => ({ labels: Labels.fromRecord({ alertname: 'A', ...labels }) });

describe('maintenance windows', () => {
  it('keep alerts quiet that all their matchers match, while they hold', () => {
    maintenance.save(form());
    expect(maintenance.suppressedBy(alert({ site: 'north' }), NOW_MS)).toBe('Maintenance: Roof works');
    expect(maintenance.suppressedBy(alert({ site: 'south' }), NOW_MS)).toBeUndefined();
    expect(maintenance.suppressedBy(alert({ site: 'north' }), NOW_MS - 1)).toBeUndefined();
    expect(maintenance.suppressedBy(alert({ site: 'north' }), NOW_MS + HOUR_MS)).toBeUndefined();
  });

  it('are for devices, however their alerts name them', () => {
    maintenance.save(form({ deviceIds: ['router-1'], matchers: [] }));
    expect(maintenance.suppressedBy(alert({ instance: '10.0.0.1:9100' }), NOW_MS)).toBeDefined();
    expect(maintenance.suppressedBy(alert({ instance: '10.0.0.2:9100' }), NOW_MS)).toBeUndefined();
  });

  it('do nothing while they are switched off', () => {
    const { id } = maintenance.save(form());
    expect(maintenance.save({ ...form(), id, isEnabled: false })).toMatchObject({ id, now: null, nextAtMs: null });
    expect(maintenance.suppressedBy(alert({ site: 'north' }), NOW_MS)).toBeUndefined();
  });

  it('are there after a restart, and gone when they are removed', () => {
    const { id } = maintenance.save(form());
    expect(open().list()).toEqual([
      {
        ...form(),
        id,
        now: { sinceMs: NOW_MS, untilMs: NOW_MS + HOUR_MS },
        nextAtMs: null,
        updatedAtMs: NOW_MS,
      },
    ]);
    expect([maintenance.remove(id), maintenance.remove(id)]).toEqual([true, false]);
    expect(open().list()).toEqual([]);
    expect(changes).toBe(2);
  });

  it.each([
    [{ matchers: [] }, /would hide every alert/],
    [{ matchers: [{ name: 'site', op: '=~' as const, value: '.*' }] }, /would hide every alert/],
    [{ matchers: [{ name: 'site', op: '=~' as const, value: '[' }] }, /The pattern of site cannot be read/],
    [{ schedule: { kind: 'once' as const, startsAtMs: NOW_MS + 2, endsAtMs: NOW_MS + 1 } }, /end after its start/],
    [{ schedule: { kind: 'once' as const, startsAtMs: 1, endsAtMs: NOW_MS } }, /end in the future/],
    [{ id: 'none' }, /no maintenance window with this id/],
    [
      {
        schedule: {
          kind: 'recurring' as const,
          start: '01:00',
          end: '02:00',
          weekdays: [],
          daysOfMonth: [],
          timeZone: 'Mars/Olympus',
        },
      },
      /Mars\/Olympus is no time zone/,
    ],
  ])('with %o are refused', (more, message) => {
    expect(() => maintenance.save(form(more))).toThrow(message);
    expect(maintenance.list()).toEqual([]);
  });

  it('show beforehand what they would match and when', () => {
    const { matches, nextAtMs } = maintenance.preview(
      form({ schedule: { kind: 'once', startsAtMs: NOW_MS + HOUR_MS, endsAtMs: NOW_MS + 2 * HOUR_MS } }),
    );
    expect(nextAtMs).toBe(NOW_MS + HOUR_MS);
    expect([matches(alert({ site: 'north' }).labels), matches(alert({ site: 'south' }).labels)]).toEqual([true, false]);
  });

  it('that cannot be read any more are left out', () => {
    stored.set('alerting.maintenance', [{ id: 'old' }, 'nonsense']);
    expect(open().list()).toEqual([]);
  });
});
