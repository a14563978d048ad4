/** Names that the source and its commands share. */

/** Of the source, and so of its positions. */
export const INTEGRITY_SOURCE = 'integrity';
/** What the key of the baseline is derived for. */
export const BASELINE_SECRET = 'integrity baseline';
/** And that of the registry. */
export const REGISTRY_SECRET = 'registry baseline';
