/** The lists of release keys that come with a package, oldest first; each is signed by the one before. */
import { z } from 'zod';
import { RELEASE_LIMITS, signedTextSchema } from '#protocol/release.ts';

/** Beside the program, or one for all versions in the folder above. */
export const ROOTS_FILE = 'release-roots.json';

export const rootsFileSchema = z.array(signedTextSchema).min(1).max(RELEASE_LIMITS.rootsMax);
