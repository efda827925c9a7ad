// fast-check, with the same examples in each run, so that a change is judged by what it changed. LINEWARDEN_SEED=random (or a
// number) draws others.
import { configureGlobal } from '../../node_modules/fast-check/lib/fast-check.js';

const DEFAULT_SEED = 588_277;

const wanted = process.env['LINEWARDEN_SEED'];
if (wanted !== 'random') configureGlobal({ seed: wanted === undefined ? DEFAULT_SEED : Number(wanted) });

export * from '../../node_modules/fast-check/lib/fast-check.js';
