import { describe, expect, test } from 'vitest';
import type { Graph } from '../../../shared/contract/index.ts';
import { drawnData } from '../../../renderer/panels/drawn.ts';
import { hostCpu } from '../../../renderer/panels/host.ts';
import { interfaceMatcher, interfaceQueries, interfaceRows } from '../../../renderer/panels/interfaces.ts';
import { routerTemperature, routerTraffic } from '../../../renderer/panels/router.ts';
import type { Panel } from '../../../renderer/panels/types.ts';
import { uptimeQuery } from '../../../renderer/panels/uptime.ts';

const RATE = { stepMs: 60_000, intervalMs: 15_000 };
const exprs = (panel: Panel) => panel.queries(RATE).map((query) => query.expr);

describe('the queries of a panel', () => {
  test('CPU by mode: busy time over the number of CPUs', () => {
    expect(exprs(hostCpu('instance="h"'))).toEqual([
      '100 * sum by (mode) (rate(node_cpu_seconds_total{instance="h",mode!="idle"}[1m])) / scalar(count(node_cpu_seconds_total{instance="h",mode="idle"}))',
    ]);
  });

  test('traffic of a router: bytes in and out as bits', () => {
    expect(exprs(routerTraffic('routerboard_name="core"'))).toEqual([
      '8 * rate(mktxp_interface_rx_byte_total{routerboard_name="core"}[1m])',
      '8 * rate(mktxp_interface_tx_byte_total{routerboard_name="core"}[1m])',
    ]);
  });

  test('all thermometers in one request, told apart by the metric', () => {
    const [query] = routerTemperature('routerboard_name="core"').queries(RATE);
    expect(query?.expr).toMatch(
      /^\{__name__=~"mktxp_system_routerboard_temperature\|[a-z0-9_|]+",routerboard_name="core"\}$/,
    );
    expect(query?.legend({ __name__: 'mktxp_system_cpu_temperature' })).toBe('CPU');
  });

  test('uptime is asked for by what the kind reports', () => {
    expect(uptimeQuery('router', 'a="b"')).toBe('mktxp_system_uptime{a="b"}');
    expect(uptimeQuery('host', 'a="b"')).toBe('time() - node_boot_time_seconds{a="b"}');
    expect(uptimeQuery('exporter', 'a="b"')).toBeNull();
    expect(uptimeQuery('router', '')).toBeNull();
  });
});

const graph = (...series: [Record<string, string>, (number | null)[]][]): Graph => ({
  startMs: 0,
  stepMs: 1_000,
  steps: series[0]?.[1].length ?? 0,
  series: series.map(([labels, values]) => ({ labels, values })),
  warnings: [],
  infos: [],
});

const traffic = (limit: number): Panel => ({ ...routerTraffic(''), limit });

const drawn = (...series: Parameters<typeof graph>) => {
  const panel = traffic(8);
  return drawnData(panel, panel.queries(RATE), [graph(...series)]).series.map(({ name, values }) => [name, values]);
};

describe('what is drawn of the answers', () => {
  test('a router that goes on under another name is one line; where both have a value the later counts', () => {
    expect(
      drawn(
        [{ name: 'ether1', routerboard_name: 'new' }, [null, null, null, 4, 5, null, 7]],
        [{ name: 'ether1', routerboard_name: 'old' }, [1, 2, 3, 3, null, null, null]],
      ),
    ).toEqual([['ether1', [1, 2, 3, 4, 5, null, 7]]]);
  });

  test('three in a row are one line, whatever order they come in', () => {
    expect(
      drawn(
        [{ name: 'a', n: '2' }, [null, null, 3, 4, null, null]],
        [{ name: 'a', n: '1' }, [1, 2, null, null, null, null]],
        [{ name: 'a', n: '3' }, [null, null, null, null, 5, 6]],
      ),
    ).toEqual([['a', [1, 2, 3, 4, 5, 6]]]);
  });

  test('two of one name at the same time stay two lines', () => {
    expect(drawn([{ name: 'a', n: '1' }, [1, 2, 3, null]], [{ name: 'a', n: '2' }, [null, 7, 8, 9]])).toEqual([
      ['a', [1, 2, 3, null]],
      ['a (2)', [null, 7, 8, 9]],
    ]);
    expect(drawn([{ name: 'a', n: '1' }, [1, 2]], [{ name: 'a', n: '2' }, [7, 8]])).toHaveLength(2);
  });

  test('the largest names only, in and out of a name together', () => {
    const panel = traffic(1);
    const data = drawnData(panel, panel.queries(RATE), [
      graph([{ name: 'small' }, [5, 5]], [{ name: 'large' }, [4, 4]]),
      graph([{ name: 'small' }, [1, 1]], [{ name: 'large' }, [9, 9]]),
    ]);
    expect(data.series.map(({ id, direction }) => [id, direction])).toEqual([
      ['in:large', 'in'],
      ['out:large', 'out'],
    ]);
  });

  test('an order that the panel gives holds, and what it does not name follows', () => {
    const panel = hostCpu('');
    const data = drawnData(panel, panel.queries(RATE), [
      graph([{ mode: 'guest' }, [1]], [{ mode: 'iowait' }, [1]], [{ mode: 'system' }, [1]], [{ mode: 'user' }, [1]]),
    ]);
    expect(data.series.map(({ name }) => name)).toEqual(['user', 'system', 'I/O wait', 'guest']);
  });

  test('ports that carry nothing either way come last and grey', () => {
    const panel = traffic(8);
    const data = drawnData(panel, panel.queries(RATE), [
      graph([{ name: 'down' }, [0, 0]], [{ name: 'ether1' }, [5, 5]], [{ name: 'sends only' }, [0, 0]]),
      graph([{ name: 'down' }, [0, null]], [{ name: 'ether1' }, [1, 1]], [{ name: 'sends only' }, [0, 2]]),
    ]);
    expect(data.series.map(({ id, other }) => [id, other])).toEqual([
      ['in:ether1', false],
      ['in:sends only', false],
      ['out:ether1', false],
      ['out:sends only', false],
      ['in:down', true],
      ['out:down', true],
    ]);
  });

  test('two series of one name are told apart', () => {
    const panel = traffic(8);
    const data = drawnData(panel, panel.queries(RATE), [
      graph([{ name: 'a', x: '1' }, [1]], [{ name: 'a', x: '2' }, [1]]),
      graph(),
    ]);
    expect(data.series.map(({ name }) => name)).toEqual(['a', 'a (2)']);
  });
});

const vector = (...samples: [Record<string, string>, number][]) => ({
  samples: samples.map(([labels, value]) => ({ labels, value, timeMs: 0 })),
  warnings: [],
  infos: [],
});

describe('the interfaces of a device', () => {
  test('are named by the label that its kind uses', () => {
    expect(interfaceMatcher('host', 'eth0')).toBe('device="eth0"');
    expect(interfaceMatcher('router', 'a "b"')).toBe('name="a \\"b\\""');
  });

  test('errors are errors and drops of both ways within the hour', () => {
    expect(interfaceQueries('router', 'r="1"', RATE).errors).toBe(
      'increase(mktxp_interface_rx_error_total{r="1"}[1h]) + increase(mktxp_interface_tx_error_total{r="1"}[1h]) + ' +
        'increase(mktxp_interface_rx_drop_total{r="1"}[1h]) + increase(mktxp_interface_tx_drop_total{r="1"}[1h])',
    );
  });

  test('a row is put together from the answers, and what was not answered stays open', () => {
    const rows = interfaceRows(
      'router',
      {
        in: vector([{ name: 'ether1' }, 1_500]),
        up: vector([{ name: 'ether1' }, 1], [{ name: 'ether2' }, 0], [{ name: 'ether3' }, 0]),
        disabled: vector([{ name: 'ether3' }, 1]),
        errors: vector([{ name: 'ether1' }, 2.6]),
        comment: vector([{ name: 'ether1', comment: 'uplink' }, 1]),
        speed: vector([{ name: 'ether1' }, 1000], [{ name: 'ether2' }, 0]),
      },
      { in: graph([{ name: 'ether1' }, [1, 2]]), out: graph([{ name: 'ether1' }, [3, null]]) },
    );
    expect(rows).toEqual([
      {
        name: 'ether1',
        comment: 'uplink',
        type: '',
        state: 'up',
        inBps: 1_500,
        outBps: null,
        errors: 3,
        speedMbps: 1000,
        mtu: null,
        spark: [1, 2],
        outSpark: [3, null],
      },
      expect.objectContaining({ name: 'ether2', state: 'down', speedMbps: null, errors: null }),
      expect.objectContaining({ name: 'ether3', state: 'disabled' }),
    ]);
  });
});
