// The window's own RPC client, from a test: signs in by the first message, then speaks the contract.
import { once } from 'node:events';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import { WebSocket } from 'ws';
import type { EngineClient } from '../../shared/contract/index.ts';
import type { Served } from './serve.ts';

export type RpcConnection = { readonly client: EngineClient; close(): void };

export async function connectRpc(served: Pick<Served, 'url' | 'token'>): Promise<RpcConnection> {
  const socket = new WebSocket(`${served.url.replace(/^http/, 'ws')}/rpc`);
  await once(socket, 'open', { signal: AbortSignal.timeout(5_000) });
  socket.send(JSON.stringify({ token: served.token }));
  const [answer] = (await once(socket, 'message', { signal: AbortSignal.timeout(5_000) })) as [Buffer];
  if (String(answer) !== '{"ok":true}') throw new Error(`signing in was answered with ${String(answer)}`);
  const link = new RPCLink({ websocket: socket as unknown as globalThis.WebSocket });
  return { client: createORPCClient(link), close: () => socket.close() };
}
