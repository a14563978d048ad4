/** Shapes of the API about bringing the agent onto hosts: packages, install commands. Under /api/v1. */
import { z } from 'zod';
import { INSTALL_WAYS } from '../rollout/install-commands.ts';
import { PACKAGE_KINDS } from '../rollout/package-name.ts';

const nameMax = 256;
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

export const offeredPackageSchema = z.object({
  name: z.string(),
  kind: z.enum(PACKAGE_KINDS),
  platform: z.enum(['windows', 'linux']),
  arch: z.enum(['x64', 'arm64']),
  version: z.string(),
  bytes: z.number(),
  sha256,
  modifiedAt: z.iso.datetime(),
  /** Where hosts fetch it, below the collector's address. */
  path: z.string(),
  downloads: z.number(),
  downloadedAt: z.iso.datetime().nullable(),
});

/** GET /packages: the newest version first. */
export const packageListSchema = z.object({
  packages: z.array(offeredPackageSchema),
  /** Files of the folder that are not offered. */
  refused: z.array(
    z.object({
      name: z.string(),
      why: z.enum(['name', 'not-a-file', 'empty', 'changing', 'unreadable']),
    }),
  ),
  /** Files more than are listed. */
  more: z.number(),
  /** Where an administrator puts them; null for who does not run the collector. */
  folder: z.string().nullable(),
});

export const INSTALL_LIMITS = { usesMax: 5_000, usesDefault: 50, daysMax: 30, daysDefault: 3 } as const;

/** `https://` with a host and, if need be, a port: what an agent is given. */
export const originSchema = z
  .string()
  .max(nameMax)
  .refine((text) => {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    return url?.protocol === 'https:' && url.origin === text;
  }, 'an address such as https://soc.tinh.example:8443, without a path');

/** POST /install-commands */
export const installWantedSchema = z.strictObject({
  /** Of the collector, as the hosts reach it. */
  url: originSchema,
  uses: z.int().min(1).max(INSTALL_LIMITS.usesMax).default(INSTALL_LIMITS.usesDefault),
  days: z.number().positive().max(INSTALL_LIMITS.daysMax).default(INSTALL_LIMITS.daysDefault),
  /** The caller's own agency when left out. */
  agencyId: z.int().min(1).optional(),
  /** Made when it is new. */
  group: z.string().trim().min(1).max(nameMax).optional(),
  note: z.string().trim().max(nameMax).optional(),
  approve: z.boolean().default(false),
});

export const installCommandSchema = z.object({
  way: z.enum(INSTALL_WAYS),
  shell: z.enum(['powershell', 'cmd', 'sh']),
  /** Null: the package that it needs is not there. */
  text: z.string().nullable(),
  needs: z.enum(PACKAGE_KINDS).nullable(),
  package: z.object({ name: z.string(), version: z.string(), sha256 }).nullable(),
});

/** Answer of POST /install-commands: the token is in the commands, and is shown in this answer only. */
export const installCommandsSchema = z.object({
  /** Of the join token: to see who used it, and to revoke it. */
  tokenId: z.string(),
  token: z.string(),
  expiresAt: z.iso.datetime(),
  uses: z.number(),
  agencyId: z.number(),
  agencyName: z.string(),
  commands: z.array(installCommandSchema),
});
