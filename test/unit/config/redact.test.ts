import { describe, expect, it } from 'vitest';
import { redactConfig } from '../../../electron/engine/config/index.ts';

describe('the config as it is shown', () => {
  it('keeps names of files and hides what could be a secret', () => {
    const shown = redactConfig(`
# the old password was hunter2
routeros:
  - {name: core, address: 10.0.0.1, username: monitor, password_file: secrets/core}
scrape_configs:
  - job_name: app
    basic_auth: {username: u, password: p4ssw0rd}
    http_sd_configs: [{url: 'http://u:g31@sd/', authorization: {credentials: t0k3n}}]
    bearer_token: b3ar3r
    params: {token: [abc123], module: [http]}
    static_configs: [{targets: [app:80]}]
push: {clients: [{id: c1, key: k3y}], jwt: {key_file: secrets/jwt}}
mqtt: {connect: [{url: 'mqtts://user:pa55@hub:8883'}]}
http: {tokens: [{name: grafana, scope: read, sha256: deadbeef}]}
alerting: {heartbeat: {url: 'https://alive.example/p1ng', interval: 7m}}
`);
    for (const secret of [
      'hunter2',
      'p4ssw0rd',
      'abc123',
      'k3y',
      'pa55',
      'deadbeef',
      'p1ng',
      'g31',
      't0k3n',
      'b3ar3r',
    ]) {
      expect(shown).not.toContain(secret);
    }
    for (const kept of ['secrets/core', 'secrets/jwt', 'monitor', '10.0.0.1', 'http', 'hub:8883', 'grafana', '7m']) {
      expect(shown).toContain(kept);
    }
  });

  it('is empty without a config, and where it is no YAML', () => {
    expect(redactConfig('')).toBe('');
    expect(redactConfig('a: [1')).toBe('');
  });
});
