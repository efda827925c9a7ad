// TLS to api-ssl: the handshake's options by mode, and whose certificate is acceptable.
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { isIP } from 'node:net';
import type { LinewardenError } from '../../../../../shared/model/errors.ts';
import { nodeErrorCode, routerosError } from './errors.ts';
import { describeEndpoint, type Endpoint, normalizePin } from './options.ts';

/** Begins the handshake. May throw where the TLS library lacks anonymous DH (BoringSSL, so Electron's own). */
export function connectTls(endpoint: Endpoint): TLSSocket {
  const options: ConnectionOptions = {
    host: endpoint.address,
    port: endpoint.port,
    // Who it is gets judged in certificateError, before a byte is sent: only there is the fingerprint at hand.
    rejectUnauthorized: false,
  };
  if (isIP(endpoint.address) === 0) options.servername = endpoint.address;
  if (endpoint.tls === 'anonymous') {
    options.ciphers = 'ADH:@SECLEVEL=0';
    options.maxVersion = 'TLSv1.2';
  }
  return connect(options);
}

/** SHA-256 of the peer's certificate as 64 hex digits; '' when it showed none (anonymous DH). */
export const certificateSha256 = (socket: TLSSocket): string =>
  (socket.getPeerCertificate().fingerprint256 ?? '').replaceAll(':', '').toLowerCase();

/** Why this peer must not be spoken to under the chosen mode; undefined when it may. */
export function certificateError(endpoint: Endpoint, socket: TLSSocket): LinewardenError | undefined {
  const where = describeEndpoint(endpoint);
  const sha256 = certificateSha256(socket);
  if (typeof endpoint.tls === 'object') {
    const pin = normalizePin(endpoint.tls.pin);
    if (pin === undefined) {
      return routerosError('LW_ROUTEROS_TLS_FAILED', `The pin of ${where} is no SHA-256: give 64 hex digits.`);
    }
    if (pin === sha256) return undefined;
    return routerosError(
      'LW_ROUTEROS_TLS_PIN_CHANGED',
      `${where} shows another certificate than the pinned one: its SHA-256 is ${sha256}.`,
      'If you renewed the certificate, pin the new SHA-256; if not, somebody may be in between.',
    );
  }
  if (endpoint.tls !== 'verify' || socket.authorized) return undefined;
  const reason: unknown = socket.authorizationError;
  const code = typeof reason === 'string' ? reason : nodeErrorCode(reason);
  const pinHint = `Check on the router that this SHA-256 is its own and pin it: ${sha256}`;
  switch (code) {
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
      return routerosError('LW_ROUTEROS_TLS_SELF_SIGNED', `${where} shows a self-signed certificate.`, pinHint);
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
      return routerosError(
        'LW_ROUTEROS_TLS_UNTRUSTED',
        `${where} shows a certificate of an authority that this machine does not know.`,
        pinHint,
      );
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return routerosError(
        'LW_ROUTEROS_TLS_NAME',
        `The certificate of ${where} is for another name.`,
        `Use the name that the certificate has, or pin it: ${sha256}`,
      );
    case 'CERT_HAS_EXPIRED':
    case 'CERT_NOT_YET_VALID':
      return routerosError(
        'LW_ROUTEROS_TLS_EXPIRED',
        `The certificate of ${where} is not valid today.`,
        'Renew it, and check the clocks of the router and of this machine.',
      );
    default:
      return routerosError(
        'LW_ROUTEROS_TLS_FAILED',
        `The certificate of ${where} is not acceptable (${code}).`,
        pinHint,
      );
  }
}

/** A handshake that failed after the TCP connection stood. */
export function handshakeError(endpoint: Endpoint, error: unknown): LinewardenError {
  const code = nodeErrorCode(error);
  const where = describeEndpoint(endpoint);
  if (/WRONG_VERSION_NUMBER|PACKET_LENGTH|UNEXPECTED_MESSAGE|HTTP_REQUEST/.test(code)) {
    const text = `${where} does not speak TLS.`;
    return routerosError('LW_ROUTEROS_TLS_FAILED', text, 'Give the port of api-ssl (8729), or choose TLS off.', error);
  }
  const hint =
    endpoint.tls === 'anonymous'
      ? 'Give the router a certificate (/ip service set api-ssl certificate=...) and use TLS with it.'
      : 'The api-ssl service may have no certificate: /ip service set api-ssl certificate=... (or choose tls: anonymous).';
  const text = `The TLS handshake with ${where} failed${code === '' ? '' : ` (${code})`}.`;
  return routerosError('LW_ROUTEROS_TLS_FAILED', text, hint, error);
}
