// Lets a request through to its route when its token has the scope that the route needs.
import { timingSafeEqual } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Bearer, mayUse, offeredToken, type Scope, type TokenBook } from './access.ts';

/** Who an Authorization header is of. */
export type BearerOf = (authorization: string | undefined) => Bearer | undefined;

export function bearerOf(tokens: TokenBook): BearerOf {
  // A client says the same with each request, and to compare costs less than to hash.
  let last: { readonly header: Buffer; readonly bearer: Bearer } | undefined;
  return (authorization) => {
    const header = Buffer.from(authorization ?? '');
    if (header.length === last?.header.length && timingSafeEqual(header, last.header)) return last.bearer;
    const bearer = tokens(offeredToken(authorization));
    if (bearer !== undefined) last = { header, bearer };
    return bearer;
  };
}

/** An onRequest hook: runs before anything of the body is read. One of the scopes is enough. */
export const requireScope =
  (bearer: BearerOf, ...needed: readonly Scope[]) =>
  (request: FastifyRequest, reply: FastifyReply, done: () => void): void => {
    const known = bearer(request.headers.authorization);
    if (known === undefined) {
      reply.code(401).header('WWW-Authenticate', 'Bearer realm="linewarden"').send({
        status: 'error',
        errorType: 'unauthorized',
        error: 'a token is needed: Authorization: Bearer <token>',
      });
    } else if (mayUse(known, ...needed)) {
      done();
    } else {
      reply.code(403).send({
        status: 'error',
        errorType: 'forbidden',
        error: `the token ${JSON.stringify(known.name)} has the scope ${known.scope}; this needs ${needed.join(' or ')}`,
      });
    }
  };
