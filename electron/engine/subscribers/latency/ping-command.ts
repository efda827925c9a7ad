// The system's own ping: how it is asked for one packet, and what it answers, on each system and in any language.

export type PingCommand = { readonly file: string; readonly args: readonly string[] };

const WAIT_S = 2;

/** @param address an IP address that was checked: it becomes an argument */
export function pingCommand(platform: NodeJS.Platform, address: string): PingCommand {
  const isV6 = address.includes(':');
  if (platform === 'win32') {
    return { file: 'ping', args: [isV6 ? '-6' : '-4', '-n', '1', '-w', String(WAIT_S * 1_000), address] };
  }
  if (platform === 'darwin') {
    // Its ping6 has no time limit of its own.
    return isV6
      ? { file: 'ping6', args: ['-n', '-c', '1', address] }
      : { file: 'ping', args: ['-n', '-c', '1', '-W', String(WAIT_S * 1_000), address] };
  }
  return { file: 'ping', args: ['-n', '-c', '1', '-W', String(WAIT_S), address] };
}

// "time=11.5 ms", "time<1ms", "Zeit=14ms TTL=57", "temps=14 ms": the word is translated, the unit hardly.
const ANSWER = /[=<]\s*(\d+(?:[.,]\d+)?)\s*(?:ms\b|\S{2,4}\s+TTL=)/i;

/** Seconds of the first answer; undefined where none came. */
export function parsePing(output: string): number | undefined {
  const time = ANSWER.exec(output)?.[1];
  return time === undefined ? undefined : Number(time.replace(',', '.')) / 1_000;
}
