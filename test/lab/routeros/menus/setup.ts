// What says how a router is set up: its addresses, traffic flow, logging; as a new one has them.
import { type Menus, record } from './menu.ts';

export const setupMenus: Menus = {
  '/ip/address': () => [record({ '.id': '*1', address: '192.168.88.1/24', interface: 'bridge', disabled: 'false' })],
  '/ip/traffic-flow': ({ major }) => [
    record({
      enabled: 'false',
      interfaces: 'all',
      'cache-entries': major >= 7 ? '256k' : '4k',
      'active-flow-timeout': '30m',
      'inactive-flow-timeout': '15s',
      'packet-sampling': major >= 7 ? 'false' : undefined,
    }),
  ],
  '/ip/traffic-flow/target': () => [],
  '/system/logging/action': () => [
    record({ '.id': '*0', name: 'memory', target: 'memory', 'memory-lines': '1000' }),
    record({ '.id': '*3', name: 'remote', target: 'remote', remote: '0.0.0.0', 'remote-port': '514' }),
  ],
  '/system/logging': () =>
    ['info', 'error', 'warning'].map((topics, i) =>
      record({ '.id': `*${i}`, topics, action: 'memory', prefix: '', disabled: 'false' }),
    ),
};
