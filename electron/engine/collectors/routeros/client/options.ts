// What the client needs to know to reach one router.

/**
 * How the connection is protected. `verify`: certificate and name are checked against the system's authorities;
 * `insecure`: encrypted, whoever answers; `pin`: exactly the certificate with this SHA-256 (hex, colons allowed);
 * `anonymous`: api-ssl without a certificate (anonymous Diffie-Hellman), encrypted, whoever answers.
 */
export type TlsMode = 'off' | 'verify' | 'insecure' | 'anonymous' | { readonly pin: string };

export type Endpoint = { readonly address: string; readonly port: number; readonly tls: TlsMode };

export type ConnectOptions = Endpoint & {
  readonly username: string;
  readonly password: string;
  /** For the connection with its TLS handshake, and again for the login. */
  readonly connectTimeoutMs?: number;
  /** Default of each command. */
  readonly commandTimeoutMs?: number;
  readonly signal?: AbortSignal | undefined;
  /** Called for each reply of the router, whatever it says: it is alive. */
  readonly onAnswer?: () => void;
};

/** "AA:BB:.." or "aabb.." as 64 lower-case hex digits, or undefined when it is no SHA-256. */
export function normalizePin(pin: string): string | undefined {
  const hex = pin.replaceAll(':', '').trim().toLowerCase();
  return /^[0-9a-f]{64}$/.test(hex) ? hex : undefined;
}

export const describeEndpoint = ({ address, port }: Endpoint): string =>
  address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
