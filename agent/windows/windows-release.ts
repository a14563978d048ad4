/** Which Windows this is, from the registry: build with its revision, edition, client or server. */
import type { Host } from '../host/host.ts';
import { readRegistryKey } from './read-registry.ts';
import type { RegistryKey } from './reg-file.ts';

export interface WindowsRelease {
  /** `Windows 11 Pro`, `Windows Server 2022 Standard`. */
  name: string;
  /** `10.0.22631.4602`: with the revision, which says which updates are in. */
  build: string;
  /** `23H2`; empty where Windows has none. */
  displayVersion: string;
  edition: string;
  kind: 'client' | 'server' | 'domain-controller';
}

const CURRENT = 'HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion';
const PRODUCT = 'HKLM\\SYSTEM\\CurrentControlSet\\Control\\ProductOptions';
const FIRST_OF_11 = 22_000;

export function registryText(key: RegistryKey | undefined, name: string): string {
  const value = key?.values.get(name.toLowerCase());
  return value?.type === 'text' ? value.text : value?.type === 'number' ? String(value.number) : '';
}

/** @throws RegistryError */
export async function readWindowsRelease(host: Host, signal?: AbortSignal): Promise<WindowsRelease> {
  // What is below the first is large; of it only this is wanted.
  const [current, product] = [
    await readValues(host, CURRENT, signal),
    await readRegistryKey(host, PRODUCT, signal),
  ];
  const text = (name: string): string => current.get(name) ?? '';
  const build = text('CurrentBuildNumber') || text('CurrentBuild');
  const kinds: Readonly<Record<string, WindowsRelease['kind']>> = {
    ServerNT: 'server',
    LanmanNT: 'domain-controller',
  };
  const kind = kinds[registryText(product, 'ProductType')] ?? 'client';
  const major = text('CurrentMajorVersionNumber');
  const version =
    major === '' ? text('CurrentVersion') : `${major}.${text('CurrentMinorVersionNumber') || '0'}`;
  // The registry of Windows 11 still says Windows 10.
  const told = text('ProductName');
  const name =
    kind === 'client' && Number(build) >= FIRST_OF_11 ? told.replace('Windows 10', 'Windows 11') : told;
  return {
    name: name === '' ? 'Windows' : name,
    build: [version, build, text('UBR')].filter((part) => part !== '').join('.'),
    displayVersion: text('DisplayVersion') || text('ReleaseId'),
    edition: text('EditionID'),
    kind,
  };
}

/** Texts and numbers of one key by `reg query`, which does not go below it; for values in ASCII. @throws Error */
async function readValues(
  host: Host,
  key: string,
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const result = await host.run('reg', ['query', key], { signal });
  if (result.kind !== 'ended' || result.code !== 0) throw new Error(`${key} cannot be read`);
  const values = new Map<string, string>();
  for (const line of result.stdout.split(/\r?\n/)) {
    const [, name = '', type = '', data = ''] = /^ {4}(\S.*?) {4}(REG_\w+) {4}(.*)$/.exec(line) ?? [];
    if (type === 'REG_DWORD') values.set(name, String(Number(data.trim())));
    else if (type === 'REG_SZ') values.set(name, data);
  }
  return values;
}
