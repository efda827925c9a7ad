// Ends this program when the npm that runs it is ended: the shell in between dies of the signal and hands nothing on.

const POLL_MS = 200;

/** To be called first thing; without npm it does nothing, so that a daemon may outlive whoever started it. */
export function endWithNpm() {
  if (process.env.npm_lifecycle_event === undefined || process.platform === 'win32') return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    process.kill(process.pid, 'SIGTERM');
  }, POLL_MS);
  timer.unref();
}
