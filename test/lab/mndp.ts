// A device that announces itself as MikroTik's do: the packet, and a socket that answers a question.
import { createSocket } from 'node:dgram';

export type MndpDevice = {
  readonly mac: string;
  readonly identity: string;
  readonly version?: string;
  readonly platform?: string;
  readonly board?: string;
  readonly softwareId?: string;
  readonly interface?: string;
  readonly ipv4?: string;
  readonly uptimeSeconds?: number;
};

const field = (type: number, value: Buffer): Buffer => {
  const head = Buffer.alloc(4);
  head.writeUInt16BE(type);
  head.writeUInt16BE(value.length, 2);
  return Buffer.concat([head, value]);
};

export function encodeMndp(device: MndpDevice): Buffer {
  const uptime = Buffer.alloc(4);
  uptime.writeUInt32LE(device.uptimeSeconds ?? 60);
  const text = (type: number, value: string | undefined): Buffer[] =>
    value === undefined ? [] : [field(type, Buffer.from(value))];
  return Buffer.concat([
    Buffer.from([0x61, 0, 0, 1]),
    field(1, Buffer.from(device.mac.replaceAll(':', ''), 'hex')),
    ...text(5, device.identity),
    ...text(7, device.version),
    ...text(8, device.platform ?? 'MikroTik'),
    field(10, uptime),
    ...text(11, device.softwareId),
    ...text(12, device.board),
    ...text(16, device.interface),
    ...(device.ipv4 === undefined ? [] : [field(17, Buffer.from(device.ipv4.split('.').map(Number)))]),
  ]);
}

export type MndpPeer = { readonly port: number; announce(to: number): Promise<void>; stop(): Promise<void> };

/** Answers four zero bytes with an announcement of each device to whoever asked. */
export async function startMndpPeer(devices: readonly MndpDevice[], port = 0): Promise<MndpPeer> {
  const socket = createSocket('udp4');
  const send = (to: number): Promise<void[]> =>
    Promise.all(
      devices.map(
        (device) =>
          new Promise<void>((resolve, reject) => {
            socket.send(encodeMndp(device), to, '127.0.0.1', (error) => (error === null ? resolve() : reject(error)));
          }),
      ),
    );
  socket.on('message', (packet, from) => {
    if (packet.length === 4 && packet.every((byte) => byte === 0)) void send(from.port);
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(port, '127.0.0.1', resolve);
  });
  return {
    port: socket.address().port,
    announce: async (to) => {
      await send(to);
    },
    stop: () => new Promise((resolve) => socket.close(() => resolve())),
  };
}
