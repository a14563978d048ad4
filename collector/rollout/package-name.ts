/** What the name of a package says: `npm run package` names them so, and nothing else in the packages folder is served. */

export const PACKAGE_KINDS = ['msi', 'deb', 'tar.gz'] as const;
export type PackageKind = (typeof PACKAGE_KINDS)[number];

export interface PackageName {
  name: string;
  kind: PackageKind;
  platform: 'windows' | 'linux';
  arch: 'x64' | 'arm64';
  version: string;
}

const FORM =
  /^vonggac-agent[-_](\d{1,5}\.\d{1,5}\.\d{1,5}(?:[-~](?:alpha|beta|rc)[.\d]{0,8})?)(?:-\d{1,3})?[-_](?:(windows|win|linux)[-_])?(x64|x86_64|amd64|arm64|aarch64)\.(msi|deb|tar\.gz)$/;

const isKind = (text: string | undefined): text is PackageKind =>
  (PACKAGE_KINDS as readonly (string | undefined)[]).includes(text);

/** @returns undefined for what is no package of the agent */
export function parsePackageName(name: string): PackageName | undefined {
  const [, version, system, arch, kind] = FORM.exec(name) ?? [];
  if (version === undefined || !isKind(kind)) return undefined;
  const platform = kind === 'msi' || system?.startsWith('win') === true ? 'windows' : 'linux';
  // An MSI is for Windows and a .deb is not, whatever else the name says.
  if ((kind === 'msi' && system === 'linux') || (kind !== 'msi' && platform === 'windows')) return undefined;
  return {
    name,
    kind,
    platform,
    arch: arch === 'arm64' || arch === 'aarch64' ? 'arm64' : 'x64',
    version: version.replace('~', '-'),
  };
}
