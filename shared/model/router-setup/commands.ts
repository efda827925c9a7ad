// The commands that prepare a router, to be pasted into its terminal: a user of its own, flows, logs. Each may be pasted twice.
import { LinewardenError } from '../errors.ts';
import { hostPrefix, isPlainAddress, scriptString } from './script.ts';
import type { RouterosLine } from './versions.ts';

/** What the user's group may do: the API, and reading. Everything else is refused by name, whatever a version's default is. */
const POLICY =
  'read,api,!local,!telnet,!ssh,!ftp,!reboot,!write,!policy,!test,!winbox,!password,!web,!sniff,!sensitive,!romon';

/** Names that Linewarden's own entries have on the router; letters only, as a logging action wants it. */
export const OWN_NAME = 'linewarden';

export type AccessSetup = {
  readonly line: RouterosLine;
  /** The router, as its certificate calls it. */
  readonly routerName: string;
  readonly username: string;
  readonly password: string;
  /** The only address that may use the login: this machine, as the router sees it. */
  readonly server: string;
  readonly service: 'api' | 'api-ssl';
  readonly port: number;
};

export function accessCommands({ routerName, username, password, server, service, port }: AccessSetup): string[] {
  const from = hostPrefix(checked(server));
  const group = scriptString(OWN_NAME);
  const user = scriptString(username);
  const secret = scriptString(password);
  const certificate = scriptString(OWN_NAME);
  return [
    `/user group add name=${group} policy=${POLICY}`,
    `/user add name=${user} group=${group} password=${secret} address=${from}`,
    // A second paste finds the user there: it gets the new password, but only if the user is this one.
    `/user set [find name=${user} group=${group}] password=${secret} address=${from}`,
    ...(service === 'api'
      ? [`/ip service set api port=${port} address=${from} disabled=no`]
      : [
          `/certificate add name=${certificate} common-name=${scriptString(routerName.slice(0, 64))} key-usage=tls-server days-valid=3650`,
          `/certificate sign ${certificate}`,
          `/ip service set api-ssl port=${port} certificate=${certificate} address=${from} disabled=no`,
          `:put [/certificate get [find name=${certificate}] fingerprint]`,
        ]),
  ];
}

export type FlowSetup = {
  readonly line: RouterosLine;
  readonly server: string;
  readonly port: number;
  readonly version: '9' | 'ipfix';
};

export function flowCommands({ line, server, port, version }: FlowSetup): string[] {
  const target = `dst-address=${checked(server)} port=${port}`;
  return [
    '/ip traffic-flow set enabled=yes interfaces=all active-flow-timeout=1m inactive-flow-timeout=15s',
    // A target that is there twice would send everything twice.
    `/ip traffic-flow target remove [find ${target}]`,
    `/ip traffic-flow target add ${target} version=${version} v9-template-refresh=20 v9-template-timeout=1m`,
    // RouterOS 6 has neither of the two.
    ...(version === 'ipfix' && line !== '6' ? ['/ip traffic-flow ipfix set sys-init-time=yes nat-events=no'] : []),
  ];
}

export type LogSetup = { readonly line: RouterosLine; readonly server: string; readonly port: number };

export const LOG_TOPICS = ['info', 'warning', 'error', 'critical'] as const;

export function logCommands({ line, server, port }: LogSetup): string[] {
  const format = line === '7.18' ? 'remote-log-format=syslog syslog-time-format=iso8601' : 'bsd-syslog=yes';
  return [
    `/system logging remove [find action=${OWN_NAME}]`,
    `/system logging action remove [find name=${OWN_NAME}]`,
    `/system logging action add name=${OWN_NAME} target=remote remote=${checked(server)} remote-port=${port} ${format} syslog-facility=daemon syslog-severity=auto`,
    ...LOG_TOPICS.map((topic) => `/system logging add topics=${topic} action=${OWN_NAME}`),
  ];
}

/** It stands in the commands without quotes. */
function checked(server: string): string {
  if (isPlainAddress(server)) return server;
  throw new LinewardenError('LW_SETUP_ADDRESS', 'The address of this machine must be an IP address.', {
    hint: 'Choose one of its addresses, or type the one that the router reaches it by.',
  });
}
