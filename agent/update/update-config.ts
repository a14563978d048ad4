/** Settings about updates. Whether, by whose keys and how long on trial is the host's own affair; handing out to neighbours is not. */
import { z } from 'zod';

const MIB = 1_048_576;
export const SHARE_PORT = 8_444;

export const updatesSchema = () =>
  z.strictObject({
    /** Whether this host takes releases at all. */
    enabled: z.boolean().default(true),
    /** File of the lists of keys; left out: the package's own. */
    rootsFile: z.string().max(1_024).optional(),
    /** How long a new version may take to become well before it is taken back. */
    wellMsMax: z.int().min(1_000).max(3_600_000).default(600_000),
    /** How often to ask; left out: as the collector says. */
    askEveryMs: z.int().min(1_000).max(86_400_000).optional(),
    /** Hands out to its neighbours what it has whole, over plain HTTP: they believe it by its signatures alone. */
    share: z
      .strictObject({
        enabled: z.boolean().default(false),
        /** Address to listen on; left out: all. */
        host: z.string().min(1).max(256).optional(),
        port: z.int().min(0).max(65_535).default(SHARE_PORT),
        bytesPerSecondMax: z.int().min(4_096).default(MIB),
        /** Neighbours at once. */
        peersMax: z.int().min(1).max(64).default(4),
      })
      .prefault({}),
  });

export type UpdateSettings = z.infer<ReturnType<typeof updatesSchema>>;
