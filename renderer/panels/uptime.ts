// For how long a device runs, by the metric that its kind reports.
import type { DeviceKind } from '../../shared/contract/index.ts';
import { select } from './selector.ts';

/** A query of seconds since the start; null where the kind reports none. */
export function uptimeQuery(kind: DeviceKind, selector: string): string | null {
  if (selector === '') return null;
  switch (kind) {
    case 'host':
      return `time() - ${select('node_boot_time_seconds', selector)}`;
    case 'router':
      return select('mktxp_system_uptime', selector);
    case 'target':
      return `time() - ${select('process_start_time_seconds', selector)}`;
    case 'edge':
      return select('edge_uptime_seconds', selector);
    case 'client':
      return select('tobogganing_client_connection_uptime_seconds', selector);
    case 'headend':
    case 'sender':
    case 'docker':
    case 'exporter':
      return null;
  }
}
