// The credential profiles, as the engine lists them: never with a password.
import { useQuery } from '@tanstack/react-query';
import type { UseQueryResult } from '@tanstack/react-query';
import type { Profile } from '../../../../shared/contract/index.ts';
import { useEngine } from '../../../app/connection/context.tsx';

export const PROFILES_KEY = ['profiles'];

export function useProfiles(): UseQueryResult<Profile[]> {
  const engine = useEngine();
  return useQuery({
    queryKey: PROFILES_KEY,
    queryFn: ({ signal }) => engine.profiles.list(undefined, { signal }),
    refetchInterval: 30_000,
  });
}

export const TLS_WORDS: Readonly<Record<Profile['tls'], string>> = {
  off: 'Off',
  'pin-first': 'On, pin the certificate met first',
  verify: 'On, check the certificate',
  insecure: 'On, any certificate',
};

export const TLS_PORTS: Readonly<Record<Profile['tls'], number>> = {
  off: 8728,
  'pin-first': 8729,
  verify: 8729,
  insecure: 8729,
};
