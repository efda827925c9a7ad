// Keeps this process small. Import it before anything else: V8's settings count for what comes after, in every thread.
import { setFlagsFromString } from 'node:v8';

for (const flag of [
  // By default the young generation doubles up to 16 MB while the program starts, and an engine that idles never gives that back.
  '--semi-space-growth-factor=1',
  // The two tiers between interpreter and optimizer keep machine code of all that ran a few times, so also of what only ran
  // at the start. What runs all the time gets to the optimizer without them: scraping, decoding and summing are as fast.
  '--no-sparkplug',
  '--no-maglev',
  // Code that has not run since the last collection is dropped, and compiled again should it be needed.
  '--bytecode-old-age=1',
  // For collectAfterStart().
  '--expose-gc',
]) {
  setFlagsFromString(flag);
}
