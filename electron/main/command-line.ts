// What the desktop app was asked on its command line, and where its data is when nothing was said.
import path from 'node:path';

export type CommandLine = {
  dataDir: string;
  configFile: string | undefined;
  /** Start without showing the window: for the login items of a desktop. */
  hidden: boolean;
  /** Start engine and page in a directory of their own, say whether they came up, and end. */
  selfCheck: boolean;
};

type Surroundings = {
  platform: string;
  env: Record<string, string | undefined>;
  home: string;
  cwd: string;
};

/** `argv` without the program. Unknown arguments are left to Chromium, which has many. */
export function parseCommandLine(argv: readonly string[], around: Surroundings): CommandLine {
  const paths = around.platform === 'win32' ? path.win32 : path.posix;
  const value = (name: string): string | undefined => {
    const index = argv.indexOf(name);
    const joined = argv.find((arg) => arg.startsWith(`${name}=`))?.slice(name.length + 1);
    const given = index === -1 ? joined : argv[index + 1];
    return given === undefined || given === '' || given.startsWith('--') ? undefined : paths.resolve(around.cwd, given);
  };
  return {
    dataDir: value('--data-dir') ?? defaultDataDir(around),
    configFile: value('--config'),
    hidden: argv.includes('--hidden'),
    selfCheck: argv.includes('--self-check'),
  };
}

/** The same directory that the `linewarden` command takes, so that both see the same data. */
export function defaultDataDir({ platform, env, home }: Omit<Surroundings, 'cwd'>): string {
  if (platform === 'win32')
    return path.win32.join(env['APPDATA'] ?? path.win32.join(home, 'AppData/Roaming'), 'Linewarden');
  if (platform === 'darwin') return path.posix.join(home, 'Library/Application Support/Linewarden');
  return path.posix.join(env['XDG_DATA_HOME'] ?? path.posix.join(home, '.local/share'), 'linewarden');
}
