// Keeps this process small. Import it before anything else: V8's settings count for what comes after, in every thread.
import { setFlagsFromString } from 'node:v8';

for (const flag of [
  // By default the young generation doubles up to 16 MB while the program starts, and an engine that idles never gives that back.
  '--semi-space-growth-factor=1',
  // The compiler right after the interpreter keeps machine code of all that ran a few times, so also of what only ran at the
  // start, and nothing is faster for it. Not so Maglev, the one before the optimizer, which is worth its 2 MB: without it a
  // query of a millisecond takes a third longer, for most of its code runs too seldom to be optimized.
  '--no-sparkplug',
  // Code that has not run since the last collection is dropped, and compiled again should it be needed.
  '--bytecode-old-age=1',
  // For collectAfterStart().
  '--expose-gc',
]) {
  setFlagsFromString(flag);
}
