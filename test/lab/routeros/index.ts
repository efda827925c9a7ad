// Simulated RouterOS devices: the real protocol over real TCP or TLS on loopback, with living counters and faults on demand.
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { type InterfaceSpec, SimulatedDevice } from './device.ts';
import type { NetworkSpec } from './network.ts';
import { type Faults, noFaults, RouterSession, type SessionContext } from './session.ts';
import type { Word } from './wire.ts';

export type { InterfaceSpec } from './device.ts';
export type { NetworkSpec } from './network.ts';
export type { Faults } from './session.ts';

export type RouterOptions = {
  /** 0 (the default) takes a free one. */
  readonly port?: number;
  readonly host?: string;
  /** Such as 6.42.12 (challenge login), 6.49.17, 7.15.3, 7.18 (`!empty`). */
  readonly version?: string;
  readonly identity?: Word;
  readonly boardName?: string;
  readonly serial?: string;
  readonly username?: string;
  readonly password?: string;
  readonly group?: string;
  readonly policies?: readonly string[];
  readonly interfaces?: readonly InterfaceSpec[];
  readonly health?: 'full' | 'none';
  /** Menus that it does not have, with all below them, such as `/interface/wireless`. */
  readonly without?: readonly string[];
  /** PEM; or api-ssl without a certificate. */
  readonly tls?: { readonly key: string; readonly cert: string } | 'anonymous';
  readonly seed?: number;
  readonly uptimeSeconds?: number;
  readonly clock?: { now(): number };
  /** Left out: those that a router of the version comes with. */
  readonly packages?: readonly string[];
  /** Customers, hosts, neighbours and peers; none where left out. */
  readonly network?: NetworkSpec;
};

export interface SimulatedRouter {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly password: string;
  readonly device: SimulatedDevice;
  readonly faults: Faults;
  /** Every command so far, as its words. */
  readonly commands: readonly (readonly string[])[];
  /** Open connections now, and all so far. */
  connections(): { open: number; total: number };
  /** A link goes down or up. */
  setDown(interfaceName: string, down: boolean): void;
  /** true: the port refuses and sessions end; false: it listens on the same port again. */
  setOffline(offline: boolean): Promise<void>;
  /** Stops answering but keeps every socket open (and takes new ones). */
  setHang(hang: boolean): void;
  /** Ends every session: with a FIN, or a reset. */
  drop(how?: 'fin' | 'reset'): void;
  /** Ends every session; uptime and counters begin anew. */
  reboot(): void;
  stop(): Promise<void>;
}

export const defaultInterfaces: readonly InterfaceSpec[] = [
  { name: 'ether1', comment: 'uplink', rxBps: 180e6, txBps: 40e6 },
  { name: 'ether2', comment: 'tower north', rxBps: 22e6, txBps: 95e6 },
  { name: 'ether3', rxBps: 9e6, txBps: 41e6 },
  { name: 'ether4', down: true },
  { name: 'ether5', disabled: true },
  { name: 'bridge', type: 'bridge', rxBps: 31e6, txBps: 136e6 },
  { name: 'vlan10', type: 'vlan', vlanId: 10, parent: 'bridge', comment: 'customers', rxBps: 28e6, txBps: 120e6 },
];

/** Starts a router and resolves once it listens. */
export async function startRouter(options: RouterOptions = {}): Promise<SimulatedRouter> {
  const { host = '127.0.0.1', username = 'monitor', password = 'monitor-secret', clock = Date } = options;
  const device = new SimulatedDevice({
    version: options.version ?? '7.15.3',
    identity: options.identity ?? 'MikroTik',
    boardName: options.boardName ?? 'RB5009UG+S+',
    serial: options.serial ?? 'HF10923ABCD',
    username,
    group: options.group ?? 'monitor',
    policies: options.policies ?? ['read', 'api'],
    health: options.health ?? 'full',
    without: options.without ?? [],
    interfaces: options.interfaces ?? defaultInterfaces,
    seed: options.seed ?? 1,
    uptimeSeconds: options.uptimeSeconds ?? 1_036_800 + 12_345,
    now: () => clock.now(),
    ...(options.packages && { packages: options.packages }),
    ...(options.network && { network: options.network }),
  });
  const faults = noFaults();
  const commands: (readonly string[])[] = [];
  const sockets = new Set<Socket>();
  const raw = new Set<Socket>();
  let hanging = false;
  let total = 0;
  const context: SessionContext = {
    device,
    username,
    password,
    faults,
    isHanging: () => hanging,
    onCommand: (words) => {
      // A router of the lab runs for days: only the latest are kept.
      if (commands.length >= 10_000) commands.splice(0, 5_000);
      commands.push(words);
    },
  };
  const onConnection = (socket: Socket): void => {
    total++;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {});
    void new RouterSession(socket, context);
  };
  let server: Server;
  const listen = async (port: number): Promise<void> => {
    server = createListener(options.tls, onConnection);
    // Also those that never finish a handshake, or close would wait for them.
    server.on('connection', (socket: Socket) => {
      raw.add(socket);
      socket.on('close', () => raw.delete(socket));
    });
    server.listen(port, host);
    await once(server, 'listening');
  };
  const drop = (how: 'fin' | 'reset' = 'fin'): void => {
    for (const socket of sockets) {
      if (how === 'reset') socket.resetAndDestroy();
      else socket.end();
    }
  };
  const close = async (): Promise<void> => {
    if (!server.listening) return;
    server.close();
    for (const socket of raw) socket.destroy();
    await once(server, 'close');
  };
  await listen(options.port ?? 0);
  const { port } = server!.address() as AddressInfo;
  return {
    host,
    port,
    username,
    password,
    device,
    faults,
    commands,
    connections: () => ({ open: sockets.size, total }),
    setDown: (name, down) => device.setInterface(name, { down }),
    setOffline: (offline) => (offline ? close() : server.listening ? Promise.resolve() : listen(port)),
    setHang: (hang) => {
      hanging = hang;
    },
    drop,
    reboot: () => {
      device.reboot();
      drop('reset');
    },
    stop: close,
  };
}

function createListener(tls: RouterOptions['tls'], onConnection: (socket: Socket) => void): Server {
  if (tls === undefined) return createServer(onConnection);
  const server =
    tls === 'anonymous'
      ? createTlsServer({ ciphers: 'ADH:@SECLEVEL=0', maxVersion: 'TLSv1.2', dhparam: 'auto' }, onConnection)
      : createTlsServer(tls, onConnection);
  server.on('tlsClientError', () => {});
  return server;
}
