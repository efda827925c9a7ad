// Keeps the young generation of every heap in this process at V8's first megabyte. Import it before anything else.
import { setFlagsFromString } from 'node:v8';

// By default it doubles up to 16 MB while the program starts, and an engine that then idles never gives that back.
setFlagsFromString('--semi-space-growth-factor=1');
