import { call } from '@orpc/server';
import { describe, expect, it } from 'vitest';
import { createRpcRouter } from '../../../electron/engine/api/rpc/index.ts';
import type { RpcServices } from '../../../electron/engine/api/rpc/index.ts';
import { toGraph } from '../../../electron/engine/api/rpc/graph.ts';
import { QueryError } from '../../../electron/engine/promql/index.ts';
import { silentLogger } from '../../../electron/engine/telemetry/index.ts';
import { LinewardenError } from '../../../shared/model/errors.ts';
import { Labels } from '../../../shared/model/labels.ts';

/** A router whose devices.list fails with this, and what it logged. */
function failingWith(error: Error) {
  const logged: [object, string][] = [];
  const services = {
    devices: {
      list: () => {
        throw error;
      },
    },
    logger: { ...silentLogger, error: (fields: object, message: string) => logged.push([fields, message]) },
  };
  return { router: createRpcRouter(services as unknown as RpcServices), logged };
}

describe('a call that fails', () => {
  it('as expected: tells the page the sentence, the code and what to do', async () => {
    const error = new LinewardenError('LW_DEVICE_GONE', 'The device was removed.', { hint: 'Add it again.' });
    const { router, logged } = failingWith(error);
    await expect(call(router.devices.list, undefined)).rejects.toMatchObject({
      code: 'BAD_REQUEST',
      message: 'The device was removed.',
      data: { code: 'LW_DEVICE_GONE', hint: 'Add it again.' },
    });
    expect(logged).toEqual([]);
  });

  it('as a query: tells its type', async () => {
    const { router } = failingWith(new QueryError('timeout', 'query timed out'));
    await expect(call(router.devices.list, undefined)).rejects.toMatchObject({
      code: 'QUERY_FAILED',
      status: 422,
      data: { type: 'timeout' },
    });
  });

  it('unexpectedly: is logged with its stack and the name of the call', async () => {
    const error = new TypeError('x is not a function');
    const { router, logged } = failingWith(error);
    await expect(call(router.devices.list, undefined, { path: ['devices', 'list'] })).rejects.toBe(error);
    expect(logged).toEqual([[{ err: error, call: 'devices.list' }, 'a call of a page failed unexpectedly']]);
  });
});

const outcome = (series: number) => ({
  value: {
    type: 'matrix' as const,
    series: Array.from({ length: series }, (_, n) => ({
      labels: Labels.of('x', { n: String(n) }),
      timestamps: Float64Array.of(1_000),
      values: Float64Array.of(n),
    })),
  },
  warnings: [],
  infos: [],
  samplesRead: series,
});

describe('a graph', () => {
  it('has a place for each step, and null where there is no sample', () => {
    expect(toGraph(outcome(1), 0, 2_500, 1_000)).toMatchObject({ steps: 3, series: [{ values: [null, 0, null] }] });
  });

  it('of more series and steps than memory is there for is refused', () => {
    expect(() => toGraph(outcome(400), 0, 11_000_000, 1_000)).toThrow(
      '400 series are too many for a graph of 11001 points',
    );
  });
});
