// UDP sockets with a receive buffer big enough for a burst.
import { createSocket, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import type { BoundSocket, Endpoint } from './messages.ts';
import { RECEIVE_BUFFER_BYTES } from './receive-buffer.ts';

const BIND_TIMEOUT_MS = 5_000;

export type PacketHandler = (packet: Uint8Array, address: string, port: number) => void;
export type Receiver = { readonly bound: BoundSocket; close(): Promise<void> };

/** Rejects with the system's error (EADDRINUSE, EACCES, ...). Errors after that reach onError; the socket stays open. */
export async function openReceiver(
  { host, port }: Endpoint,
  onPacket: PacketHandler,
  onError: (error: Error) => void,
): Promise<Receiver> {
  const socket = createSocket({ type: isIPv6(host) ? 'udp6' : 'udp4' });
  await bind(socket, host, port);
  const receiveBufferBytes = askForBuffer(socket);
  socket.on('message', (packet, remote) => onPacket(packet, plainAddress(remote.address), remote.port));
  socket.on('error', onError);
  const address = socket.address();
  return {
    bound: { host: address.address, port: address.port, receiveBufferBytes },
    close: () => new Promise((resolve) => socket.close(() => resolve())),
  };
}

function bind(socket: Socket, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (finish: () => void): void => {
      clearTimeout(timer);
      socket.removeAllListeners();
      finish();
    };
    const fail = (error: Error): void =>
      settle(() => {
        socket.on('error', () => {});
        socket.close();
        reject(error);
      });
    const timer = setTimeout(() => fail(new Error(`binding ${host}:${port} timed out`)), BIND_TIMEOUT_MS);
    socket.once('error', fail);
    socket.once('listening', () => settle(resolve));
    socket.bind({ address: host, port, exclusive: true });
  });
}

/** Asks for the big buffer and returns what was given; the kernel clamps silently, other systems may refuse. */
function askForBuffer(socket: Socket): number {
  try {
    socket.setRecvBufferSize(RECEIVE_BUFFER_BYTES);
  } catch {
    // The given size below tells the operator.
  }
  return socket.getRecvBufferSize();
}

/** On a dual-stack socket IPv4 senders come as ::ffff:a.b.c.d. */
const plainAddress = (address: string): string => (address.startsWith('::ffff:') ? address.slice(7) : address);
