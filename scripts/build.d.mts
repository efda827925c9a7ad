export function sourceState(dir: string, names: readonly string[]): string;
export function build(): boolean;
