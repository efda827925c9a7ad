// A connected socket to a router, plain or TLS, or the reason why there is none.
import { connect, type Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { LinewardenError } from '../../../../../shared/model/errors.ts';
import { abortError, timeoutError, transportError } from './errors.ts';
import { describeEndpoint, type Endpoint } from './options.ts';
import { certificateError, certificateSha256, connectTls, handshakeError } from './tls.ts';

export type Transport = {
  readonly socket: Socket;
  /** SHA-256 of the router's certificate, 64 hex digits; '' without one. */
  readonly certificateSha256: string;
};

const KEEP_ALIVE_MS = 30_000;

/** Resolves once the peer may be spoken to under the chosen TLS mode; rejects with an LW_ROUTEROS_* error, socket closed. */
export function openTransport(endpoint: Endpoint, timeoutMs: number, signal?: AbortSignal): Promise<Transport> {
  if (signal?.aborted === true) return Promise.reject(abortError(signal));
  let socket: Socket;
  let tls: TLSSocket | undefined;
  try {
    socket =
      endpoint.tls === 'off' ? connect({ host: endpoint.address, port: endpoint.port }) : (tls = connectTls(endpoint));
  } catch (error) {
    return Promise.reject(handshakeError(endpoint, error));
  }
  const { promise, resolve, reject } = Promise.withResolvers<Transport>();
  let tcpConnected = false;
  const where = describeEndpoint(endpoint);

  const settle = (error?: LinewardenError): void => {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
    socket.removeListener('error', onError);
    socket.removeListener('close', onClose);
    if (error === undefined) {
      resolve({ socket, certificateSha256: tls === undefined ? '' : certificateSha256(tls) });
      return;
    }
    // A socket that is being destroyed may still emit an error, and nobody else listens.
    socket.on('error', () => {});
    socket.destroy();
    reject(error);
  };
  const failure = (error: unknown): LinewardenError =>
    tcpConnected && tls !== undefined ? handshakeError(endpoint, error) : transportError(endpoint, error);
  const onAbort = (): void => settle(signal === undefined ? undefined : abortError(signal));
  const onError = (error: unknown): void => settle(failure(error));
  const onClose = (): void => settle(failure(undefined));
  const onTimeout = (): void =>
    settle(
      tcpConnected
        ? timeoutError(
            `${where} does not answer the TLS handshake.`,
            'Give the port of api-ssl (8729), or choose TLS off.',
          )
        : timeoutError(`${where} does not answer.`),
    );
  const timer = setTimeout(onTimeout, timeoutMs);
  signal?.addEventListener('abort', onAbort, { once: true });
  socket.on('error', onError);
  socket.on('close', onClose);
  socket.once('connect', () => {
    tcpConnected = true;
    socket.setNoDelay(true);
    socket.setKeepAlive(true, KEEP_ALIVE_MS);
    if (tls === undefined) settle();
  });
  tls?.once('secureConnect', () => settle(certificateError(endpoint, tls)));
  return promise;
}
