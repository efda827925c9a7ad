// Real exporters as test peers: started on free ports with configs of their own, always stopped.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort } from '../prometheus/peer.ts';

const PROGRAMS = [
  'prometheus',
  'prometheus-node-exporter',
  'prometheus-blackbox-exporter',
  'prometheus-snmp-exporter',
  'snmpd',
] as const;

/** Daemons live in sbin, which is not on everybody's PATH. */
const findProgram = (name: string): string | undefined =>
  [...(process.env['PATH'] ?? '').split(path.delimiter), '/usr/sbin', '/usr/local/sbin']
    .filter(Boolean)
    .map((dir) => path.join(dir, name))
    .find((file) => existsSync(file));

/** '' when all are there, else why the tests are skipped. */
export const missing = PROGRAMS.flatMap((name) =>
  findProgram(name) === undefined ? [`${name} is not installed`] : [],
).join(', ');

/** Two scalars and a table with a looked-up name, as snmp_exporter's generator writes them. */
const SNMP_MODULE = `
system:
  version: 2
  auth: {community: public}
  walk: [1.3.6.1.2.1.1, 1.3.6.1.2.1.2.2.1.2, 1.3.6.1.2.1.2.2.1.10]
  metrics:
    - {name: sysUpTime, oid: 1.3.6.1.2.1.1.3, type: gauge, help: Time since the agent started}
    - {name: sysName, oid: 1.3.6.1.2.1.1.5, type: DisplayString, help: The name of the node}
    - name: ifInOctets
      oid: 1.3.6.1.2.1.2.2.1.10
      type: counter
      help: Octets received
      indexes: [{labelname: ifIndex, type: gauge}]
      lookups: [{labels: [ifIndex], labelname: ifDescr, oid: 1.3.6.1.2.1.2.2.1.2, type: DisplayString}]
`;

const BLACKBOX = `
modules:
  http_2xx: {prober: http, timeout: 5s, http: {preferred_ip_protocol: ip4}}
  tcp_connect: {prober: tcp, timeout: 5s}
`;

const SNMPD = 'rocommunity public 127.0.0.1\nsysName lab-switch\n';

export type Exporters = {
  readonly dir: string;
  readonly node: string;
  readonly blackbox: string;
  readonly snmp: string;
  /** An SNMP agent. */
  readonly agent: string;
  /** A web server. */
  readonly web: string;
  stop(): Promise<void>;
};

export async function startExporters(): Promise<Exporters> {
  const dir = mkdtempSync(path.join(tmpdir(), 'exporters-'));
  const children: ChildProcess[] = [];
  const file = (name: string, text: string): string => {
    writeFileSync(path.join(dir, name), text);
    return path.join(dir, name);
  };
  const start = (name: string, args: readonly string[], env: Record<string, string> = {}): void => {
    children.push(spawn(findProgram(name) ?? name, args, { stdio: 'ignore', env: { ...process.env, ...env } }));
  };
  const [node, blackbox, snmp, agent] = [await freePort(), await freePort(), await freePort(), await freePort()];
  const web = await startWeb();
  start('prometheus-node-exporter', [`--web.listen-address=127.0.0.1:${node}`]);
  start('prometheus-blackbox-exporter', [
    `--web.listen-address=127.0.0.1:${blackbox}`,
    `--config.file=${file('blackbox.yml', BLACKBOX)}`,
  ]);
  start('prometheus-snmp-exporter', [
    `--web.listen-address=127.0.0.1:${snmp}`,
    `--config.file=${file('snmp.yml', SNMP_MODULE)}`,
  ]);
  const conf = file('snmpd.conf', SNMPD);
  start('snmpd', ['-f', '-Lo', '-C', '-c', conf, '-p', path.join(dir, 'snmpd.pid'), `udp:127.0.0.1:${agent}`], {
    SNMP_PERSISTENT_DIR: dir,
  });
  return {
    dir,
    node: `127.0.0.1:${node}`,
    blackbox: `127.0.0.1:${blackbox}`,
    snmp: `127.0.0.1:${snmp}`,
    agent: `127.0.0.1:${agent}`,
    web: `127.0.0.1:${(web.address() as AddressInfo).port}`,
    async stop() {
      for (const child of children) {
        if (child.exitCode !== null || child.signalCode !== null) continue;
        child.kill('SIGKILL');
        await once(child, 'exit');
      }
      web.closeAllConnections();
      web.close();
      rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

async function startWeb(): Promise<Server> {
  const server = createServer((request, response) => {
    response.writeHead(request.url === '/gone' ? 404 : 200).end('hello\n');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}
