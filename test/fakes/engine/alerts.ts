// The fake network's alerts and rules: one of every state, and a rule that fails.
import type { Alert, Rule } from '../../../shared/contract/index.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

export function alerts(nowMs: number): Alert[] {
  const one = (rest: Partial<Alert> & Pick<Alert, 'fingerprint' | 'state' | 'name'>): Alert => ({
    labels: { severity: 'warning' },
    annotations: {},
    value: 1,
    activeAtMs: nowMs - 6 * MINUTE,
    firedAtMs: null,
    resolvedAtMs: null,
    expr: 'linewarden_device_online == 0',
    deviceId: null,
    ...rest,
  });
  return [
    one({
      fingerprint: '9c5e1f3ab2d4e6f8',
      state: 'firing',
      name: 'DeviceOffline',
      labels: { alertname: 'DeviceOffline', device: 'Mill street', severity: 'critical' },
      annotations: { summary: 'Mill street is offline', description: 'No data for more than 5 minutes.' },
      value: 0,
      firedAtMs: nowMs - MINUTE,
      deviceId: 'router:Mill street',
    }),
    one({
      fingerprint: '1c5e1f3ab2d4e6f8',
      state: 'firing',
      name: 'TargetDown',
      labels: { alertname: 'TargetDown', job: 'muti', instance: '10.0.0.8:8080', severity: 'warning' },
      annotations: {
        summary: '10.0.0.8:8080 cannot be scraped',
        description: 'The target refused the connection in every scrape of the last 5 minutes.',
      },
      value: 0,
      activeAtMs: nowMs - 3 * HOUR,
      firedAtMs: nowMs - 3 * HOUR + 5 * MINUTE,
      deviceId: 'target:muti',
      expr: 'up == 0',
    }),
    one({
      fingerprint: '2c5e1f3ab2d4e6f8',
      state: 'pending',
      name: 'CpuHigh',
      labels: { alertname: 'CpuHigh', routerboard_name: 'core', severity: 'warning' },
      annotations: { summary: 'core: CPU at 93 %' },
      value: 93.4,
      activeAtMs: nowMs - 100_000,
      deviceId: 'router:core',
      expr: 'mktxp_system_cpu_load > 90',
    }),
    one({
      fingerprint: '4c5e1f3ab2d4e6f8',
      state: 'resolved',
      name: 'InterfaceDown',
      labels: { alertname: 'InterfaceDown', routerboard_name: 'core', name: 'sfp2', severity: 'warning' },
      annotations: { summary: 'core: sfp2 is down' },
      activeAtMs: nowMs - 42 * MINUTE,
      firedAtMs: nowMs - 41 * MINUTE,
      resolvedAtMs: nowMs - 33 * MINUTE,
      deviceId: 'router:core',
      expr: 'mktxp_interface_running == 0',
    }),
    one({
      fingerprint: '5c5e1f3ab2d4e6f8',
      state: 'firing',
      name: 'FlowLoss',
      labels: { alertname: 'FlowLoss', exporter: '10.0.0.1', severity: 'warning' },
      annotations: { summary: 'Flows of 10.0.0.1 are lost: 3.2 a second' },
      activeAtMs: nowMs - 14 * MINUTE,
      firedAtMs: nowMs - 9 * MINUTE,
      deviceId: 'router:core',
      expr: 'sum by (exporter) (rate(linewarden_flow_lost_total[5m])) > 0',
    }),
    one({
      fingerprint: '3c5e1f3ab2d4e6f8',
      state: 'resolved',
      name: 'DiskNearlyFull',
      labels: { alertname: 'DiskNearlyFull', mountpoint: '/home', severity: 'warning' },
      annotations: { summary: '/home is 90 % full' },
      value: 90.2,
      activeAtMs: nowMs - 9 * HOUR,
      firedAtMs: nowMs - 8 * HOUR,
      resolvedAtMs: nowMs - 5 * HOUR,
      deviceId: 'host',
      expr: '100 * (1 - node_filesystem_avail_bytes / node_filesystem_size_bytes) > 90',
    }),
  ];
}

export function rules(nowMs: number): Rule[] {
  const one = (rest: Partial<Rule> & Pick<Rule, 'name' | 'expr'>): Rule => ({
    group: 'devices',
    file: 'linewarden.yml',
    kind: 'alerting',
    forMs: 5 * MINUTE,
    badInARow: 1,
    goodInARow: 1,
    labels: { severity: 'warning' },
    annotations: {},
    health: 'ok',
    lastError: null,
    lastEvaluationMs: nowMs - 7_000,
    evaluationMs: 1.4,
    shipped: true,
    ...rest,
  });
  return [
    one({ name: 'DeviceOffline', expr: 'linewarden_device_online == 0', forMs: MINUTE }),
    one({ name: 'TargetDown', expr: 'up == 0' }),
    one({ name: 'CpuHigh', expr: 'mktxp_system_cpu_load > 90' }),
    one({ name: 'MemoryLow', expr: '100 * node_memory_MemAvailable_bytes / (node_memory_MemTotal_bytes > 0) < 10' }),
    one({
      name: 'DiskNearlyFull',
      expr: '100 * (1 - node_filesystem_avail_bytes / node_filesystem_size_bytes) > 90',
      group: 'host',
    }),
    one({
      name: 'site:traffic:rate5m',
      kind: 'recording',
      expr: 'sum(rate(mktxp_interface_rx_byte_total[5m]))',
      forMs: 0,
      shipped: false,
      file: 'rules/site.yml',
      group: 'site',
    }),
    one({
      name: 'LinkSaturated',
      expr: 'rate(mktxp_interface_rx_byte_total[5m]) * 8 / (mktxp_interface_rate * 1e6) > 0.9',
      group: 'site',
      file: 'rules/site.yml',
      shipped: false,
      health: 'err',
      lastError: 'many-to-many matching not allowed: matching labels must be unique on one side',
      evaluationMs: null,
    }),
  ];
}
