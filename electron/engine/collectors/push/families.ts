// The series of the push API: the names, types, labels and words of Tobogganing's manager.

export type SenderKind = 'client' | 'headend';

export type Field = {
  /** In the body's `metrics`. */
  readonly key: string;
  readonly metric: string;
  readonly help: string;
  /** Only grows while its sender runs. */
  readonly isTotal: boolean;
};

const client = (key: string, help: string, isTotal: boolean, metric = key): Field => ({
  key,
  metric: `tobogganing_client_${metric}`,
  help,
  isTotal,
});

const headend = (key: string, help: string, metric = key): Field => ({
  key,
  metric: `tobogganing_headend_${metric}`,
  help,
  isTotal: false,
});

export const UPTIME_KEY = 'connection_uptime';
export const CPU_KEY = 'cpu_usage';

export const FIELDS: Readonly<Record<SenderKind, readonly Field[]>> = {
  client: [
    client('bytes_sent', 'Bytes sent by client', true),
    client('bytes_received', 'Bytes received by client', true),
    client('packets_sent', 'Packets sent by client', true),
    client('packets_received', 'Packets received by client', true),
    client(UPTIME_KEY, 'Connection uptime', false, 'connection_uptime_seconds'),
  ],
  headend: [
    headend('active_connections', 'Active connections'),
    headend('bandwidth_in', 'Incoming bandwidth', 'bandwidth_in_bytes'),
    headend('bandwidth_out', 'Outgoing bandwidth', 'bandwidth_out_bytes'),
    headend(CPU_KEY, 'CPU usage percentage', 'cpu_usage_percent'),
    headend('memory_usage', 'Memory usage', 'memory_usage_bytes'),
  ],
};

/** Unix seconds of the last time that a sender reported. */
export const CHECK_IN: Readonly<Record<SenderKind, { readonly metric: string; readonly help: string }>> = {
  client: { metric: 'tobogganing_client_last_check_in_timestamp', help: 'Last check-in time' },
  headend: { metric: 'tobogganing_headend_last_check_in_timestamp', help: 'Last check-in time' },
};

export type ManagerCounts = {
  readonly sites: number;
  readonly clients: number;
  readonly httpRequests: number;
  readonly authAttempts: number;
};

type ManagerFamily = {
  readonly metric: string;
  readonly type: 'gauge' | 'counter';
  readonly help: string;
  readonly value: (counts: ManagerCounts) => number;
};

export const MANAGER: readonly ManagerFamily[] = [
  {
    metric: 'tobogganing_manager_clusters_total',
    type: 'gauge',
    help: 'Total registered clusters: the sites that are told apart by the label site, and the places of headends',
    value: ({ sites }) => sites,
  },
  {
    metric: 'tobogganing_manager_clients_total',
    type: 'gauge',
    help: 'Total registered clients',
    value: ({ clients }) => clients,
  },
  {
    metric: 'tobogganing_manager_http_requests_total',
    type: 'counter',
    help: 'HTTP requests processed',
    value: ({ httpRequests }) => httpRequests,
  },
  {
    metric: 'tobogganing_manager_auth_attempts_total',
    type: 'counter',
    help: 'Authentication attempts',
    value: ({ authAttempts }) => authAttempts,
  },
  {
    metric: 'tobogganing_manager_certificates_issued_total',
    type: 'counter',
    help: 'Certificates issued: always 0, because Linewarden monitors and is no certificate authority',
    value: () => 0,
  },
];
