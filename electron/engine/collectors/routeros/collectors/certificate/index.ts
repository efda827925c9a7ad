// When each certificate of the router ends.
import { parseDateSeconds } from '../../dates.ts';
import type { Sample } from '../../samples.ts';
import type { Collector } from '../collector.ts';
import { labelsOf } from '../rows.ts';

/** Without MKTXP's `expires_after`: it is another text at each poll, and would make a series of each. */
const LABELS = [
  'name',
  'digest-algorithm',
  'key-type',
  'country',
  'state',
  'locality',
  'organization',
  'common-name',
  'key-size',
  'subject-alt-name',
  'days-valid',
  'trusted',
  'key-usage',
  'ca',
  'serial-number',
  'fingerprint',
  'akid',
  'skid',
  'invalid-before',
  'invalid-after',
];

export const certificateCollector: Collector = {
  name: 'certificate',
  mktxpName: 'CertificateCollector',
  reads: 'when its certificates end',
  enabled: 'on',
  defaultIntervalMs: 3_600_000,
  async collect(session) {
    const rows = await session.print('/certificate', { flags: ['detail'], proplist: LABELS });
    return rows.flatMap((row): Sample[] => {
      // A request that was never signed has no end.
      const value = parseDateSeconds(row.get('invalid-after'));
      if (value === undefined) return [];
      return [{ name: 'mktxp_certificate_expiration_timestamp_seconds', labels: labelsOf(row, LABELS), value }];
    });
  },
};
