// Opens the connection to a broker: TCP or TLS, with the files of the config read at each attempt.
import { readFile, stat } from 'node:fs/promises';
import type { Duplex } from 'node:stream';
import path from 'node:path';
import { LinewardenError } from '../../../../shared/model/errors.ts';
import type { ConnectSection } from './section.ts';

const READ_TIMEOUT_MS = 5_000;

export type Endpoint = { readonly host: string; readonly port: number; readonly isTls: boolean };

export function endpointOf(url: string): Endpoint {
  const { protocol, hostname, port } = new URL(url);
  const isTls = ['mqtts:', 'tls:', 'ssl:'].includes(protocol);
  return { host: hostname.replace(/^\[|\]$/g, ''), port: port === '' ? (isTls ? 8883 : 1883) : Number(port), isTls };
}

/** What a broker is called where the config gives it no name. */
export const nameOfUrl = (url: string): string => {
  const { host, port } = endpointOf(url);
  return `${host}:${port}`;
};

/** A file of the config; its path is relative to the config file. */
export async function readConfigured(baseDir: string, file: string, what: string): Promise<string> {
  try {
    return await readFile(path.resolve(baseDir, file), {
      encoding: 'utf8',
      signal: AbortSignal.timeout(READ_TIMEOUT_MS),
    });
  } catch (error) {
    throw new LinewardenError('LW_MQTT_FILE', `The ${what} file ${file} cannot be read.`, {
      hint: 'Check the path (relative to the config file) and its permissions.',
      cause: error,
    });
  }
}

/** Another text where one of the files is another; what cannot be looked at is gone. */
export async function filesState(baseDir: string, files: readonly string[]): Promise<string> {
  const states = files.map(async (file) => {
    const found = await stat(path.resolve(baseDir, file)).catch(() => undefined);
    return found === undefined ? 'gone' : `${found.mtimeMs} ${found.size} ${found.ino}`;
  });
  return (await Promise.all(states)).join('|');
}

/** The password without its last line end. */
export async function passwordOf(
  section: { readonly password?: string | undefined; readonly password_file?: string | undefined },
  baseDir: string,
): Promise<string | undefined> {
  if (section.password_file === undefined) return section.password;
  return (await readConfigured(baseDir, section.password_file, 'password')).replace(/\r?\n$/, '');
}

/** A function that opens the stream when it is called; files are read before. */
export async function streamOpener(section: ConnectSection, baseDir: string): Promise<() => Duplex> {
  const { host, port, isTls } = endpointOf(section.url);
  if (!isTls) {
    const { connect } = await import('node:net');
    return () => connect({ host, port }).setNoDelay(true);
  }
  const read = (file: string | undefined, what: string): Promise<string> | undefined =>
    file === undefined ? undefined : readConfigured(baseDir, file, what);
  const [ca, cert, key] = await Promise.all([
    read(section.ca_file, 'authority'),
    read(section.cert_file, 'certificate'),
    read(section.key_file, 'key'),
  ]);
  const { connect } = await import('node:tls');
  const { isIP } = await import('node:net');
  return () =>
    connect({
      host,
      port,
      rejectUnauthorized: !section.insecure,
      ...(isIP(host) === 0 && { servername: host }),
      ...(ca !== undefined && { ca }),
      ...(cert !== undefined && { cert }),
      ...(key !== undefined && { key }),
    });
}
