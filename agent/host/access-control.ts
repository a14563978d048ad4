/** SELinux, AppArmor and what else of the kernel holds programs back. */
import type { Host } from './host.ts';
import { exists, listFolder, namesIn, readText, textOr } from './read-text.ts';
import { reading, type Reading } from './reading.ts';

export interface AccessControl {
  name: 'selinux' | 'apparmor' | 'lockdown' | 'secure-boot' | 'modules';
  /** e.g. `enforcing`, `permissive`, `disabled`, `enabled` */
  state: string;
  /** As the settings say it will be after the next start. */
  configured: string;
  detail: string;
}

export async function readAccessControls(host: Pick<Host, 'root'>): Promise<Reading<AccessControl>> {
  const found = reading<AccessControl>();
  await addSelinux(host, found);
  await addApparmor(host, found);
  const lockdown = await textOr(host, '/sys/kernel/security/lockdown');
  if (lockdown !== undefined)
    found.items.push({
      name: 'lockdown',
      state: /\[(\w+)\]/.exec(lockdown)?.[1] ?? '',
      configured: '',
      detail: '',
    });
  const loading = await textOr(host, '/proc/sys/kernel/modules_disabled');
  if (loading !== undefined) {
    const signed = await textOr(host, '/sys/module/module/parameters/sig_enforce');
    found.items.push({
      name: 'modules',
      state: loading === '1' ? 'loading disabled' : signed === 'Y' ? 'signed only' : 'any',
      configured: '',
      detail: '',
    });
  }
  await addSecureBoot(host, found);
  return found;
}

async function addSelinux(host: Pick<Host, 'root'>, to: Reading<AccessControl>): Promise<void> {
  const config = await textOr(host, '/etc/selinux/config');
  const enforce = await textOr(host, '/sys/fs/selinux/enforce');
  if (config === undefined && enforce === undefined) return;
  const said = (name: string): string =>
    new RegExp(`^\\s*${name}\\s*=\\s*(\\S+)`, 'm').exec(config ?? '')?.[1] ?? '';
  to.items.push({
    name: 'selinux',
    state: enforce === undefined ? 'disabled' : enforce === '1' ? 'enforcing' : 'permissive',
    configured: said('SELINUX'),
    detail: said('SELINUXTYPE'),
  });
}

async function addApparmor(host: Pick<Host, 'root'>, to: Reading<AccessControl>): Promise<void> {
  const enabled = await textOr(host, '/sys/module/apparmor/parameters/enabled');
  if (enabled === undefined) return;
  const profiles = await readText(host, '/sys/kernel/security/apparmor/profiles');
  if (profiles.kind === 'unreadable')
    to.unread.push({ part: 'profiles of apparmor', reason: profiles.reason });
  const modes =
    profiles.kind === 'text' ? [...profiles.text.matchAll(/\((\w+)\)$/gm)].map(([, mode]) => mode) : [];
  const count = (mode: string): number => modes.filter((one) => one === mode).length;
  const files = (await namesIn(host, '/etc/apparmor.d')).filter((name) => !name.startsWith('.')).length;
  to.items.push({
    name: 'apparmor',
    state: enabled === 'Y' ? 'enabled' : 'disabled',
    configured: '',
    detail:
      profiles.kind === 'text'
        ? `${count('enforce')} enforced, ${count('complain')} complaining`
        : `${files} profiles on disk`,
  });
}

async function addSecureBoot(host: Pick<Host, 'root'>, to: Reading<AccessControl>): Promise<void> {
  if (!(await exists(host, '/sys/firmware/efi'))) return;
  const folder = '/sys/firmware/efi/efivars';
  const listed = await listFolder(host, folder);
  const name =
    listed.kind === 'names' ? listed.names.find((one) => one.startsWith('SecureBoot-')) : undefined;
  const value = name === undefined ? undefined : await readText(host, `${folder}/${name}`, 64);
  // Four bytes of attributes, then the value.
  const on = value?.kind === 'text' ? value.text.codePointAt(4) === 1 : undefined;
  to.items.push({
    name: 'secure-boot',
    state: on === undefined ? 'unknown' : on ? 'enabled' : 'disabled',
    configured: '',
    detail: '',
  });
}
