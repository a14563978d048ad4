/** The installer of the agent as a description for wixl: files, service, upgrade; what wixl does not know: msi-tables.ts. */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

/** For good: by it an installer finds what it upgrades. */
export const UPGRADE_CODE = '6B8F6C1E-3C0A-4B57-9E0D-5D7C2A9B41F3';

export interface WxsOptions {
  /** The program folder as it is to lie on a host, vonggac-agent.exe in it; wixl runs there. */
  folder: string;
  version: string;
  /** In ASCII. */
  manufacturer: string;
  /** Of what is inside: another package has other codes. */
  digest: string;
}

/** The same for the same words. */
export function guidOf(...words: readonly string[]): string {
  const hex = createHash('sha256').update(words.join('\0')).digest('hex').toUpperCase();
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-A${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

const idOf = (prefix: string, name: string): string =>
  `${prefix}${createHash('sha256').update(name).digest('hex').slice(0, 16)}`;

const quoted = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');

interface Tree {
  xml: string;
  components: readonly string[];
}

/** A component for each folder, whose first file stands for it. */
function describe(folder: string, relative: string, version: string): Tree {
  const entries = fs
    .readdirSync(path.join(folder, relative), { withFileTypes: true })
    .toSorted((one, other) => (one.name < other.name ? -1 : 1));
  const files = entries.filter((entry) => entry.isFile() && path.join(relative, entry.name) !== HOST);
  const own = idOf('c', relative);
  const component =
    files.length === 0
      ? ''
      : `<Component Id="${own}" Guid="${guidOf('component', relative, version)}" Win64="yes">${files
          .map(({ name }, at) => {
            const file = path.join(relative, name);
            const key = at === 0 ? ' KeyPath="yes"' : '';
            return `<File Id="${idOf('f', file)}" Name="${quoted(name)}" Source="${quoted(file)}"${key}/>`;
          })
          .join('')}</Component>`;
  const below = entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => {
      const inner = path.join(relative, name);
      const tree = describe(folder, inner, version);
      return {
        xml: `<Directory Id="${idOf('d', inner)}" Name="${quoted(name)}">${tree.xml}</Directory>`,
        components: tree.components,
      };
    });
  return {
    xml: [component, ...below.map(({ xml }) => xml)].join('\n'),
    components: [...(files.length === 0 ? [] : [own]), ...below.flatMap(({ components }) => components)],
  };
}

const HOST = 'vonggac-agent.exe';

/** Its texts are ASCII: the installer's database has one code page, and older tools know no Vietnamese one. */
export function makeWxs({ folder, version, manufacturer, digest }: WxsOptions): string {
  const { xml, components } = describe(folder, '', version);
  const references = [...components, 'Service', 'Join', 'Log'].map((id) => `<ComponentRef Id="${id}"/>`);
  return `<?xml version="1.0" encoding="utf-8"?>
<Wix xmlns="http://schemas.microsoft.com/wix/2006/wi">
<Product Id="${guidOf('product', version, digest)}" Name="Vong Gac Agent" Language="1033" Version="${version}" Manufacturer="${quoted(manufacturer)}" UpgradeCode="${UPGRADE_CODE}">
<Package InstallerVersion="500" Compressed="yes" InstallScope="perMachine" Description="Agent of Vong Gac ${version}" Manufacturer="${quoted(manufacturer)}"/>
<MajorUpgrade DowngradeErrorMessage="A newer agent of Vong Gac is installed. Remove it first. / May nay da co tac nhan Vong Gac moi hon. Hay go bo truoc."/>
<Binary Id="Setup" SourceFile="${HOST}"/>
<Media Id="1" Cabinet="agent.cab" EmbedCab="yes"/>
<Property Id="ARPNOMODIFY" Value="1"/>
<Property Id="MsiHiddenProperties" Value="TOKEN"/>
<Property Id="WINDOWS10"><RegistrySearch Id="Windows10" Root="HKLM" Key="SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion" Name="CurrentMajorVersionNumber" Type="raw" Win64="yes"/></Property>
<Condition Message="Windows 10, Windows Server 2016 or newer (64-bit) is needed. / Can Windows 10, Windows Server 2016 tro len (64-bit).">Installed OR (WINDOWS10 AND WINDOWS10 &lt;&gt; "#6")</Condition>
<Directory Id="TARGETDIR" Name="SourceDir">
<Directory Id="ProgramFiles64Folder"><Directory Id="VENDORDIR" Name="VongGac"><Directory Id="PROGRAMDIR" Name="Agent">
<Component Id="Service" Guid="${guidOf('component', 'service')}" Win64="yes">
<File Id="Host" Name="${HOST}" Source="${HOST}" KeyPath="yes"/>
<ServiceInstall Id="VongGacAgent" Name="VongGacAgent" DisplayName="Vong Gac Agent" Description="Watches this computer and reports to the collector of Vong Gac." Type="ownProcess" Start="auto" ErrorControl="normal" Account="LocalSystem" Arguments="--service" Vital="yes"/>
<ServiceControl Id="VongGacAgent" Name="VongGacAgent" Start="install" Stop="both" Remove="uninstall" Wait="yes"/>
<RemoveFolder Id="RemoveProgram" On="uninstall"/>
</Component>
<Component Id="Log" Guid="${guidOf('component', 'log')}" Win64="yes">
<RegistryValue Root="HKLM" Key="SYSTEM\\CurrentControlSet\\Services\\EventLog\\Application\\VongGacAgent" Name="EventMessageFile" Type="expandable" Value="[#Host]" KeyPath="yes"/>
<RegistryValue Root="HKLM" Key="SYSTEM\\CurrentControlSet\\Services\\EventLog\\Application\\VongGacAgent" Name="TypesSupported" Type="integer" Value="7"/>
</Component>
<Component Id="Join" Guid="${guidOf('component', 'join')}" Win64="yes">
<RegistryValue Root="HKLM" Key="SOFTWARE\\VongGac\\Agent" Name="Url" Type="string" Value="[URL]" KeyPath="yes"/>
</Component>
${xml}
</Directory></Directory></Directory>
<Directory Id="CommonAppDataFolder"><Directory Id="DATAVENDORDIR" Name="VongGac"><Directory Id="STATEDIR" Name="Agent"/></Directory></Directory>
</Directory>
<Feature Id="Agent" Level="1">${references.join('')}</Feature>
<CustomAction Id="Prepare" FileKey="Host" ExeCommand="--prepare &quot;[SourceDir].&quot;" Execute="deferred" Impersonate="no" Return="check"/>
<CustomAction Id="Configure" FileKey="Host" ExeCommand="--configure" Execute="deferred" Impersonate="no" Return="ignore"/>
<CustomAction Id="Purge" FileKey="Host" ExeCommand="--purge" Execute="deferred" Impersonate="no" Return="ignore"/>
<CustomAction Id="PurgeProgram" FileKey="Host" ExeCommand="--purge --keep-data" Execute="deferred" Impersonate="no" Return="ignore"/>
<InstallExecuteSequence>
<Custom Action="Prepare" Sequence="4001">NOT REMOVE~="ALL"</Custom>
<Custom Action="Configure" Sequence="5801">NOT REMOVE~="ALL"</Custom>
<Custom Action="Purge" Sequence="1951">REMOVE~="ALL" AND NOT UPGRADINGPRODUCTCODE AND NOT KEEPDATA</Custom>
<Custom Action="PurgeProgram" Sequence="1952">REMOVE~="ALL" AND NOT UPGRADINGPRODUCTCODE AND KEEPDATA</Custom>
</InstallExecuteSequence>
</Product>
</Wix>
`;
}
