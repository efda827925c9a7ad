// A peer that does whatever a test scripts, byte for byte: for what no well-behaved router would send.
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { CommandReader, sentence } from './wire.ts';

export type HostileScript = {
  /** Called for each new connection, before anything is read. */
  readonly onConnect?: (socket: Socket) => void;
  /** Called for each command after the login (or for the login too, with `ownLogin`). `tag` is the whole `.tag=` word. */
  readonly onCommand?: (socket: Socket, words: readonly string[], tag: string) => void;
  /** The script answers /login itself; else it is accepted. */
  readonly ownLogin?: boolean;
};

export interface HostilePeer {
  readonly port: number;
  readonly commands: readonly (readonly string[])[];
  stop(): Promise<void>;
}

export async function startHostile(script: HostileScript): Promise<HostilePeer> {
  const sockets = new Set<Socket>();
  const commands: (readonly string[])[] = [];
  const server = createServer((socket) => {
    const reader = new CommandReader();
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    script.onConnect?.(socket);
    socket.on('data', (chunk: Buffer) => {
      for (const words of reader.read(chunk)) {
        commands.push(words);
        const tag = words.find((word) => word.startsWith('.tag=')) ?? '';
        if (words[0] === '/login' && script.ownLogin !== true) socket.write(sentence('!done'));
        else script.onCommand?.(socket, words, tag);
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    commands,
    async stop() {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
}
