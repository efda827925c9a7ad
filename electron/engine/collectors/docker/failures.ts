// What can go wrong between us and a container engine: one code and one sentence for each.
import { LinewardenError } from '../../../../shared/model/errors.ts';

/** The error codes of an error and its causes. */
function codesOf(error: unknown): string[] {
  const codes: string[] = [];
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) {
    if ('code' in at && typeof at.code === 'string') codes.push(at.code);
    if (at.name === 'TimeoutError') codes.push('ETIMEDOUT');
  }
  return codes;
}

const TLS = /^(CERT_|ERR_TLS|ERR_SSL|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|HOSTNAME_MISMATCH)/;

export function engineFailure(error: unknown, address: string): LinewardenError {
  if (error instanceof LinewardenError) return error;
  const codes = codesOf(error);
  const has = (...wanted: string[]): boolean => codes.some((code) => wanted.includes(code));
  const failure = (code: `LW_${string}`, message: string, hint: string): LinewardenError =>
    new LinewardenError(code, message, { hint, cause: error });
  if (has('ENOENT'))
    return failure(
      'LW_DOCKER_NO_SOCKET',
      `There is no ${address}.`,
      'Start the container engine, or give its address.',
    );
  if (has('EACCES', 'EPERM')) {
    return failure(
      'LW_DOCKER_DENIED',
      `This user may not open ${address}.`,
      'Add the user to the group that owns the socket (usually docker), which is as good as root there.',
    );
  }
  if (has('ECONNREFUSED'))
    return failure('LW_DOCKER_REFUSED', `${address} refuses the connection.`, 'Check that the container engine runs.');
  if (has('ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'EHOSTDOWN'))
    return failure(
      'LW_DOCKER_UNREACHABLE',
      `${address} cannot be reached.`,
      'Check the name, the address and the network.',
    );
  if (has('ETIMEDOUT', 'UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT'))
    return failure('LW_DOCKER_TIMEOUT', `${address} did not answer in time.`, 'Look at the load of that machine.');
  if (codes.some((code) => TLS.test(code))) {
    return failure(
      'LW_DOCKER_TLS',
      `The TLS connection to ${address} failed (${codes.find((code) => TLS.test(code))}).`,
      'Check tls.ca_file, and the certificate that the engine wants of its clients.',
    );
  }
  return failure(
    'LW_DOCKER_FAILED',
    `The request to ${address} failed (${codes[0] ?? (error instanceof Error ? error.name : 'unknown error')}).`,
    'Check the address, and whether it wants TLS.',
  );
}

export const statusFailure = (address: string, status: number, path: string): LinewardenError =>
  new LinewardenError('LW_DOCKER_HTTP_STATUS', `${address} answers ${path} with HTTP status ${status}.`, {
    hint:
      status === 400
        ? 'An engine that wants TLS answers so to plain HTTP: give tls.'
        : 'Look at the log of the engine.',
  });

export const notAnEngine = (address: string, what: string): LinewardenError =>
  new LinewardenError('LW_DOCKER_NOT_AN_ENGINE', `${address} does not answer as a container engine does: ${what}.`, {
    hint: 'Check the address.',
  });
