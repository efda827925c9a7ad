// Through whom each device is reached from here: set by hand, by the file, or worked out along the links.

export type Parent = { readonly id: string; readonly by: 'hand' | 'file' | 'neighbours' };

/** What was set: an id, or null for "nothing is above it". The hand goes before the file. */
export type SetParents = {
  readonly hand: ReadonlyMap<string, string | null>;
  readonly file: ReadonlyMap<string, string>;
};

export type ParentsOf = {
  readonly devices: ReadonlySet<string>;
  /** Also of what is not watched. */
  readonly links: readonly { readonly a: string; readonly b: string; readonly isTrusted: boolean }[];
  readonly hereId: string;
  readonly set: SetParents;
};

/** What the config's routers and devices say; both name a device by its id. */
export function parentsOf(config: {
  readonly routeros: readonly { readonly name: string; readonly parent?: string | undefined }[];
  readonly devices: readonly { readonly id: string; readonly parent?: string | undefined }[];
}): Map<string, string> {
  const parents = new Map<string, string>();
  for (const { name, parent } of config.routeros) if (parent !== undefined) parents.set(name, parent);
  for (const { id, parent } of config.devices) if (parent !== undefined) parents.set(id, parent);
  return parents;
}

/**
 * Links are followed from this computer, the nearest first, then from those that were said to have nothing or another one
 * above them. Whoever is reached by none of it has no parent that could be told. What is not watched is passed through: the
 * parent is the next watched device.
 */
export function workOutParents({ devices, links, hereId, set }: ParentsOf): Map<string, Parent> {
  const parents = new Map<string, Parent>();
  const tops: string[] = [];
  const chosen = (id: string): Parent | null | undefined => {
    const byHand = set.hand.get(id);
    if (byHand === null) return null;
    if (byHand !== undefined && devices.has(byHand)) return { id: byHand, by: 'hand' };
    const byFile = set.file.get(id);
    return byFile !== undefined && devices.has(byFile) ? { id: byFile, by: 'file' } : undefined;
  };
  for (const id of [...devices].toSorted()) {
    if (id === hereId) continue;
    const parent = chosen(id);
    if (parent === null) tops.push(id);
    else if (parent !== undefined && !leadsBack(parents, id, parent.id)) {
      parents.set(id, parent);
      tops.push(id);
    }
  }

  const near = new Map<string, { to: string; isTrusted: boolean }[]>();
  for (const { a, b, isTrusted } of links) {
    for (const [from, to] of [
      [a, b],
      [b, a],
    ] as const) {
      const own = near.get(from) ?? [];
      near.set(from, own);
      own.push({ to, isTrusted });
    }
  }
  const settled = new Set(tops);
  const seen = new Set<string>();
  const walk = (start: string): void => {
    if (seen.has(start)) return;
    seen.add(start);
    let ring: { id: string; above: string | undefined }[] = [
      { id: start, above: devices.has(start) || start === hereId ? start : undefined },
    ];
    while (ring.length > 0) {
      const next: typeof ring = [];
      // Of several ways as short, one that is heard now.
      for (const isTrusted of [true, false]) {
        for (const { id, above } of ring) {
          for (const other of near.get(id) ?? []) {
            const { to } = other;
            // One with a parent of its own choice begins a walk of its own.
            if (other.isTrusted !== isTrusted || seen.has(to) || settled.has(to) || to === hereId) continue;
            seen.add(to);
            const isDevice = devices.has(to);
            if (isDevice && above !== undefined && above !== hereId) parents.set(to, { id: above, by: 'neighbours' });
            next.push({ id: to, above: isDevice ? to : above });
          }
        }
      }
      ring = next;
    }
  };
  for (const own of near.values()) own.sort((x, y) => (x.to < y.to ? -1 : 1));
  walk(hereId);
  for (const top of tops) walk(top);
  return parents;
}

/** Whether the way up from `from` passes `id`. */
export function leadsBack(parents: ReadonlyMap<string, Pick<Parent, 'id'>>, id: string, from: string): boolean {
  const passed = new Set<string>();
  for (let at: string | undefined = from; at !== undefined && !passed.has(at); at = parents.get(at)?.id) {
    if (at === id) return true;
    passed.add(at);
  }
  return false;
}
