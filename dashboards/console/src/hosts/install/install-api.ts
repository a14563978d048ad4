/** Packages that hosts can fetch, and ready commands with a join token inside. */
import { useQuery } from '@tanstack/react-query';
import type { z } from 'zod';
import type {
  installCommandsSchema,
  installWantedSchema,
  packageListSchema,
} from '../../../../../collector/api/contract-rollout.ts';
import { http } from '../../session/session-store.ts';

export type PackageList = z.infer<typeof packageListSchema>;
export type OfferedPackage = PackageList['packages'][number];
export type RefusedPackage = PackageList['refused'][number];
export type MadeCommands = z.infer<typeof installCommandsSchema>;
export type InstallCommand = MadeCommands['commands'][number];
export type InstallWay = InstallCommand['way'];

/** What the server takes (INSTALL_LIMITS of its contract). */
export const usesMax = 5_000;
export const daysMax = 30;

export const makeCommands = (body: z.input<typeof installWantedSchema>) =>
  http.change<MadeCommands>('POST', '/install-commands', body);

export const usePackages = () =>
  useQuery({
    queryKey: ['packages'],
    queryFn: ({ signal }) => http.read<PackageList>('/packages', signal),
    // Somebody copies them into a folder; the page says so without being loaded again.
    refetchInterval: 15_000,
  });
