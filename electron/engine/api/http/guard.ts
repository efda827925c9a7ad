// Lets a request through to its route when its token has the scope that the route needs.
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Bearer, mayUse, offeredToken, type Scope, type TokenBook } from './access.ts';

/** Who an Authorization header is of. */
export type BearerOf = (authorization: string | undefined) => Bearer | undefined;

export const bearerOf =
  (tokens: TokenBook): BearerOf =>
  (authorization) =>
    tokens(offeredToken(authorization));

/** An onRequest hook: runs before anything of the body is read. */
export const requireScope =
  (bearer: BearerOf, needed: Scope) => async (request: FastifyRequest, reply: FastifyReply) => {
    const known = bearer(request.headers.authorization);
    if (known === undefined) {
      return reply.code(401).header('WWW-Authenticate', 'Bearer realm="linewarden"').send({
        status: 'error',
        errorType: 'unauthorized',
        error: 'a token is needed: Authorization: Bearer <token>',
      });
    }
    if (mayUse(known, needed)) return undefined;
    return reply.code(403).send({
      status: 'error',
      errorType: 'forbidden',
      error: `the token ${JSON.stringify(known.name)} has the scope ${known.scope}; this needs ${needed}`,
    });
  };
