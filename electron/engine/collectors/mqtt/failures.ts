// What is told when a broker cannot be reached or refuses, without anything secret.
import { LinewardenError } from '../../../../shared/model/errors.ts';

const REFUSALS: Readonly<Record<number, readonly [string, string]>> = {
  1: ['does not speak this version of MQTT', 'Set version in mqtt.connect to 3.1.1 or 5.'],
  2: ['refuses the client id', 'Set client_id in mqtt.connect.'],
  3: ['is not available', 'Look at the log of the broker.'],
  4: ['refuses the user name or password', 'Check username and password_file in mqtt.connect.'],
  5: ['refuses the login', 'Check username and password_file, and what the broker allows them.'],
  132: ['does not speak this version of MQTT', 'Set version in mqtt.connect to 3.1.1.'],
  133: ['refuses the client id', 'Set client_id in mqtt.connect.'],
  134: ['refuses the user name or password', 'Check username and password_file in mqtt.connect.'],
  135: ['refuses the login', 'Check username and password_file, and what the broker allows them.'],
  136: ['is not available', 'Look at the log of the broker.'],
  137: ['is busy', 'It is tried again.'],
  138: ['has banned this client', 'Look at the log of the broker.'],
};

/** By the reason code of a refused connection; version 5 has codes from 128. */
export function connackFailure(host: string, code: number): LinewardenError {
  const [what, hint] = REFUSALS[code] ?? [`refuses the connection (code ${code})`, 'Look at the log of the broker.'];
  return new LinewardenError('LW_MQTT_REFUSED', `The broker ${host} ${what}.`, { hint });
}

const SYSTEM: Readonly<Record<string, readonly [string, string]>> = {
  ECONNREFUSED: ['refuses connections', 'Check that the broker runs, and its port.'],
  ENOTFOUND: ['has a name that cannot be resolved', 'Check the name, and the DNS of this computer.'],
  EAI_AGAIN: ['has a name that cannot be resolved now', 'Check the DNS of this computer.'],
  EHOSTUNREACH: ['cannot be reached', 'Check the network.'],
  ENETUNREACH: ['cannot be reached', 'Check the network.'],
  ETIMEDOUT: ['does not answer', 'Check the address, the port and firewalls.'],
  ECONNRESET: ['ended the connection', 'Check the port, whether it wants TLS, and the log of the broker.'],
  EPIPE: ['ended the connection', 'Check the port, whether it wants TLS, and the log of the broker.'],
  DEPTH_ZERO_SELF_SIGNED_CERT: ['has a certificate that no known authority signed', 'Give its authority as ca_file.'],
  SELF_SIGNED_CERT_IN_CHAIN: ['has a certificate that no known authority signed', 'Give its authority as ca_file.'],
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: [
    'has a certificate that no known authority signed',
    'Give its authority as ca_file.',
  ],
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: [
    'has a certificate that no known authority signed',
    'Give its authority as ca_file.',
  ],
  CERT_HAS_EXPIRED: ['has a certificate that has expired', 'Renew it on the broker.'],
  ERR_TLS_CERT_ALTNAME_INVALID: [
    'has a certificate for another name',
    'Ask it under the name that is in its certificate.',
  ],
};

export function connectionFailure(host: string, error: unknown): LinewardenError {
  if (error instanceof LinewardenError) return error;
  const { code } = error as { code?: unknown };
  const known = typeof code === 'string' ? SYSTEM[code] : undefined;
  if (known !== undefined) {
    return new LinewardenError('LW_MQTT_UNREACHABLE', `The broker ${host} ${known[0]}.`, {
      hint: known[1],
      cause: error,
    });
  }
  if (typeof code === 'string' && code.startsWith('ERR_SSL_')) return tlsFailure(host, code, error);
  const what = typeof code === 'string' ? code : error instanceof Error ? error.message.slice(0, 120) : 'unknown error';
  return new LinewardenError('LW_MQTT_FAILED', `The connection to the broker ${host} failed (${what}).`, {
    hint: 'Look at the log of the broker.',
    cause: error,
  });
}

/** What OpenSSL says of the broker's answer, in its own names. */
function tlsFailure(host: string, code: string, cause: unknown): LinewardenError {
  const [what, hint] = /ALERT.*(?:CERTIFICATE|UNKNOWN_CA)/.test(code)
    ? ["does not accept Linewarden's certificate, or wants one", 'Give cert_file and key_file in mqtt.connect.']
    : /WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST/.test(code)
      ? ['does not speak TLS on this port', 'Check the port, or write mqtt:// in the URL.']
      : [`fails in its TLS (${code.slice(0, 80)})`, 'Look at the log of the broker.'];
  return new LinewardenError('LW_MQTT_TLS', `The broker ${host} ${what}.`, { hint, cause });
}
