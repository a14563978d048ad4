/**
 * With VONGGAC_PROPERTY_SEED every property draws the same values in every run, so that a change is judged by what it
 * did; without it each run draws its own, and a failure prints its seed.
 */
export function propertySeed(): number | undefined {
  const seed = process.env['VONGGAC_PROPERTY_SEED'];
  if (seed === undefined) return undefined;
  if (!/^-?\d{1,9}$/.test(seed))
    throw new Error(`VONGGAC_PROPERTY_SEED must be a whole number, got "${seed}"`);
  return Number(seed);
}

const seed = propertySeed();
if (seed !== undefined) {
  const { configureGlobal, readConfigureGlobal } = await import('fast-check');
  configureGlobal({ ...readConfigureGlobal(), seed });
}
