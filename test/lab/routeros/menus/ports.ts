// Ethernet links, SFP modules, PoE, switch chip and bridge VLANs.
import type { SimulatedDevice, SimulatedInterface } from '../device.ts';
import { noise } from '../traffic.ts';
import type { Properties } from '../wire.ts';
import { argument, bool, type Commands, id, type Menus, record } from './menu.ts';

const ethernet = ({ interfaces }: SimulatedDevice): SimulatedInterface[] =>
  interfaces.filter(({ spec }) => (spec.type ?? 'ether') === 'ether');

/** Boards whose last Ethernet ports give power. */
const hasPoe = ({ options }: SimulatedDevice): boolean => /RB5009|hEX|RB4011/.test(options.boardName);
const poePorts = (device: SimulatedDevice): SimulatedInterface[] =>
  hasPoe(device) ? ethernet(device).filter(({ index }) => index > 1) : [];

const isSfp = ({ spec }: SimulatedInterface): boolean => typeof spec.name === 'string' && spec.name.startsWith('sfp');

/** `numbers`: ids or names, one or a list. */
function chosen(ports: readonly SimulatedInterface[], words: readonly string[]): SimulatedInterface[] {
  const numbers = argument(words, 'numbers').split(',');
  return ports.filter(({ spec, index }) => numbers.includes(id(index)) || numbers.includes(String(spec.name)));
}

function link(port: SimulatedInterface, { nowMs, options }: SimulatedDevice): Properties {
  const light = (base: number, step: number): string =>
    `${(base + 0.3 * noise(options.seed + port.index + step, nowMs, 20_000)).toFixed(3)}dBm`;
  return record({
    name: port.spec.name,
    status: port.running ? 'link-ok' : 'no-link',
    'auto-negotiation': 'done',
    ...(port.running && { rate: isSfp(port) ? '10Gbps' : '1Gbps', 'full-duplex': 'true' }),
    ...(isSfp(port) && {
      'sfp-module-present': 'true',
      'sfp-rx-loss': 'false',
      'sfp-tx-fault': 'false',
      'sfp-type': 'SFP+',
      'sfp-connector-type': 'LC',
      'sfp-vendor-name': 'Example Optics',
      'sfp-vendor-part-number': 'XO-31-10G',
      'sfp-vendor-serial': `XO${options.seed}${port.index}`,
      'sfp-wavelength': '1310nm',
      'sfp-temperature': '38C',
      'sfp-supply-voltage': '3.301V',
      'sfp-tx-bias-current': '22mA',
      'sfp-tx-power': light(-2.4, 1),
      'sfp-rx-power': light(-6.1, 2),
    }),
  });
}

function power(port: SimulatedInterface, { nowMs, options, voltageV }: SimulatedDevice): Properties {
  const isOn = port.running;
  const current = Math.round(180 + 25 * noise(options.seed + port.index, nowMs, 20_000));
  return record({
    name: port.spec.name,
    'poe-out': 'auto-on',
    'poe-out-status': isOn ? 'powered-on' : 'waiting-for-load',
    ...(isOn && {
      'poe-out-voltage': `${voltageV.toFixed(1)}V`,
      'poe-out-current': `${current}mA`,
      'poe-out-power': `${((voltageV * current) / 1_000).toFixed(1)}W`,
    }),
  });
}

export const portMenus: Menus = {
  '/interface/ethernet': (device) =>
    ethernet(device).map((port) =>
      record({
        '.id': id(port.index),
        name: port.spec.name,
        'default-name': port.spec.defaultName ?? `ether${port.index}`,
        running: bool(port.running),
        disabled: bool(port.disabled),
        comment: port.spec.comment,
      }),
    ),
  '/interface/ethernet/poe': (device) =>
    poePorts(device).map((port) =>
      record({ '.id': id(port.index), name: port.spec.name, 'poe-out': 'auto-on', 'poe-priority': '10' }),
    ),
  '/interface/ethernet/switch/port': (device) => {
    if (device.options.boardName === 'CHR') return undefined;
    return ethernet(device).map((port) => {
      const { rxBytes, txBytes } = port.counters(device.nowMs);
      return record({
        '.id': id(port.index),
        name: port.spec.name,
        switch: 'switch1',
        'rx-bytes': String(rxBytes),
        'tx-bytes': String(txBytes),
        'rx-fcs-error': '0',
        'tx-drop': '0',
      });
    });
  },
  '/interface/bridge/vlan': (device) =>
    device.interfaces.flatMap(({ spec, index }) =>
      spec.type === 'vlan'
        ? [
            record({
              '.id': id(index),
              bridge: spec.parent,
              'vlan-ids': String(spec.vlanId),
              'current-tagged': spec.parent,
            }),
          ]
        : [],
    ),
};

export const portCommands: Commands = {
  '/interface/ethernet/monitor': (device, words) => chosen(ethernet(device), words).map((port) => link(port, device)),
  '/interface/ethernet/poe/monitor': (device, words) =>
    chosen(poePorts(device), words).map((port) => power(port, device)),
};
