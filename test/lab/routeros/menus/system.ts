// Identity, resources, sensors, board, packages and users.
import { type SimulatedDevice, uptimeText } from '../device.ts';
import type { Properties } from '../wire.ts';
import { id, type Menus, record } from './menu.ts';

function resource(device: SimulatedDevice): Properties {
  const { version, boardName } = device.options;
  return record({
    uptime: uptimeText(device.uptimeSeconds),
    version: `${version} (${device.major >= 7 ? 'stable' : 'long-term'})`,
    'build-time': device.atLeast(7, 10) ? '2024-07-24 10:39:01' : 'Jul/24/2024 10:39:01',
    'factory-software': '6.44.6',
    'free-memory': String(device.freeMemoryBytes),
    'total-memory': '1073741824',
    cpu: device.major >= 7 ? 'ARM64' : 'ARMv7',
    'cpu-count': '4',
    'cpu-frequency': '1400',
    'cpu-load': String(device.cpuLoadPercent),
    'free-hdd-space': '97402880',
    'total-hdd-space': '134217728',
    'write-sect-since-reboot': '5678',
    'write-sect-total': '123456',
    'bad-blocks': '0',
    'architecture-name': device.major >= 7 ? 'arm64' : 'arm',
    'board-name': boardName,
    platform: 'MikroTik',
  });
}

function health(device: SimulatedDevice): Properties[] {
  if (device.options.health === 'none') return [];
  const voltage = device.voltageV.toFixed(1);
  const temperature = String(device.temperatureC);
  const cpuTemperature = String(device.temperatureC + 9);
  const fan = String(3_400 + 50 * (device.temperatureC - 40));
  if (device.major < 7) {
    return [record({ voltage, temperature, 'cpu-temperature': cpuTemperature, 'fan1-speed': fan, 'psu1-state': 'ok' })];
  }
  const sensors: [string, string, string][] = [
    ['cpu-temperature', cpuTemperature, 'C'],
    ['temperature', temperature, 'C'],
    ['voltage', voltage, 'V'],
    ['fan1-speed', fan, 'RPM'],
    ['psu1-state', 'ok', ''],
  ];
  return sensors.map(([name, value, type], i) => record({ '.id': id(13 + i), name, value, type }));
}

const packages = ({ packages: names, options }: SimulatedDevice): Properties[] =>
  names.map((name, i) => record({ '.id': id(i + 1), name, version: options.version, disabled: 'false' }));

const routerboard = ({ options }: SimulatedDevice): Properties =>
  record({
    routerboard: 'true',
    'board-name': options.boardName,
    model: options.boardName,
    'serial-number': options.serial,
    'firmware-type': 'ipq8060',
    'factory-firmware': '6.44.6',
    'current-firmware': options.version,
    'upgrade-firmware': options.version,
  });

export const systemMenus: Menus = {
  '/system/identity': (device) => [record({ name: device.identity })],
  '/system/resource': (device) => [resource(device)],
  '/system/health': health,
  '/system/routerboard': (device) => [routerboard(device)],
  '/system/package': packages,
  '/system/package/update': ({ options }) => [
    record({ channel: 'stable', 'installed-version': options.version, 'latest-version': '7.18.2' }),
  ],
  '/user/active': ({ options }) => [
    record({
      '.id': '*1',
      name: options.username,
      address: '127.0.0.1',
      via: 'api',
      group: options.group,
      when: '2026-11-20 08:00:00',
    }),
  ],
  '/user/group': ({ options }) => [
    record({ '.id': '*1', name: options.group, policy: options.policies.join(','), skin: 'default' }),
  ],
};
