// Adding what was found: tested first, each told as it ends, nothing added behind anybody's back.
import { describe, expect, test, vi } from 'vitest';
import type { ConnectionTest, DeviceSummary, Profile, RouterForm } from '../../../shared/contract/index.ts';
import { addAll } from '../../../electron/engine/discovery/add.ts';
import type { Candidate } from '../../../electron/engine/discovery/add.ts';
import { LinewardenError } from '../../../shared/model/errors.ts';

const PIN = 'ab'.repeat(32);
const profile: Profile = { id: 'p', name: 'Field', username: 'monitor', tls: 'off', port: 8728, intervalMs: 15_000 };
const ok = (identity: string, warnings: string[] = []): ConnectionTest => ({
  ok: true,
  durationMs: 1,
  facts: [
    { name: 'identity', value: identity },
    { name: 'certificate SHA-256', value: PIN },
  ],
  warnings,
});
const failed = (code: string): ConnectionTest => ({
  ok: false,
  durationMs: 1,
  code,
  message: `${code}.`,
  hint: 'Look.',
});

function network(answers: Record<string, ConnectionTest>) {
  const added: RouterForm[] = [];
  return {
    added,
    testRouter: vi.fn<(form: RouterForm, signal?: AbortSignal) => Promise<ConnectionTest>>((form) =>
      Promise.resolve(answers[form.address] ?? failed('LW_ROUTEROS_TIMEOUT')),
    ),
    addRouter: (form: RouterForm) => {
      if (form.address === '10.0.0.66') throw new LinewardenError('LW_STATE_FULL', 'The disk is full.');
      added.push(form);
      return Promise.resolve({ id: form.name } as DeviceSummary);
    },
    isTaken: (name: string) => name === 'core' || added.some((form) => form.name === name),
  };
}

async function run(candidates: Candidate[], services: ReturnType<typeof network>, as = profile): Promise<string[]> {
  const told: string[] = [];
  for await (const one of addAll(candidates, { profile: as, password: 'secret' }, services, undefined)) {
    const { id } = one;
    if (one.state === 'testing') told.push(`${id} testing ${one.address}`);
    else told.push(one.state === 'added' ? `${id} added as ${one.deviceId}` : `${id} failed ${one.code}`);
  }
  return told;
}

describe('adding', () => {
  test('tests each with the profile and takes the name that it gives itself', async () => {
    const services = network({ '10.0.0.2': ok('tower'), '10.0.0.3': failed('LW_ROUTEROS_LOGIN_FAILED') });
    const told = await run(
      [
        { id: 'a', name: 'old name', addresses: ['10.0.0.2'] },
        { id: 'b', name: '', addresses: ['10.0.0.3', '10.0.0.2'] },
        { id: 'c', name: '', addresses: [] },
      ],
      services,
    );
    expect(told).toContain('a added as tower');
    // A refused login is not tried elsewhere with the same password.
    expect(told.filter((line) => line.startsWith('b'))).toEqual([
      'b testing 10.0.0.3',
      'b failed LW_ROUTEROS_LOGIN_FAILED',
    ]);
    expect(told).toContain('c failed LW_DISCOVERY_NO_ADDRESS');
    expect(services.added).toEqual([
      {
        name: 'tower',
        address: '10.0.0.2',
        port: 8728,
        tls: 'off',
        pin: '',
        username: 'monitor',
        password: 'secret',
        intervalMs: 15_000,
      },
    ]);
  });

  test('goes on to the next address where the first does not answer, three at most', async () => {
    const services = network({ '10.0.0.3': ok('tower') });
    expect(await run([{ id: 'a', name: '', addresses: ['10.0.0.2', '10.0.0.3'] }], services)).toEqual([
      'a testing 10.0.0.2',
      'a testing 10.0.0.3',
      'a added as tower',
    ]);
    const many = Array.from({ length: 9 }, (_, i) => `10.9.0.${i}`);
    await run([{ id: 'a', name: '', addresses: many }], services);
    expect(services.testRouter).toHaveBeenCalledTimes(5);
  });

  test('gives routers that nobody named names that nobody has', async () => {
    const services = network({ '10.0.0.2': ok('core'), '10.0.0.3': ok('MikroTik'), '10.0.0.4': ok('MikroTik') });
    await run(
      ['10.0.0.2', '10.0.0.3', '10.0.0.4'].map((address) => ({ id: address, name: '', addresses: [address] })),
      services,
    );
    expect(services.added.map(({ name }) => name)).toEqual(['core (10.0.0.2)', 'MikroTik', 'MikroTik (10.0.0.4)']);
  });

  test('pins the certificate of the first contact, and tests with it', async () => {
    const services = network({ '10.0.0.2': ok('tower') });
    await run([{ id: 'a', name: '', addresses: ['10.0.0.2'] }], services, { ...profile, tls: 'pin-first', port: 8729 });
    expect(services.testRouter.mock.calls.map(([{ tls, pin }]) => [tls, pin])).toEqual([
      ['insecure', ''],
      ['pin', PIN],
    ]);
    expect(services.added).toMatchObject([{ tls: 'pin', pin: PIN, port: 8729 }]);
  });

  test('one that cannot be stored keeps no other from being added', async () => {
    const services = network({ '10.0.0.66': ok('a'), '10.0.0.2': ok('b') });
    const told = await run(
      ['10.0.0.66', '10.0.0.2'].map((address) => ({ id: address, name: '', addresses: [address] })),
      services,
    );
    expect(told).toContain('10.0.0.66 failed LW_STATE_FULL');
    expect(told).toContain('10.0.0.2 added as b');
  });

  test('ends when who asked goes away: what is under way is not added', async () => {
    const services = network({});
    services.testRouter.mockImplementation(
      (_form, signal) =>
        new Promise((resolve) => signal?.addEventListener('abort', () => resolve(ok('late')), { once: true })),
    );
    const candidates = Array.from({ length: 20 }, (_, i) => ({ id: `${i}`, name: '', addresses: [`10.0.0.${i}`] }));
    const progress = addAll(candidates, { profile, password: '' }, services, undefined);
    await progress.next();
    await progress.return(undefined);
    await new Promise((resolve) => setImmediate(resolve));
    expect(services.added).toEqual([]);
    expect(services.testRouter).toHaveBeenCalledTimes(4);
  });
});
