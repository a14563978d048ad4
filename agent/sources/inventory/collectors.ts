/** The categories that are looked at on a platform. The cheap ones come first, so that most is told at once. */
import type { Host } from '../../host/host.ts';
import type { Collector } from './inventory-item.ts';

/** @param now milliseconds since 1970: what expires does so by it */
export async function collectorsOf(
  host: Host,
  platform: NodeJS.Platform,
  now: () => number,
): Promise<Collector[]> {
  const {
    listeningPortsCollector,
    nameServersCollector,
    neighboursCollector,
    networkInterfacesCollector,
    routesCollector,
  } = await import('./collect/network.ts');
  if (platform === 'win32') {
    const { windowsCollectors } = await import('./collect/windows/windows-collectors.ts');
    return windowsCollectors(host, now);
  }
  if (platform !== 'linux') {
    const { otherHardwareCollector, otherOsCollector } = await import('./collect/other-platforms.ts');
    return [otherOsCollector(platform), networkInterfacesCollector(), otherHardwareCollector()];
  }
  const [accounts, protection, software, storage, surroundings, system, upkeep] = await Promise.all([
    import('./collect/accounts.ts'),
    import('./collect/protection.ts'),
    import('./collect/software.ts'),
    import('./collect/storage.ts'),
    import('./collect/surroundings.ts'),
    import('./collect/system.ts'),
    import('./collect/upkeep.ts'),
  ]);
  return [
    system.osCollector(host, now),
    networkInterfacesCollector(),
    accounts.usersCollector(host),
    accounts.groupsCollector(host),
    accounts.sudoRulesCollector(host),
    accounts.sshKeysCollector(host),
    listeningPortsCollector(host),
    software.kernelModulesCollector(host),
    surroundings.usbDevicesCollector(host),
    surroundings.startupItemsCollector(host),
    surroundings.sharesCollector(host),
    storage.mountsCollector(host),
    routesCollector(host),
    nameServersCollector(host),
    neighboursCollector(host),
    upkeep.scheduledTasksCollector(host),
    upkeep.clockCollector(host),
    protection.accessControlCollector(host),
    protection.firewallCollector(host),
    surroundings.containersCollector(host),
    software.servicesCollector(host),
    software.packagesCollector(host),
    protection.antivirusCollector(host),
    system.hardwareCollector(host),
    system.localeCollector(host),
    storage.disksCollector(host),
    upkeep.certificatesCollector(host, now),
    upkeep.backupJobsCollector(host),
    upkeep.patchLevelCollector(host),
  ];
}
