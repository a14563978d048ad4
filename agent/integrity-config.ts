/** Settings of file integrity: what is watched, how each set of it, and when all is compared in full. */
import { z } from 'zod';
import { maintenanceWindowSchema } from './maintenance-config.ts';
import { absolutePath, fault, timeOfDay } from './setting-types.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const GIB = 1_024 ** 3;

/** When something begins. */
const beginOfDay = timeOfDay.refine((text) => text !== '24:00', fault('time-of-day'));

const globs = z.array(z.string().min(1).max(4_096)).max(1_000);

export const scanSchema = () =>
  z.strictObject({
    /** Time between two scans; with `at` left out, 6 hours by default. */
    everyMs: z
      .int()
      .min(60_000)
      .max(31 * DAY_MS)
      .optional(),
    /** Times of day, `HH:MM`, local time of the host. */
    at: z.array(beginOfDay).min(1).max(24).optional(),
    /** Each host scans up to so much later than it says here, always by the same. */
    jitterMs: z.int().min(0).max(DAY_MS).default(HOUR_MS),
  });

export const watchSchema = () =>
  z.strictObject({
    /** A folder with everything below it, a file, or either with wildcards. */
    path: absolutePath,
    /** Glob patterns of paths left out. */
    excludes: globs.optional(),
    /** Glob patterns of paths that alone are recorded; left out: everything. */
    includes: globs.optional(),
    /** `scheduled`: it is compared at its times only, without notices of the kernel. */
    mode: z.enum(['realtime', 'scheduled']).default('realtime'),
    /** Levels below the path; left out: all. */
    depthMax: z.int().min(0).max(100).optional(),
    /** False: size and times alone tell a change. */
    hash: z.boolean().optional(),
    /** Larger files are not hashed. */
    hashBytesMax: z
      .int()
      .min(0)
      .max(1_024 * GIB)
      .optional(),
    /** Differences that are told beside coming and going; left out: all but `links`. */
    compare: z
      .array(z.enum(['content', 'mode', 'owner', 'mtime', 'xattrs', 'links']))
      .min(1)
      .optional(),
    /** Extended attributes (capabilities of programs) and access lists. */
    xattrs: z.boolean().optional(),
    /** Tell which lines of small text files changed, secrets masked. */
    difference: z.boolean().optional(),
    /** Users' documents: mass changes are watched for; their text is never kept or sent unless approved here. */
    documents: z.boolean().optional(),
    documentsDifferenceApproved: z.boolean().optional(),
    /** Watch for mass changes; left out: of documents only. */
    tripwire: z.boolean().optional(),
    /** When it is compared in full; left out: as all are. */
    scan: scanSchema().optional(),
    /** That it is absent is no fault. */
    optional: z.boolean().default(false),
  });

export const integritySchema = () =>
  z.strictObject({
    /** Larger files are not hashed, unless a set says otherwise. */
    hashBytesMax: z
      .int()
      .min(0)
      .max(1_024 * GIB)
      .optional(),
    scan: scanSchema().optional(),
    /** Time between scans by attributes while not everything can be watched. */
    fallbackScanMs: z.int().min(1_000).max(DAY_MS).optional(),
    /** Paths in all sets; beyond it nothing is watched, and that is said. */
    pathsMax: z.int().min(1).max(5_000_000).optional(),
    /** How long a record waits for audit to say who it was. */
    actorWaitMs: z.int().min(0).max(10_000).optional(),
    /** Folders that get two decoy files each. */
    decoys: z.strictObject({ folders: z.array(absolutePath).max(50).default([]) }).prefault({}),
    /** Mass changes, in sets that watch for them. */
    tripwire: z
      .strictObject({
        filesMin: z.int().min(3).max(10_000).optional(),
        windowMs: z.int().min(1_000).max(HOUR_MS).optional(),
        /** `suspend`: stop the process that does it, at once and without the collector. */
        action: z.enum(['none', 'suspend']).default('none'),
        /** Programs that are never stopped. */
        spare: z.array(absolutePath).max(100).default([]),
      })
      .prefault({}),
    /** Times in which changes are not told one by one, but in one report afterwards. */
    maintenance: z
      .strictObject({ windows: z.array(maintenanceWindowSchema()).max(100).default([]) })
      .prefault({}),
  });

export type WatchConfig = z.infer<ReturnType<typeof watchSchema>>;
