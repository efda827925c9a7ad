import { describe, expect, it } from 'vitest';
import { routerboardCollector } from '../../../../electron/engine/collectors/routeros/collectors/routerboard/index.ts';
import { run } from './harness.ts';

const board = {
  routerboard: 'true',
  'board-name': 'hEX S',
  model: 'RB760iGS',
  'serial-number': 'D1D00A1B2C3D',
  'firmware-type': 'mt7621L',
  'factory-firmware': '6.44.6',
  'current-firmware': '6.48.6',
  'upgrade-firmware': '6.49.17',
};

const upgrade = async (row: Record<string, string>): Promise<string[]> =>
  (await run(routerboardCollector, { '/system/routerboard': [row] })).lines.slice(1);

describe('routerboard', () => {
  it('tells board and firmware, and that a newer firmware is there', async () => {
    const { lines, facts } = await run(routerboardCollector, { '/system/routerboard': [board] });
    expect(lines).toEqual([
      'mktxp_routerboard_info{routerboard="true",model="RB760iGS",serial_number="D1D00A1B2C3D",firmware_type="mt7621L",factory_firmware="6.44.6",current_firmware="6.48.6",upgrade_firmware="6.49.17"} 1',
      'mktxp_routerboard_firmware_upgrade_available{current_firmware="6.48.6",upgrade_firmware="6.49.17"} 1',
    ]);
    expect(facts).toEqual({ model: 'RB760iGS', serial: 'D1D00A1B2C3D', firmware: '6.48.6' });
  });

  it('the same firmware is none that waits, and a missing one says nothing', async () => {
    const same = { ...board, 'upgrade-firmware': '6.48.6' };
    const { 'upgrade-firmware': _, ...without } = board;
    expect(await upgrade(same)).toEqual([
      'mktxp_routerboard_firmware_upgrade_available{current_firmware="6.48.6",upgrade_firmware="6.48.6"} 0',
    ]);
    expect(await upgrade(without)).toEqual([]);
  });

  it('a CHR is no board', async () => {
    const rows = [{ routerboard: 'false' }];
    expect((await run(routerboardCollector, { '/system/routerboard': rows })).lines).toEqual([]);
    expect((await run(routerboardCollector, { '/system/routerboard': [] })).lines).toEqual([]);
    expect((await run(routerboardCollector, {})).isAbsent).toBe(true);
  });
});
