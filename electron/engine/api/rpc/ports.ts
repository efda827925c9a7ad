// The window's RPC over a MessagePort. A message that is no request is dropped: the engine must not end for what a page sends.
// The adapter for a port swallows the promise of each message, so its rejection would go unhandled; this one returns it.
import { RPCHandler } from '@orpc/server/bun-ws';
import type { MessagePortLike } from '../../engine-types.ts';
import type { Logger } from '../../telemetry/index.ts';
import type { RpcRouter } from './router.ts';

export function createRpcPorts(router: RpcRouter, logger: Logger): { attach(port: MessagePortLike): void } {
  const handler = new RPCHandler(router);
  return {
    attach(port) {
      const peer = {
        send: (message: unknown) => {
          port.postMessage(message);
          return 0;
        },
      };
      let isTold = false;
      const refuse = (): void => {
        if (!isTold) logger.warn({}, 'a message of the window was not understood and is dropped');
        isTold = true;
      };
      port.on('message', (event) => {
        const data = event?.data;
        if (typeof data !== 'string' && !(data instanceof Uint8Array)) {
          refuse();
          return;
        }
        // Without the error: it may quote the message.
        handler.message(peer, data).catch(refuse);
      });
      port.on('close', () => handler.close(peer));
    },
  };
}
