import { describe, expect, it } from 'vitest';
import { certificateCollector } from '../../../../electron/engine/collectors/routeros/collectors/certificate/index.ts';
import { run } from './harness.ts';

const REST =
  'digest_algorithm="sha256",key_type="rsa",country="",state="",locality="",organization="",common_name="router",key_size="2048",subject_alt_name="DNS:router",days_valid="3650",trusted="true",key_usage="tls-server",ca="",serial_number="1",fingerprint="ab12",akid="",skid=""';
const certificate = {
  name: 'api-ssl',
  'digest-algorithm': 'sha256',
  'key-type': 'rsa',
  'common-name': 'router',
  'key-size': '2048',
  'subject-alt-name': 'DNS:router',
  'days-valid': '3650',
  trusted: 'true',
  'key-usage': 'tls-server',
  'serial-number': '1',
  fingerprint: 'ab12',
  'expires-after': '521w2d3h4m5s',
};
const METRIC = 'mktxp_certificate_expiration_timestamp_seconds';

describe('certificates', () => {
  it.each([
    ['before 7.10', 'nov/22/2024 10:30:00', 'nov/20/2034 10:30:00'],
    ['since 7.10', '2024-11-22 10:30:00', '2034-11-20 10:30:00'],
  ])('tell when they end: dates of versions %s', async (_, before, after) => {
    const row = { ...certificate, 'invalid-before': before, 'invalid-after': after };
    const { lines } = await run(certificateCollector, { '/certificate': [row] });
    // date -u -d '2034-11-20 10:30:00' +%s
    expect(lines).toEqual([
      `${METRIC}{name="api-ssl",${REST},invalid_before="${before}",invalid_after="${after}"} 2047631400`,
    ]);
  });

  it('a request that was never signed has no end, and is no certificate', async () => {
    expect((await run(certificateCollector, { '/certificate': [certificate] })).lines).toEqual([]);
    const odd = { ...certificate, 'invalid-after': 'feb/31/2026 00:00:00' };
    expect((await run(certificateCollector, { '/certificate': [odd] })).lines).toEqual([]);
  });

  it('none, or no menu', async () => {
    expect((await run(certificateCollector, { '/certificate': [] })).lines).toEqual([]);
    expect((await run(certificateCollector, {})).isAbsent).toBe(true);
  });
});
