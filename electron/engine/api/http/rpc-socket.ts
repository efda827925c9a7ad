// The window's RPC over a WebSocket: the first message is the token, then the socket speaks oRPC.
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { RPCHandler } from '@orpc/server/ws';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import { z } from 'zod';
import type { RpcRouter } from '../rpc/index.ts';

const SIGN_IN_TIMEOUT_MS = 5_000;
const PING_EVERY_MS = 30_000;
/** Sockets that have not signed in; more are turned away. */
const MAX_WAITING = 64;
const CLOSE_NOT_SIGNED_IN = 4401;
const CLOSE_TOO_MANY = 4429;

const signInSchema = z.object({ token: z.string().max(1_024) });

export type RpcSockets = {
  /** Answers the handshake on a connection whose request was let in. */
  upgrade(request: IncomingMessage, connection: Duplex, head: Buffer): void;
  closeAll(): void;
};

export function createRpcSockets(
  router: RpcRouter,
  tokenIsRight: (token: string) => boolean,
  maxPayloadBytes: number,
): RpcSockets {
  const server = new WebSocketServer({ noServer: true, clientTracking: false, maxPayload: maxPayloadBytes });
  const handler = new RPCHandler(router);
  const waiting = new Set<WebSocket>();
  const signedIn = new Set<WebSocket>();

  const accept = (socket: WebSocket): void => {
    socket.on('error', () => socket.terminate());
    if (waiting.size >= MAX_WAITING) {
      socket.close(CLOSE_TOO_MANY, 'too many connections are waiting to sign in');
      return;
    }
    waiting.add(socket);
    const timer = setTimeout(() => socket.close(CLOSE_NOT_SIGNED_IN, 'no token was sent'), SIGN_IN_TIMEOUT_MS);
    socket.once('close', () => {
      clearTimeout(timer);
      waiting.delete(socket);
      signedIn.delete(socket);
    });
    socket.once('message', (data, isBinary) => {
      clearTimeout(timer);
      waiting.delete(socket);
      const token = isBinary || !Buffer.isBuffer(data) ? undefined : tokenIn(data.toString('utf8'));
      if (token === undefined || !tokenIsRight(token)) {
        socket.close(CLOSE_NOT_SIGNED_IN, 'the token is not right');
        return;
      }
      signedIn.add(socket);
      keepAlive(socket);
      void handler.upgrade(socket);
      socket.send('{"ok":true}');
    });
  };

  return {
    upgrade: (request, connection, head) => server.handleUpgrade(request, connection, head, accept),
    closeAll() {
      for (const socket of [...waiting, ...signedIn]) socket.close(1001, 'the engine is stopping');
    },
  };
}

function keepAlive(socket: WebSocket): void {
  let answered = true;
  socket.on('pong', () => {
    answered = true;
  });
  const timer = setInterval(() => {
    if (!answered) {
      socket.terminate();
      return;
    }
    answered = false;
    socket.ping();
  }, PING_EVERY_MS);
  socket.on('close', () => clearInterval(timer));
}

function tokenIn(text: string): string | undefined {
  try {
    return signInSchema.safeParse(JSON.parse(text)).data?.token;
  } catch {
    return undefined;
  }
}
