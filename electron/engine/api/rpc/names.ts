// The window's questions about names.
import type { z } from 'zod';
import type { AddressNames, nameLookupSchema } from '../../../../shared/contract/index.ts';
import type { Names } from '../../names/index.ts';

export function lookUpNames(
  names: Pick<Names, 'nameOf'>,
  { addresses, near }: z.output<typeof nameLookupSchema>,
): AddressNames {
  return [...new Set(addresses)].flatMap((address) => {
    const found = names.nameOf(address, near);
    return found === undefined ? [] : [{ address, ...found }];
  });
}
