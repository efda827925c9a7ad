// Whether a MAC address was given out to MikroTik (IEEE's registry, "Routerboard.com" and "Mikrotikls SIA").
const PREFIXES = new Set(
  '000C42 04F41C 085531 18FD74 2CC81B 488F5A 48A98A 4C5E0C 64D154 6C3B6B 744D28 789A18 B869F4 C4AD34 CC2DE0 D0EA11 D401C3 D4CA6D DC2C6E E48D8C F41E57'.split(
    ' ',
  ),
);

/** The address in normalised form. */
export const isMikrotikMac = (mac: string): boolean => PREFIXES.has(mac.slice(0, 8).replaceAll(':', ''));
