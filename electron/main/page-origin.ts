// Which pages are the app's own: the one origin that may talk to the shell.

export const SCHEME = 'app';
export const HOST = 'linewarden';

export type PageOrigin = {
  /** Where the window starts, without a trailing slash. */
  readonly base: string;
  /** Whether this URL belongs to the app. */
  owns(url: string): boolean;
};

/** `devServer`: the address of Vite's server while developing; undefined in everything that is packed. */
export function pageOrigin(devServer: string | undefined): PageOrigin {
  const own = new URL(devServer ?? `${SCHEME}://${HOST}/`);
  return {
    base: `${own.protocol}//${own.host}`,
    // `origin` is "null" for a scheme that Node's URL does not know, so protocol and host are compared.
    owns: (url) => {
      if (!URL.canParse(url)) return false;
      const { protocol, host, username, password } = new URL(url);
      return protocol === own.protocol && host === own.host && username === '' && password === '';
    },
  };
}
