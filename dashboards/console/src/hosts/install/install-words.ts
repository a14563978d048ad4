/** Words for ways of installing and for packages. */
import type { LabelOf } from '../../i18n/messages.ts';
import type { InstallWay, OfferedPackage, RefusedPackage } from './install-api.ts';
import type { messages } from './install-messages.ts';

type Label = LabelOf<typeof messages>;

export const wayLabel: Readonly<Record<InstallWay, Label>> = {
  powershell: 'install.way.powershell',
  msi: 'install.way.msi',
  gpo: 'install.way.gpo',
  deb: 'install.way.deb',
  'tar.gz': 'install.way.archive',
  checkout: 'install.way.checkout',
};

export const howLabel: Readonly<Record<InstallWay, Label>> = {
  powershell: 'install.how.powershell',
  msi: 'install.how.msi',
  gpo: 'install.how.gpo',
  deb: 'install.how.deb',
  'tar.gz': 'install.how.archive',
  checkout: 'install.how.checkout',
};

export const faultLabel: Readonly<Record<RefusedPackage['why'], Label>> = {
  name: 'install.fault.name',
  'not-a-file': 'install.fault.notAFile',
  empty: 'install.fault.empty',
  changing: 'install.fault.changing',
  unreadable: 'install.fault.unreadable',
};

/** Names of systems are the same in every language. */
export function systemOf({ kind, platform, arch }: OfferedPackage): string {
  const system = platform === 'windows' ? 'Windows' : kind === 'deb' ? 'Debian, Ubuntu' : 'Linux';
  return `${system} ${arch}`;
}

/** Whether only the machine itself reaches this address. */
export function isLoopback(origin: string): boolean {
  if (!URL.canParse(origin)) return false;
  const { hostname } = new URL(origin);
  return hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.');
}
