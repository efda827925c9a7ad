// The sample network: a small WISP on loopback that lives, with the troubles that small networks have.
import { createSocket } from 'node:dgram';
import { uptimeAt } from './booted.ts';
import { startExporter } from './exporters/index.ts';
import type { Exporter } from './exporters/index.ts';
import { startFlowExporter } from './flows/index.ts';
import { siteTraffic } from './flows/site-traffic.ts';
import { trafficOf } from './flows/sites.ts';
import type { SimulatedFlowExporter } from './flows/index.ts';
import { startRouter } from './routeros/index.ts';
import type { InterfaceSpec, SimulatedRouter } from './routeros/index.ts';
import { startDay } from './day/index.ts';
import { networkOf } from './networks.ts';

export type Lab = {
  readonly routers: readonly (SimulatedRouter & { readonly name: string })[];
  readonly exporters: readonly { readonly job: string; readonly exporter: Exporter }[];
  readonly flows: readonly SimulatedFlowExporter[];
  stop(): Promise<void>;
};

export type LabOptions = {
  /** Where NetFlow goes; without it no flows are sent. */
  readonly flows?: { readonly host: string; readonly port: number } | undefined;
  /** Links flap, a tower loses power, a router is slow: on by default. */
  readonly troubles?: boolean;
  /** Instead of the small network, one of so many routers, with a day of troubles that lasts so long. */
  readonly day?: { readonly routers: number; readonly dayMs: number } | undefined;
};

type Site = {
  readonly name: string;
  readonly version: string;
  readonly board: string;
  readonly address: string;
  readonly interfaces?: readonly InterfaceSpec[];
  readonly flowVersion?: 5 | 9 | 10;
};

const towerLinks: readonly InterfaceSpec[] = [
  { name: 'ether1', comment: 'backhaul', rxBps: 62e6, txBps: 14e6 },
  { name: 'wlan60-1', type: 'w60g', comment: 'sector east', rxBps: 6e6, txBps: 28e6 },
  { name: 'wlan60-2', type: 'w60g', comment: 'sector west', rxBps: 5e6, txBps: 24e6 },
  { name: 'ether5', disabled: true },
];

// RouterOS 6 and 7 as small networks really mix them; 7.18 answers empty lists with !empty.
const sites: readonly Site[] = [
  { name: 'core', version: '7.18.2', board: 'CCR2004-1G-12S+2XS', address: '127.0.0.11', flowVersion: 9 },
  {
    name: 'tower-north',
    version: '7.15.3',
    board: 'RB5009UG+S+',
    address: '127.0.0.12',
    interfaces: towerLinks,
    flowVersion: 10,
  },
  {
    name: 'tower-south',
    version: '6.49.17',
    board: 'RB4011iGS+',
    address: '127.0.0.13',
    interfaces: towerLinks,
    flowVersion: 5,
  },
  { name: 'mill-street', version: '6.48.6', board: 'hEX S', address: '127.0.0.14' },
  { name: 'office', version: '7.16', board: 'hAP ax3', address: '127.0.0.15' },
  { name: 'vpn-hub', version: '7.18.2', board: 'CHR', address: '127.0.0.16' },
];

/** A switch that nobody polls: its flows are all that is known of it, and make a device of their own. */
const lonelyExporter = { name: 'lonely', address: '127.0.0.17', version: 9 } as const;

const TROUBLE_EVERY_MS = 4 * 60_000;
const TROUBLE_LASTS_MS = 75_000;
const LINK_DOWN_MS = 20_000;

/** Starts everything and resolves once all of it listens. Only loopback is used. */
export async function startLab(options: LabOptions = {}): Promise<Lab> {
  if (options.day !== undefined) return startDayLab(options.day, options.flows);
  const ownAddresses = await canBind('127.0.0.11');
  const addressOf = (site: Site): string => (ownAddresses ? site.address : '127.0.0.1');
  const routers = await Promise.all(
    sites.map(async (site, index) => {
      const router = await startRouter({
        host: addressOf(site),
        version: site.version,
        identity: site.name,
        boardName: site.board,
        serial: `HF1${(0x09_23a0 + index).toString(16).toUpperCase()}LAB`,
        health: site.board === 'CHR' ? 'none' : 'full',
        seed: index + 1,
        uptimeSeconds: uptimeAt(Date.now(), 3 + index * 11),
        ...(site.interfaces && { interfaces: site.interfaces }),
        network: networkOf(site.name, sites, addressOf),
      });
      return Object.assign(router, { name: site.name });
    }),
  );
  const exporters = await Promise.all(
    (['node', 'app', 'muti-metroo'] as const).map(async (kind, index) => ({
      job: kind === 'app' ? 'billing' : kind,
      exporter: await startExporter({ port: 0, host: '127.0.0.1', kind, seed: index + 1 }),
    })),
  );
  const senders = [
    ...sites.map(({ name, address, flowVersion }) => ({ name, address, version: flowVersion })),
    // Without addresses of their own all flows come from one, and are already there.
    ...(ownAddresses ? [lonelyExporter] : []),
  ];
  const flows = await Promise.all(
    senders.flatMap(({ name, address, version }, index) => {
      if (options.flows === undefined || version === undefined) return [];
      const source = ownAddresses ? { bindAddress: address } : {};
      const rate = { flowsPerSecond: 40, seed: index + 1 };
      const site = trafficOf(name, index + 1);
      const traffic = site === undefined ? {} : { traffic: siteTraffic(site), nat: site.publicAddress !== undefined };
      return [startFlowExporter({ version, ...options.flows, ...source, ...rate, ...traffic })];
    }),
  );

  const stopTroubles = options.troubles === false ? () => {} : startTroubles(routers, flows);
  return {
    routers,
    exporters,
    flows,
    async stop() {
      stopTroubles();
      await Promise.all([
        ...routers.map((router) => router.stop()),
        ...exporters.map(({ exporter }) => exporter.stop()),
        ...flows.map((flow) => flow.stop()),
      ]);
    },
  };
}

/** The border sends flows, where somebody hears them. */
async function startDayLab(
  { routers: count, dayMs }: { readonly routers: number; readonly dayMs: number },
  to: LabOptions['flows'],
): Promise<Lab> {
  const ownAddresses = await canBind('127.0.1.11');
  const addressOf = (index: number): string => (ownAddresses ? `127.0.1.${11 + index}` : '127.0.0.1');
  const day = await startDay({ routers: count, dayMs, addressOf });
  const source: { bindAddress?: string } = ownAddresses ? { bindAddress: addressOf(0) } : {};
  const flows =
    to === undefined ? [] : [await startFlowExporter({ version: 9, ...to, ...source, flowsPerSecond: 40, seed: 1 })];
  day.begin();
  return {
    routers: day.routers,
    exporters: [],
    flows,
    async stop() {
      await Promise.all([day.stop(), ...flows.map((flow) => flow.stop())]);
    },
  };
}

/** In turn: a tower stops answering, a backhaul flaps, a session is reset, packets get lost. */
function startTroubles(
  routers: readonly (SimulatedRouter & { readonly name: string })[],
  flows: readonly SimulatedFlowExporter[],
): () => void {
  const named = (name: string) => routers.find((router) => router.name === name);
  const timers = new Set<NodeJS.Timeout>();
  const later = (delayMs: number, act: () => void): void => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      act();
    }, delayMs);
    timers.add(timer);
  };
  const troubles: (() => void)[] = [
    () => {
      named('mill-street')?.setHang(true);
      later(TROUBLE_LASTS_MS, () => named('mill-street')?.setHang(false));
    },
    () => {
      named('tower-south')?.setDown('wlan60-2', true);
      later(LINK_DOWN_MS, () => named('tower-south')?.setDown('wlan60-2', false));
    },
    () => named('office')?.drop('reset'),
    () => flows[0]?.skip(40),
  ];
  let next = 0;
  const timer = setInterval(() => {
    troubles[next % troubles.length]?.();
    next++;
  }, TROUBLE_EVERY_MS / troubles.length);
  return () => {
    clearInterval(timer);
    for (const pending of timers) clearTimeout(pending);
  };
}

/** Linux and Windows route all of 127/8 to loopback; macOS has only 127.0.0.1. */
function canBind(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4');
    socket.once('error', () => {
      socket.close();
      resolve(false);
    });
    socket.bind(0, address, () => socket.close(() => resolve(true)));
  });
}
