import { MessageChannel } from 'node:worker_threads';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import { os } from '@orpc/server';
import { afterEach, expect, test, vi } from 'vitest';
import { createRpcPorts } from '../../../electron/engine/api/rpc/index.ts';
import type { RpcRouter } from '../../../electron/engine/api/rpc/index.ts';
import type { MessagePortLike } from '../../../electron/engine/engine-types.ts';
import { createLogger } from '../../../electron/engine/telemetry/index.ts';

const unhandled = vi.fn<(reason: unknown) => void>();
process.on('unhandledRejection', unhandled);
afterEach(() => {
  process.off('unhandledRejection', unhandled);
});

const router = { hello: os.handler(() => 'world'), boom: os.handler(() => Promise.reject(new Error('no'))) };

test('a port answers requests, and drops whatever is no request without ending the engine', async () => {
  const { port1, port2 } = new MessageChannel();
  const logger = createLogger('silent');
  const warn = vi.spyOn(logger, 'warn');
  const like: MessagePortLike = {
    postMessage: (data) => port1.postMessage(data),
    on: (event, listener) => {
      if (event === 'message') port1.on('message', (data: unknown) => listener({ data }));
      else port1.on('close', () => listener());
    },
  };
  createRpcPorts(router as unknown as RpcRouter, logger).attach(like);
  const client: { hello(): Promise<string>; boom(): Promise<string> } = createORPCClient(new RPCLink({ port: port2 }));
  expect(await client.hello()).toBe('world');
  const hostile: unknown[] = [
    'not json',
    'null',
    '[]',
    '{}',
    '{"i":"1"}',
    '{"i":"1","p":null}',
    '{"i":"1","p":{"u":5}}',
    '{"i":{"a":1},"p":{"u":"http://x/hello"}}',
    '{"i":"2","p":{"u":"not a url"}}',
    '{"i":"3","p":{"u":"http://x/hello","h":7,"b":{"json":1}}}',
    '{"i":"4","t":3,"p":null}',
    '{"i":"5","t":4}',
    new Uint8Array([0xff, 0, 1]),
    undefined,
    null,
    42,
    { i: '1', p: {} },
    [1, 2, 3],
    new Map([[1, 2]]),
  ];
  for (const message of hostile) port2.postMessage(message);
  await expect(client.boom()).rejects.toThrow(/internal/i);
  expect(await client.hello()).toBe('world');
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(unhandled).not.toHaveBeenCalled();
  expect(warn).toHaveBeenCalledTimes(1);
  port2.close();
});
