// The access token of a browser: it comes in the printed URL's hash and stays in this tab only.
const KEY = 'linewarden.token';

/** "#token=abc" -> token "abc" and the hash that remains ("" or "#/devices"). */
export function takeToken(hash: string): { readonly token: string | null; readonly rest: string } {
  const match = /^#token=([^&]*)(?:&(.*))?$/.exec(hash);
  if (match === null) return { token: null, rest: hash };
  const rest = match[2] === undefined || match[2] === '' ? '' : `#${match[2].replace(/^#/, '')}`;
  const token = decode(match[1] ?? '');
  return { token: token === '' ? null : token, rest };
}

/** What a person pastes: the bare token, or the whole printed URL. */
export function tokenFromPaste(text: string): string | null {
  const trimmed = text.trim();
  const at = trimmed.indexOf('#token=');
  const token = at === -1 ? trimmed : takeToken(trimmed.slice(at)).token;
  return token === null || token === '' || /\s/.test(token) ? null : token;
}

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

/** Moves the token from the address bar into the tab's storage; must run before the router reads the hash. */
export function adoptTokenFromUrl(): void {
  const { token, rest } = takeToken(window.location.hash);
  if (token === null) return;
  storeToken(token);
  window.history.replaceState(null, '', `${window.location.pathname}${window.location.search}${rest}`);
}

export const storedToken = (): string | null => window.sessionStorage.getItem(KEY);
export const storeToken = (token: string): void => window.sessionStorage.setItem(KEY, token);
export const dropToken = (): void => window.sessionStorage.removeItem(KEY);
