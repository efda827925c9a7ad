import { describe, expect, it } from 'vitest';
import { netwatchCollector } from '../../../../electron/engine/collectors/routeros/collectors/netwatch/index.ts';
import { run } from './harness.ts';

const lines = async (row: Record<string, string>): Promise<string[]> =>
  (await run(netwatchCollector, { '/tool/netwatch': [row] })).lines;
const icmp = {
  host: '192.0.2.1',
  type: 'icmp',
  status: 'up',
  since: '2026-11-20 12:00:00',
  timeout: '1s',
  interval: '10s',
  disabled: 'false',
  'done-tests': '120',
  'failed-tests': '2',
  'loss-count': '0',
  'loss-percent': '0%',
  'rtt-avg': '1ms350us',
  'rtt-min': '980us',
  'rtt-max': '2s5ms',
  'rtt-jitter': '400us',
  'rtt-stdev': '120us',
  'http-status-code': '200',
};

describe('netwatch', () => {
  it('v6: a host that answers or does not', async () => {
    const row = { host: '10.0.0.9', timeout: '1s', interval: '1m', since: 'nov/20/2026 12:00:00', status: 'down' };
    expect(await lines({ ...row, comment: 'printer' })).toEqual([
      'mktxp_netwatch_info{host="10.0.0.9",timeout="1s",interval="1m",since="nov/20/2026 12:00:00",status="0",comment="printer",name="printer"} 1',
      'mktxp_netwatch_status{name="printer",type=""} 0',
    ]);
  });

  it('v7: pings, in milliseconds, also those of more than a second', async () => {
    const labels = '{name="192.0.2.1",type="icmp"}';
    expect(await lines(icmp)).toEqual([
      'mktxp_netwatch_info{host="192.0.2.1",timeout="1s",interval="10s",since="2026-11-20 12:00:00",status="1",comment="",name="192.0.2.1"} 1',
      `mktxp_netwatch_status${labels} 1`,
      `mktxp_netwatch_done_tests${labels} 120`,
      `mktxp_netwatch_failed_tests${labels} 2`,
      `mktxp_netwatch_icmp_loss_count${labels} 0`,
      `mktxp_netwatch_icmp_loss_percent${labels} 0`,
      `mktxp_netwatch_icmp_rtt_avg_ms${labels} 1.35`,
      `mktxp_netwatch_icmp_rtt_min_ms${labels} 0.98`,
      `mktxp_netwatch_icmp_rtt_max_ms${labels} 2005`,
      `mktxp_netwatch_icmp_rtt_jitter_ms${labels} 0.4`,
      `mktxp_netwatch_icmp_rtt_stdev_ms${labels} 0.12`,
    ]);
  });

  it('v7: connects and pages', async () => {
    const tcp = { host: '192.0.2.2', type: 'tcp-conn', status: 'up', 'tcp-connect-time': '12ms' };
    expect((await lines(tcp)).slice(2)).toEqual([
      'mktxp_netwatch_tcp_connect_time_ms{name="192.0.2.2",type="tcp-conn"} 12',
    ]);
    const page = { ...tcp, type: 'https-get', 'http-status-code': '503', 'http-resp-time': '40ms' };
    expect((await lines(page)).slice(2)).toEqual([
      'mktxp_netwatch_http_status_code{name="192.0.2.2",type="https-get"} 503',
      'mktxp_netwatch_http_resp_time{name="192.0.2.2",type="https-get"} 40',
      'mktxp_netwatch_tcp_connect_time_ms{name="192.0.2.2",type="https-get"} 12',
    ]);
  });

  it('what was not tried yet has no status; what is switched off is nothing', async () => {
    expect(await lines({ host: '192.0.2.3', type: 'simple', status: 'unknown' })).toHaveLength(1);
    expect(await lines({ ...icmp, disabled: 'true' })).toEqual([]);
    expect((await run(netwatchCollector, { '/tool/netwatch': [] })).lines).toEqual([]);
    expect((await run(netwatchCollector, {})).isAbsent).toBe(true);
  });
});
