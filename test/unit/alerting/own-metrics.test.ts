import { describe, expect, it } from 'vitest';
import { registerHeartbeatMetrics } from '../../../electron/engine/alerting/index.ts';
import { createRegistry, expose } from '../../../electron/engine/telemetry/index.ts';

const shown = { origin: null, intervalMs: 60_000, trouble: null } as const;

function textWith(setBy: 'file' | null): string {
  const registry = createRegistry();
  registerHeartbeatMetrics(registry, {
    counts: () => ({ sent: 7, failed: 2, withheld: 1 }),
    shown: () => ({ ...shown, setBy, lastSentAtMs: 1_795_230_245_500 }),
  });
  return expose(registry.families, 'text');
}

describe('metrics of the heartbeat', () => {
  it('tell how beats went, and when the last one was taken', () => {
    const lines = textWith('file').split('\n');
    expect(lines).toContain('linewarden_heartbeats_total{result="sent"} 7');
    expect(lines).toContain('linewarden_heartbeats_total{result="failed"} 2');
    expect(lines).toContain('linewarden_heartbeats_total{result="withheld"} 1');
    expect(lines).toContain('linewarden_heartbeat_last_sent_timestamp_seconds 1795230245.5');
  });

  it('have no values where none is set', () => {
    expect(textWith(null)).not.toMatch(/^linewarden_heartbeat/m);
  });
});
