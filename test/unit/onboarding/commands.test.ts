import { getRandomValues } from 'node:crypto';
import { assert, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  accessCommands,
  flowCommands,
  generatePassword,
  logCommands,
  routerosLine,
  scriptString,
} from '../../../shared/model/router-setup/index.ts';

const access = {
  line: '7',
  routerName: 'core',
  username: 'linewarden',
  password: 'abcDEF234',
  server: '10.0.0.5',
  service: 'api',
  port: 8728,
} as const;

/** What RouterOS makes of a quoted string, by its manual; undefined where it ends early or is more than one string. */
function readBack(quoted: string): string | undefined {
  if (!quoted.startsWith('"')) return undefined;
  const bytes: number[] = [];
  const named: Record<string, number> = { n: 10, r: 13, t: 9, _: 32, a: 7, b: 8, f: 12, v: 11 };
  let at = 1;
  for (; at < quoted.length; at++) {
    const char = quoted[at] ?? '';
    if (char === '"') break;
    if (char === '$' || char === '?' || char < ' ' || char > '~') return undefined;
    if (char !== '\\') {
      bytes.push(char.charCodeAt(0));
      continue;
    }
    const next = quoted[++at] ?? '';
    if ('"\\$?'.includes(next)) bytes.push(next.charCodeAt(0));
    else if (next in named) bytes.push(named[next] ?? 0);
    else if (/^[0-9A-F]{2}$/.test(quoted.slice(at, at + 2)))
      bytes.push(Number.parseInt(quoted.slice(at, ++at + 1), 16));
    else return undefined;
  }
  return at === quoted.length - 1 ? Buffer.from(bytes).toString('utf8') : undefined;
}

describe("text in RouterOS's command language", () => {
  it.each([
    ['core', '"core"'],
    ['a "quoted" name', '"a \\"quoted\\" name"'],
    ['x" ; /system reset-configuration ; "', '"x\\" ; /system reset-configuration ; \\""'],
    ['$[/user print]', '"\\$\\5B/user print\\5D"'],
    ['what?', '"what\\?"'],
    ['two\nlines\r\n\t', '"two\\nlines\\r\\n\\t"'],
    ['back\\slash', '"back\\\\slash"'],
    ['Mlýn {1}', '"Ml\\C3\\BDn \\7B1\\7D"'],
    ['\u0000\u001b\u007f', '"\\00\\1B\\7F"'],
  ])('%j is %s', (text, quoted) => {
    expect(scriptString(text)).toBe(quoted);
  });

  it('is one string on one line that reads back as it was, whatever it holds', () => {
    assert(
      property(string({ unit: 'grapheme', maxLength: 60 }), (text) => {
        const quoted = scriptString(text);
        expect(quoted).not.toMatch(/[\r\n]/);
        expect(readBack(quoted)).toBe(text.toWellFormed());
      }),
    );
  });
});

describe('the commands', () => {
  it('tell the lines of versions apart', () => {
    expect(['6.49.17', '7.1', '7.17.2 (stable)', '7.18', '7.20rc2', '8.0', 'beta'].map(routerosLine)).toEqual([
      '6',
      '7',
      '7',
      '7.18',
      '7.18',
      '7.18',
      undefined,
    ]);
  });

  it('make a user who may read and use the API from this machine, and nothing else', () => {
    expect(accessCommands(access)).toEqual([
      '/user group add name="linewarden" policy=read,api,!local,!telnet,!ssh,!ftp,!reboot,!write,!policy,!test,!winbox,!password,!web,!sniff,!sensitive,!romon',
      '/user add name="linewarden" group="linewarden" password="abcDEF234" address=10.0.0.5/32',
      '/user set [find name="linewarden" group="linewarden"] password="abcDEF234" address=10.0.0.5/32',
      '/ip service set api port=8728 address=10.0.0.5/32 disabled=no',
    ]);
  });

  it('give api-ssl a certificate of its own and show its fingerprint', () => {
    expect(accessCommands({ ...access, service: 'api-ssl', port: 8729, server: 'fd00::5' }).slice(3)).toEqual([
      '/certificate add name="linewarden" common-name="core" key-usage=tls-server days-valid=3650',
      '/certificate sign "linewarden"',
      '/ip service set api-ssl port=8729 certificate="linewarden" address=fd00::5/128 disabled=no',
      ':put [/certificate get [find name="linewarden"] fingerprint]',
    ]);
  });

  it('keep hostile names inside their quotes', () => {
    const commands = accessCommands({
      ...access,
      service: 'api-ssl',
      routerName: 'x" days-valid=1\n/system reboot',
      username: 'a"; /user remove [find]; "',
      password: '$(:reboot)"',
    });
    expect(commands).toHaveLength(7);
    expect(commands[1]).toBe(
      '/user add name="a\\"; /user remove \\5Bfind\\5D; \\"" group="linewarden" password="\\$(:reboot)\\"" address=10.0.0.5/32',
    );
    expect(commands[3]).toContain('common-name="x\\" days-valid=1\\n/system reboot" key-usage');
  });

  it.each(['10.0.0.5 port=1', 'host.example', '10.0.0.5/0', '', '::1]; /x'])('refuse %j as this machine', (server) => {
    expect(() => accessCommands({ ...access, server })).toThrow('must be an IP address');
    expect(() => flowCommands({ line: '7', server, port: 2055, version: '9' })).toThrow('must be an IP address');
    expect(() => logCommands({ line: '7', server, port: 5514 })).toThrow('must be an IP address');
  });

  it('send flows each minute, version 9 unless asked otherwise, and never twice', () => {
    expect(flowCommands({ line: '6', server: '10.0.0.5', port: 2055, version: '9' })).toEqual([
      '/ip traffic-flow set enabled=yes interfaces=all active-flow-timeout=1m inactive-flow-timeout=15s',
      '/ip traffic-flow target remove [find dst-address=10.0.0.5 port=2055]',
      '/ip traffic-flow target add dst-address=10.0.0.5 port=2055 version=9 v9-template-refresh=20 v9-template-timeout=1m',
    ]);
    const ipfix = { server: '10.0.0.5', port: 2055, version: 'ipfix' } as const;
    expect(flowCommands({ line: '7', ...ipfix }).at(-1)).toBe(
      '/ip traffic-flow ipfix set sys-init-time=yes nat-events=no',
    );
    expect(flowCommands({ line: '6', ...ipfix }).at(-1)).toContain('version=ipfix');
  });

  it('send logs in the form that each version knows', () => {
    const old = logCommands({ line: '7', server: '10.0.0.5', port: 5514 });
    expect(old).toEqual([
      '/system logging remove [find action=linewarden]',
      '/system logging action remove [find name=linewarden]',
      '/system logging action add name=linewarden target=remote remote=10.0.0.5 remote-port=5514 bsd-syslog=yes syslog-facility=daemon syslog-severity=auto',
      '/system logging add topics=info action=linewarden',
      '/system logging add topics=warning action=linewarden',
      '/system logging add topics=error action=linewarden',
      '/system logging add topics=critical action=linewarden',
    ]);
    expect(logCommands({ line: '6', server: '10.0.0.5', port: 5514 })).toEqual(old);
    expect(logCommands({ line: '7.18', server: '10.0.0.5', port: 5514 })[2]).toContain(
      'remote-port=5514 remote-log-format=syslog syslog-time-format=iso8601 syslog-facility=daemon',
    );
  });
});

describe('the generated password', () => {
  it('is long, different each time, and needs no escaping', () => {
    const made = Array.from({ length: 200 }, () => generatePassword((bytes) => getRandomValues(bytes)));
    expect(new Set(made).size).toBe(200);
    for (const password of made) expect(password).toMatch(/^[a-km-zA-HJ-NP-Z2-9]{24}$/);
  });

  it('leaves out bytes that would make some characters likelier', () => {
    expect(generatePassword((bytes) => bytes.forEach((_, i) => (bytes[i] = i % 2 === 0 ? 255 : 0)))).toBe(
      'a'.repeat(24),
    );
  });
});
