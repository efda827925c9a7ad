// Whether the window is dark or light, found out once for all graphs.
import { useComputedColorScheme } from '@mantine/core';
import { createContext, useContext } from 'react';
import type { ReactNode } from 'react';
import type { Scheme } from '../../charts/palette.ts';

const SchemeContext = createContext<Scheme>('dark');

export function SchemeProvider({ children }: { readonly children: ReactNode }): ReactNode {
  return <SchemeContext value={useComputedColorScheme('dark')}>{children}</SchemeContext>;
}

export const useScheme = (): Scheme => useContext(SchemeContext);
