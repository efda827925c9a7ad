// Which of two RouterOS versions is the newer one.

const STAGES = ['alpha', 'beta', 'rc', ''];
const VERSION = /^(\d+)\.(\d+)(?:\.(\d+))?(?:(alpha|beta|rc)(\d+))?(?![\w.])/;

function parts(version: string): number[] | undefined {
  const match = VERSION.exec(version.trim());
  if (match === null) return undefined;
  const [, major, minor, patch = '0', stage = '', build = '0'] = match;
  return [Number(major), Number(minor), Number(patch), STAGES.indexOf(stage), Number(build)];
}

/** Whether "7.16.1" is newer than "7.16rc2" and the like; undefined when one of them is no version. */
export function isNewer(candidate: string, installed: string): boolean | undefined {
  const [a, b] = [parts(candidate), parts(installed)];
  if (a === undefined || b === undefined) return undefined;
  const at = a.findIndex((part, i) => part !== b[i]);
  return at >= 0 && (a[at] ?? 0) > (b[at] ?? 0);
}
