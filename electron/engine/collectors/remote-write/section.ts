// The config's section `remote_write_receiver`.
import { z } from 'zod';
import { fieldNotation } from '../../../../shared/model/fields.ts';

export const remoteWriteReceiverSchema = z
  .strictObject({
    enabled: z.boolean().default(true).describe('Whether `/api/v1/write` takes samples wherever HTTP is served.'),
    series_limit: z
      .number()
      .int()
      .min(1)
      .max(10_000_000)
      .default(200_000)
      .describe(
        'How many series one sender (one token) may send within about two hours; the samples of further ones are refused and counted.',
      ),
    new_devices: z
      .boolean()
      .default(true)
      .describe(
        'Whether a token that nobody named under `devices` becomes a device with its first request; else it is listed as unknown, and what it sends is stored all the same.',
      ),
  })
  .describe("Samples that other programs send by Prometheus's remote write 1.0, with a token of the scope `write`.")
  .register(fieldNotation, { example: 'remote_write_receiver: {series_limit: 50000}' });
