/** The categories that are looked at on Windows. The cheap ones come first; what CIM tells is asked for once for all of them. */
import type { Host } from '../../../../host/host.ts';
import { KeptCim } from '../../../../windows/kept-cim.ts';
import type { Collector } from '../../inventory-item.ts';
import { networkInterfacesCollector } from '../network.ts';
import * as accounts from './accounts.ts';
import * as network from './network.ts';
import * as protection from './protection.ts';
import * as software from './software.ts';
import * as storage from './storage.ts';
import * as system from './system.ts';
import * as upkeep from './upkeep.ts';

export interface WindowsLook {
  host: Host;
  cim: KeptCim;
  /** Milliseconds since 1970. */
  now: () => number;
}

/** @param startupFolders whose files start with a logon; @param profiles folders of people */
export function windowsCollectors(
  host: Host,
  now: () => number,
  startupFolders = software.startupFolders(),
  profiles = upkeep.profileFolders(),
): Collector[] {
  const look: WindowsLook = { host, cim: new KeptCim(host), now };
  return [
    system.osCollector(look),
    networkInterfacesCollector(),
    software.startupItemsCollector(look, startupFolders),
    storage.sharesCollector(look),
    software.packagesCollector(look),
    accounts.usersCollector(look),
    accounts.groupsCollector(look),
    network.listeningPortsCollector(look),
    software.servicesCollector(look),
    software.scheduledTasksCollector(look),
    protection.firewallCollector(look),
    protection.antivirusCollector(look),
    protection.accessControlCollector(look),
    storage.mountsCollector(look),
    storage.usbDevicesCollector(look),
    network.nameServersCollector(look),
    network.routesCollector(look),
    network.neighboursCollector(look),
    upkeep.clockCollector(look),
    system.localeCollector(look),
    system.hardwareCollector(look),
    storage.disksCollector(look),
    upkeep.backupJobsCollector(look, profiles),
    upkeep.certificatesCollector(look),
    system.patchLevelCollector(look),
  ];
}
