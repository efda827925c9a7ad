import { describe, expect, it } from 'vitest';
import { alertHistory } from '../../../../electron/engine/alerting/board/index.ts';
import type { AlertRow } from '../../../../electron/engine/store/state/index.ts';

const row = (name: string, site: string, firedAtMs: number | null, resolvedAtMs: number | null): AlertRow => ({
  fingerprint: `${name} ${site}`,
  ruleKey: name,
  name,
  labels: { alertname: name, site, severity: 'warning' },
  annotations: {},
  activeAtMs: (firedAtMs ?? 0) - 10,
  firedAtMs,
  resolvedAtMs,
  value: 1,
  expr: 'up == 0',
});

describe('the history of alerts', () => {
  const rows = [
    row('Busy', 'hill', 900, null),
    row('Busy', 'mill', 150, 300),
    row('Down', 'mill', 500, 600),
    row('Busy', 'hill', 100, 200),
  ];
  const history = (limit: { deviceId?: string; endMs?: number } = {}) =>
    alertHistory({ since: () => rows, deviceOf: ({ site }) => site }, { startMs: 0, endMs: 1_000, ...limit });

  it('joins what overlaps into one span a kind, the kind that fired last first', () => {
    const { lanes } = history();
    expect(lanes.map(({ name, times }) => [name, times])).toEqual([
      ['Busy', 3],
      ['Down', 1],
    ]);
    expect(lanes[0]?.spans.map(({ fromMs, toMs, alerts }) => [fromMs, toMs, alerts])).toEqual([
      [100, 300, 2],
      [900, null, 1],
    ]);
  });

  it('is that of one device, and ends where it is asked to', () => {
    expect(history({ deviceId: 'mill' }).entries.map(({ name, firedAtMs }) => [name, firedAtMs])).toEqual([
      ['Busy', 150],
      ['Down', 500],
    ]);
    expect(history({ endMs: 400 }).total).toBe(2);
  });
});
