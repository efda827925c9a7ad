// Kid control's devices: those that somebody was given, and those that were merely seen.
import { parseBitRate, parseDurationSeconds, parseNumber } from '../../values.ts';
import { type Collector, noSuchCommand } from '../collector.ts';
import { clientNames } from '../dhcp/index.ts';
import { info, measure, type Measured } from '../rows.ts';

const measured: readonly Measured[] = [
  ['mktxp_kid_control_device_bytes_down_total', 'bytes-down', parseNumber],
  ['mktxp_kid_control_device_bytes_up_total', 'bytes-up', parseNumber],
  ['mktxp_kid_control_device_rate_up', 'rate-up', parseBitRate],
  ['mktxp_kid_control_device_rate_down', 'rate-down', parseBitRate],
  ['mktxp_kid_control_device_idle_time', 'idle-time', parseDurationSeconds],
];

const PROPLIST = ['name', 'mac-address', 'user', 'ip-address', 'disabled', ...measured.map(([, property]) => property)];

/** Every phone that passes by is seen: more than these have no series. */
const MAX_DEVICES = 500;

const kidControl = (kind: 'assigned' | 'dynamic', reads: string): Collector => ({
  name: `kid_control_${kind}`,
  mktxpName: 'KidDeviceCollector',
  reads,
  enabled: 'off',
  async collect(session) {
    const all = await session
      .print('/ip/kid-control/device', { proplist: PROPLIST, isShared: true })
      .catch(noSuchCommand);
    const isAssigned = kind === 'assigned';
    const rows = all.filter((row) => ((row.get('user') ?? '') !== '') === isAssigned).slice(0, MAX_DEVICES);
    const nameOf = await clientNames(session, rows);
    return rows.flatMap((row) => {
      const mac = row.get('mac-address') ?? '';
      const labels = {
        name: row.get('name') ?? '',
        dhcp_name: nameOf(mac).dhcp_name,
        mac_address: mac,
        user: row.get('user') ?? '',
      };
      const ip = row.get('ip-address') ?? '';
      return [
        info('mktxp_kid_control_device_info', { ...labels, ip_address: ip, disabled: row.get('disabled') ?? '' }),
        ...measure(row, labels, measured),
      ];
    });
  },
});

export const kidControlAssignedCollector = kidControl('assigned', "kid control's devices that belong to somebody");
export const kidControlDynamicCollector = kidControl('dynamic', "kid control's devices that belong to nobody");
