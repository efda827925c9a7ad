import { describe, expect, it } from 'vitest';
import { resourceCollector } from '../../../../electron/engine/collectors/routeros/collectors/resource/index.ts';
import { run } from './harness.ts';

const v7Resource = {
  uptime: '1w2d3h4m5s',
  version: '7.15.3 (stable)',
  'free-memory': '641728512',
  'total-memory': '1073741824',
  cpu: 'ARM64',
  'cpu-count': '4',
  'cpu-frequency': '1400',
  'cpu-load': '7',
  'free-hdd-space': '97402880',
  'total-hdd-space': '134217728',
  'architecture-name': 'arm64',
  'board-name': 'RB5009UG+S+',
  platform: 'MikroTik',
};

describe('resource', () => {
  it('gives the eight gauges of MKTXP with its four labels, uptime in seconds', async () => {
    const { lines, facts } = await run(resourceCollector, { '/system/resource': [v7Resource] });
    const labels = '{version="7.15.3 (stable)",board_name="RB5009UG+S+",cpu="ARM64",architecture_name="arm64"}';
    expect(lines).toEqual([
      `mktxp_system_uptime${labels} 788645`,
      `mktxp_system_free_memory${labels} 641728512`,
      `mktxp_system_total_memory${labels} 1073741824`,
      `mktxp_system_free_hdd_space${labels} 97402880`,
      `mktxp_system_total_hdd_space${labels} 134217728`,
      `mktxp_system_cpu_load${labels} 7`,
      `mktxp_system_cpu_count${labels} 4`,
      `mktxp_system_cpu_frequency${labels} 1400`,
    ]);
    expect(facts).toEqual({
      version: '7.15.3 (stable)',
      boardName: 'RB5009UG+S+',
      architecture: 'arm64',
      uptimeSeconds: 788_645,
    });
  });

  it('a missing property yields no sample instead of a zero', async () => {
    const { lines } = await run(resourceCollector, { '/system/resource': [{ 'cpu-load': '3', uptime: 'never' }] });
    expect(lines).toEqual(['mktxp_system_cpu_load{version="",board_name="",cpu="",architecture_name=""} 3']);
  });
});
