// The independent programs that the interop tests talk to, installed with apt where this runs as root on Debian and they are absent.
import { spawnSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** program -> Debian package. */
export const PEERS = {
  softflowd: 'softflowd',
  'prometheus-node-exporter': 'prometheus-node-exporter',
  'prometheus-blackbox-exporter': 'prometheus-blackbox-exporter',
  'prometheus-snmp-exporter': 'prometheus-snmp-exporter',
  snmpd: 'snmpd',
  prometheus: 'prometheus',
  promtool: 'prometheus',
  nfdump: 'nfdump',
  pmacctd: 'pmacct',
  amtool: 'prometheus-alertmanager',
  'prometheus-alertmanager': 'prometheus-alertmanager',
  mosquitto: 'mosquitto',
  'victoria-metrics': 'victoria-metrics',
};

const POLICY = '/usr/sbin/policy-rc.d';
const APT_TIMEOUT_MS = 300_000;

/** Daemons live in sbin, which is not on everybody's PATH. */
export function findProgram(name, env = process.env) {
  const dirs = [...(env.PATH ?? '').split(path.delimiter), '/usr/sbin', '/usr/local/sbin'];
  const file = process.platform === 'win32' ? `${name}.exe` : name;
  return dirs
    .filter(Boolean)
    .map((dir) => path.join(dir, file))
    .find((candidate) => existsSync(candidate));
}

export const canInstall = () =>
  process.getuid?.() === 0 && existsSync('/etc/debian_version') && existsSync('/usr/bin/apt-get');

const apt = (...args) =>
  spawnSync('apt-get', ['-qq', '-o', 'DPkg::Lock::Timeout=60', ...args], {
    encoding: 'utf8',
    timeout: APT_TIMEOUT_MS,
    killSignal: 'SIGKILL',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });

/**
 * Installs packages without starting their services, neither now nor by leaving the ban on starting behind.
 * @returns undefined when done, else one line on what went wrong
 */
export function aptInstall(packages) {
  const banned = !existsSync(POLICY);
  if (banned) writeFileSync(POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    const install = () => apt('install', '-y', '--no-install-recommends', ...packages);
    let result = install();
    if (result.status !== 0 && apt('update').status === 0) result = install();
    if (result.status === 0) return undefined;
    return (result.stderr ?? '').trim().split('\n').at(-1) || result.error?.message || 'apt-get failed';
  } finally {
    if (banned) rmSync(POLICY, { force: true });
  }
}

const missing = () => Object.keys(PEERS).filter((name) => findProgram(name) === undefined);

/** @returns what is missing in the end, each with the reason: [{name, reason}] */
export function ensurePeers() {
  const absent = missing();
  if (absent.length === 0) return [];
  if (!canInstall())
    return absent.map((name) => ({ name, reason: 'not installed (apt needs root on Debian or Ubuntu)' }));
  const failure = aptInstall([...new Set(absent.map((name) => PEERS[name]))]);
  return missing().map((name) => ({ name, reason: failure ?? 'not in its package' }));
}
