// This machine's address as the router reaches it: chosen among its own, or typed where there is a NAT between.
import { Autocomplete } from '@mantine/core';
import type { ReactNode } from 'react';
import type { SetupMachine } from '../../../shared/contract/index.ts';
import { isPlainAddress } from '../../../shared/model/router-setup/index.ts';

type Props = {
  readonly machine: SetupMachine | undefined;
  readonly value: string;
  readonly onChange: (address: string) => void;
};

export function ServerField({ machine, value, onChange }: Props): ReactNode {
  const own = machine?.addresses ?? [];
  const chosen = own.find(({ address }) => address === value);
  const described =
    chosen === undefined
      ? 'As the router reaches this machine.'
      : `${chosen.interface}${chosen.isOnRoute ? ', on the way to the router' : ''}`;
  return (
    <Autocomplete
      label="This machine's address"
      data={own.map(({ address }) => address)}
      value={value}
      error={value === '' || isPlainAddress(value) ? undefined : 'an IP address'}
      description={described}
      // All of them can be chosen, not only those that begin with what is there.
      filter={({ options }) => options}
      onChange={onChange}
      data-testid="setup-server"
    />
  );
}
