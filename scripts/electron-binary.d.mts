export function electronBinary(root: string): string | undefined;
export function installElectron(root: string, timeoutMs: number): string | undefined;
