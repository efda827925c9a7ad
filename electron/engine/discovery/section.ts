// The `discovery` section of linewarden.yml.
import { z } from 'zod';
import { fieldNotation, hostPortField } from '../../../shared/model/fields.ts';

const listenField = z
  .union([z.literal('off'), hostPortField], { error: 'off, or an address with a port such as 0.0.0.0:5678' })
  .register(fieldNotation, {
    type: '`off` or host:port',
  });

export const discoverySectionSchema = z
  .strictObject({
    mndp: z
      .strictObject({
        listen: listenField
          .optional()
          .register(fieldNotation, {
            type: '`off` or host:port',
            fallback: '0.0.0.0:5678 in the desktop app, `off` with `serve`',
          })
          .describe(
            'The UDP address on which routers are heard that announce themselves; with `off` it is port 5678, for some seconds at each search.',
          ),
        query: z
          .boolean()
          .default(true)
          .describe('Whether a search may ask all routers of this network to announce themselves at once.'),
        query_to: z
          .array(hostPortField)
          .max(64)
          .optional()
          .register(fieldNotation, { fallback: "the broadcast addresses of this computer's networks, port 5678" })
          .describe('Where the question of a search goes.'),
      })
      .prefault({})
      .describe("MikroTik's neighbour discovery, by which routers announce themselves (MNDP)."),
  })
  .describe('Devices that are found and not yet watched: those that announce themselves, and what routers know of.')
  .register(fieldNotation, { example: "discovery:\n  mndp: {listen: '0.0.0.0:5678', query: true}" });

export type DiscoverySection = z.output<typeof discoverySectionSchema>;
