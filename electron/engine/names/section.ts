// The `names` section of linewarden.yml.
import { z } from 'zod';
import { durationField, fieldNotation } from '../../../shared/model/fields.ts';

export const namesSectionSchema = z
  .strictObject({
    remember: durationField({ minMs: 3_600_000, maxMs: 366 * 86_400_000 })
      .default(7 * 86_400_000)
      .describe('How long the name of an address is kept after a router told it last.'),
    reverse_dns: z
      .enum(['off', 'private', 'all'])
      .default('off')
      .describe(
        "Whether the name server of this computer is asked for addresses that no router names: `private` asks for this network's own only, `all` also for the internet's, whose owners then see who looks at them.",
      ),
  })
  .describe('Names of addresses, learnt from DHCP leases, PPP users, comments, static DNS and neighbours.')
  .register(fieldNotation, { example: 'names: {remember: 7d, reverse_dns: private}' });

export type NamesSection = z.output<typeof namesSectionSchema>;
