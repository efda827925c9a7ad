// Bodies as decoders must bear them when nothing vouches for them: those of format 1 have no checksum.

const FLAGS_AT = 3;
const FLAG_CHECKED = 2;

/** The body without its checksum, and saying so. */
export function unchecked(body: Uint8Array): Uint8Array {
  const bare = body.slice(0, -4);
  bare[FLAGS_AT]! &= ~FLAG_CHECKED;
  return bare;
}

/** Bodies with one bit turned, in every byte but that of the flags. */
export function* turned(body: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < body.length; at++) {
    if (at === FLAGS_AT) continue;
    const copy = body.slice();
    copy[at]! ^= 1 << (at % 8);
    yield copy;
  }
}
