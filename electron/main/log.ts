// The shell's log: one JSON line an event on standard error, beside the engine's.

export type Log = (level: 'info' | 'warn' | 'error', message: string, fields?: Record<string, unknown>) => void;

export const log: Log = (level, message, fields = {}) => {
  process.stderr.write(`${JSON.stringify({ time: Date.now(), level, area: 'shell', ...fields, msg: message })}\n`);
};
