// Upgrades to the RPC socket. What speaks it is loaded with the first one: an engine that nobody looks at does without.
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { RpcRouter } from '../rpc/index.ts';
import type { Refusal } from './access.ts';
import type { RpcSockets } from './rpc-socket.ts';

export type UpgradeOptions = {
  readonly router: RpcRouter;
  readonly refusal: (headers: IncomingMessage['headers']) => Refusal | undefined;
  readonly tokenIsRight: (token: string) => boolean;
  readonly maxPayloadBytes: number;
};

/** Takes WebSockets at /rpc; the returned function closes them all and takes no more. */
export function acceptUpgrades(server: Pick<Server, 'on'>, options: UpgradeOptions): () => void {
  const { router, tokenIsRight, maxPayloadBytes } = options;
  let loading: Promise<RpcSockets> | undefined;
  let closed = false;
  const load = async (): Promise<RpcSockets> => {
    const { createRpcSockets } = await import('./rpc-socket.ts');
    return createRpcSockets(router, tokenIsRight, maxPayloadBytes);
  };
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    const refusal =
      options.refusal(request.headers) ??
      (/^\/rpc(?:\?|$)/.test(request.url ?? '') ? undefined : { status: 404, error: 'The RPC socket is at /rpc.' });
    if (refusal !== undefined) {
      refuse(socket, refusal);
      return;
    }
    loading ??= load();
    loading.then(
      (sockets) => (closed ? socket.destroy() : sockets.upgrade(request, socket, head)),
      () => socket.destroy(),
    );
  });
  return () => {
    closed = true;
    void loading?.then((sockets) => sockets.closeAll());
  };
}

function refuse(socket: Duplex, { status, error }: Refusal): void {
  const body = JSON.stringify({ error });
  const head = [
    // The reason phrase may be empty (RFC 9112, section 4).
    `HTTP/1.1 ${status} `,
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}
