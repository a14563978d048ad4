/** Settings of what is compared in the registry of Windows. */
import { z } from 'zod';
import type { ConfigEnvironment } from './config.ts';

const DAY_MS = 86_400_000;

/** It becomes an argument of reg.exe. */
const registryKey = z
  .string()
  .max(1_024)
  .regex(/^HK(?:LM|U)\\[^\p{Cc}"?]+[^\p{Cc}"?\\]$/u);

const watchedKeySchema = () =>
  z.strictObject({
    /** As `HKLM\SOFTWARE\...`, with all below it; below `HKU\*` that of each user who is signed in. */
    key: registryKey,
    /** Names of values that count; the empty one is the key's own. Left out: all. */
    values: z.array(z.string().max(255)).min(1).max(200).optional(),
    /** Keys that are told themselves when they come and go: those right below it, or all; left out: none. */
    keys: z.enum(['first', 'all']).optional(),
  });

export const windowsRegistrySchema = () =>
  z.strictObject({
    /** Left out: on Windows. */
    enabled: z.boolean().optional(),
    everyMs: z.int().min(60_000).max(DAY_MS).default(600_000),
    /** In place of the usual ones. */
    keys: z.array(watchedKeySchema()).max(500).optional(),
    /** Beside them. */
    also: z.array(watchedKeySchema()).max(500).default([]),
    /** Globs on whole paths (`HKLM\...\name`) of values that change by themselves. */
    excludes: z.array(z.string().min(1).max(1_024)).max(500).default([]),
  });

type Settings = z.infer<ReturnType<typeof windowsRegistrySchema>>;
export type WindowsRegistryConfig = Readonly<Omit<Settings, 'enabled'>>;

export function chooseRegistry(
  { enabled, ...settings }: Settings,
  { platform }: Pick<ConfigEnvironment, 'platform'>,
): WindowsRegistryConfig | undefined {
  return (enabled ?? platform === 'win32') ? settings : undefined;
}
