// Headends' tokens: JWTs by the one algorithm and key that the config names, never by what the token says of itself.
import { createPublicKey, createSecretKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { LinewardenError } from '../../../../shared/model/errors.ts';

export type JwtAlgorithm = 'HS256' | 'RS256' | 'EdDSA';

export type JwtVerifier = {
  /** The token's subject, or why it is refused. */
  verify(token: string, nowMs: number): Promise<{ readonly subject: string } | { readonly reason: JwtReason }>;
};

export type JwtReason = 'malformed' | 'algorithm' | 'signature' | 'expired' | 'claims';

const MAX_TOKEN = 8_192;
const CLOCK_TOLERANCE_S = 30;
const MIN_SECRET_BYTES = 16;
const MIN_RSA_BITS = 2_048;

/** Throws LW_PUSH_JWT_KEY where the key does not fit the algorithm. */
export function createJwtVerifier(options: {
  readonly algorithm: JwtAlgorithm;
  /** The secret, or a public key as PEM. */
  readonly key: Buffer;
  readonly keyName: string;
  readonly audience: string;
}): JwtVerifier {
  const { algorithm, audience } = options;
  const key = readKey(algorithm, options.key, options.keyName);
  return {
    async verify(token, nowMs) {
      if (token.length > MAX_TOKEN) return { reason: 'malformed' };
      // Only where headends send: jose is not loaded otherwise.
      const { jwtVerify, errors } = await import('jose');
      try {
        const { payload } = await jwtVerify(token, key, {
          algorithms: [algorithm],
          audience,
          requiredClaims: ['exp', 'sub'],
          clockTolerance: CLOCK_TOLERANCE_S,
          currentDate: new Date(nowMs),
        });
        return typeof payload.sub === 'string' && payload.sub !== '' ? { subject: payload.sub } : { reason: 'claims' };
      } catch (error) {
        if (error instanceof errors.JWTExpired) return { reason: 'expired' };
        if (error instanceof errors.JWTClaimValidationFailed) return { reason: 'claims' };
        if (error instanceof errors.JOSEAlgNotAllowed) return { reason: 'algorithm' };
        if (error instanceof errors.JWSSignatureVerificationFailed) return { reason: 'signature' };
        if (error instanceof errors.JOSEError || error instanceof TypeError) return { reason: 'malformed' };
        throw error;
      }
    },
  };
}

function readKey(algorithm: JwtAlgorithm, bytes: Buffer, name: string): KeyObject {
  const refuse = (message: string, hint: string, cause?: unknown): never => {
    throw new LinewardenError('LW_PUSH_JWT_KEY', `${name}: ${message}`, { hint, cause });
  };
  if (algorithm === 'HS256') {
    const secret = Buffer.from(bytes.toString('latin1').replace(/\r?\n$/, ''), 'latin1');
    if (secret.includes('-----BEGIN ')) {
      // Whoever knows the public key could sign with it.
      return refuse('HS256 needs a secret, and this is a PEM key', 'Name RS256 or EdDSA for a public key.');
    }
    if (secret.length < MIN_SECRET_BYTES) {
      return refuse(
        `the secret has less than ${MIN_SECRET_BYTES} bytes`,
        'Use 32 random bytes, such as `openssl rand -base64 32`.',
      );
    }
    return createSecretKey(secret);
  }
  let key: KeyObject;
  try {
    key = createPublicKey(bytes);
  } catch (error) {
    return refuse('it is no public key in PEM', 'Write it with `openssl pkey -in key.pem -pubout`.', error);
  }
  const wanted = algorithm === 'RS256' ? 'rsa' : 'ed25519';
  if (key.asymmetricKeyType !== wanted) {
    return refuse(
      `${algorithm} needs a key of the type ${wanted}; this is ${key.asymmetricKeyType}`,
      'Use a fitting key or algorithm.',
    );
  }
  if ((key.asymmetricKeyDetails?.modulusLength ?? MIN_RSA_BITS) < MIN_RSA_BITS) {
    return refuse(`the RSA key is shorter than ${MIN_RSA_BITS} bits`, 'Make a longer one.');
  }
  return key;
}
