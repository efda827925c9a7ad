// Voltages, temperatures, fans and power supplies: one row of columns on v6, one row a sensor on v7.
import type { Row } from '../../client/index.ts';
import type { Sample } from '../../samples.ts';
import { parseNumber } from '../../values.ts';
import { type Collector, noSuchCommand } from '../collector.ts';

const gauges: readonly (readonly [property: string, metric: string])[] = [
  ['voltage', 'mktxp_system_routerboard_voltage'],
  ['temperature', 'mktxp_system_routerboard_temperature'],
  ['phy-temperature', 'mktxp_system_phy_temperature'],
  ['cpu-temperature', 'mktxp_system_cpu_temperature'],
  ['switch-temperature', 'mktxp_system_switch_temperature'],
  ['fan1-speed', 'mktxp_system_fan_one_speed'],
  ['fan2-speed', 'mktxp_system_fan_two_speed'],
  ['fan3-speed', 'mktxp_system_fan_three_speed'],
  ['fan4-speed', 'mktxp_system_fan_four_speed'],
  ['power-consumption', 'mktxp_system_power_consumption'],
  ['board-temperature1', 'mktxp_system_board_temperature1'],
  ['board-temperature2', 'mktxp_system_board_temperature2'],
  ['psu1-voltage', 'mktxp_system_psu1_voltage'],
  ['psu2-voltage', 'mktxp_system_psu2_voltage'],
  ['psu1-current', 'mktxp_system_psu1_current'],
  ['psu2-current', 'mktxp_system_psu2_current'],
  ['psu1-state', 'mktxp_system_psu1_state'],
  ['psu2-state', 'mktxp_system_psu2_state'],
  ['poe-out-consumption', 'mktxp_system_poe_out_consumption'],
  ['jack-voltage', 'mktxp_system_jack_voltage'],
  ['2pin-voltage', 'mktxp_system_2pin_voltage'],
  ['poe-in-voltage', 'mktxp_system_poe_in_voltage'],
];

/** Sensor texts by property, from either shape. */
function sensors(rows: readonly Row[]): Map<string, string> {
  const values = new Map<string, string>();
  for (const row of rows) {
    const name = row.get('name');
    const value = row.get('value');
    if (name !== undefined && value !== undefined) values.set(name, value);
    else for (const [property, text] of row) values.set(property, text);
  }
  return values;
}

/** "ok" is 1; every other state ("fail", "no-ac", ...) is 0. */
const stateValue = (text: string): number => (text === 'ok' ? 1 : 0);

export const healthCollector: Collector = {
  name: 'health',
  mktxpName: 'HealthCollector',
  reads: 'its sensors: temperatures, voltages, fans, power supplies',
  enabled: 'on',
  async collect(session) {
    // Boards without sensors do not have the menu on some versions.
    const values = sensors(await session.print('/system/health').catch(noSuchCommand));
    return gauges.flatMap(([property, name]): Sample[] => {
      const text = values.get(property);
      if (text === undefined) return [];
      const value = property.endsWith('-state') ? stateValue(text) : parseNumber(text);
      return value === undefined ? [] : [{ name, labels: {}, value }];
    });
  },
};
