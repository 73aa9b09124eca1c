import fc from 'fast-check';

/**
 * Loaded before each test file: property tests try the same each time, so that nothing fails for another reason than
 * what was changed. `PROPERTY_SEED=…` tries something else.
 */
const BY_DEFAULT = 20_261_130;

fc.configureGlobal({ seed: Number(process.env.PROPERTY_SEED ?? BY_DEFAULT) });
