/**
 * Loaded before every test file (bunfig.toml). Property tests try the same cases each time, so that a change is what
 * makes them fail; GIGTRAIL_SEED=random tries others, and GIGTRAIL_SEED=<number> the ones of a run that failed.
 */
import { configureGlobal } from "fast-check";

const DEFAULT_SEED = 20_261_122;
const wanted = process.env["GIGTRAIL_SEED"] ?? String(DEFAULT_SEED);
if (wanted !== "random") configureGlobal({ seed: Number(wanted) });
