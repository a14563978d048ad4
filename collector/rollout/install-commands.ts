/** Ready commands that install the agent, by package and by way of rolling it out. Pure: the same facts give the same text. */
import type { PackageKind } from './package-name.ts';
import { quoteMsiProperty, quotePowerShell, quoteSh } from './quote.ts';

/** A package that can be fetched from the collector. */
export interface OfferedPackage {
  name: string;
  kind: PackageKind;
  version: string;
  arch: string;
  /** Lower-case hex. */
  sha256: string;
}

export const INSTALL_WAYS = ['powershell', 'msi', 'gpo', 'deb', 'tar.gz', 'checkout'] as const;
export type InstallWay = (typeof INSTALL_WAYS)[number];

export interface InstallCommand {
  way: InstallWay;
  shell: 'powershell' | 'cmd' | 'sh';
  /** Null: the package that it needs is not in the packages folder. */
  text: string | null;
  needs: PackageKind | null;
  package: OfferedPackage | null;
}

export interface InstallFacts {
  /** Origin of the collector, as hosts reach it. */
  url: string;
  token: string;
  /** SHA-256 of the certificate, or of its authority, that the collector shows: lower-case hex. */
  pin: string;
  packages: readonly OfferedPackage[];
}

/** Where the packages are served, below the collector's origin. */
export const PACKAGES_PATH = '/agent/v1/packages';
/** Where a host says that no agent can run on it. */
export const REFUSAL_PATH = '/agent/v1/refusal';

/** A name that an administrator puts the own share's name in place of. */
const SHARE = String.raw`\\SERVER\vonggac`;
const SERVICE = 'VongGacAgent';

type Writer = (facts: InstallFacts, offered: OfferedPackage) => string;

const addressOf = ({ url }: InstallFacts, { name }: OfferedPackage): string =>
  `${url}${PACKAGES_PATH}/${name}`;

const properties = ({ url, token }: InstallFacts): string =>
  `URL=${quoteMsiProperty(url)} TOKEN=${quoteMsiProperty(token)} /qn /norestart`;

const msi: Writer = (facts, { name }) =>
  `msiexec /i ${quoteMsiProperty(name)} ${properties(facts)} /l*v "%TEMP%\\vonggac-install.log"`;

/**
 * Refuses an older or 32-bit Windows, and tells the collector as far as that Windows can: it may know no TLS of today. What is told goes to
 * who shows the pinned certificate only. No quotation marks and no percent signs, so that it can stand in a batch file too.
 */
const refuseOld = ({ url, token, pin }: InstallFacts): string => {
  const said =
    '{~token~:~TOKEN~,~reason~:~REASON~,~hostname~:~HOST~,~osName~:~Windows~,~osVersion~:~VERSION~,~arch~:~ARCH~}';
  const tell = [
    '[Net.ServicePointManager]::SecurityProtocol=3072',
    `[Net.ServicePointManager]::ServerCertificateValidationCallback={param($s,$c,$h,$e) $x=[Security.Cryptography.SHA256]::Create();@(@($c)+@($h.ChainElements|ForEach-Object{$_.Certificate})|Where-Object{[BitConverter]::ToString($x.ComputeHash($_.GetRawCertData())).Replace('-','') -eq ${quotePowerShell(pin)}}).Count -gt 0}`,
    `$j=${quotePowerShell(said)}.Replace('TOKEN',${quotePowerShell(token)}).Replace('REASON',$r).Replace('HOST',$env:COMPUTERNAME).Replace('VERSION',[string]$v).Replace('ARCH',$env:PROCESSOR_ARCHITECTURE).Replace('~',[string][char]34)`,
    '$w=New-Object Net.WebClient',
    `$w.Headers.Add('Content-Type','application/json')`,
    `[void]$w.UploadString(${quotePowerShell(url + REFUSAL_PATH)},$j)`,
  ];
  return [
    '$v=[Environment]::OSVersion.Version',
    `$r=$(if($v.Major -lt 10 -or $v.Build -lt 14393){'old-system'}elseif(-not [Environment]::Is64BitOperatingSystem){'not-64-bit'})`,
    `if($r){try{${tell.join(';')}}catch{};throw 'Vong Gac: 64-bit Windows 10 / Server 2016+ only'}`,
  ].join('; ');
};

/** A startup script of a group policy, or what a scheduled task runs: does nothing where the agent is there. */
const gpo: Writer = (facts, { name }) =>
  [
    '@echo off',
    `sc query ${SERVICE} >nul 2>&1 && exit /b 0`,
    `powershell -NoProfile -NonInteractive -Command "& {${refuseOld(facts)}}" || exit /b 1`,
    `msiexec /i ${quoteMsiProperty(`${SHARE}\\${name}`)} ${properties(facts)} /l*v "%SystemRoot%\\Temp\\vonggac-install.log"`,
    'exit /b %ERRORLEVEL%',
  ].join('\r\n');

/**
 * What is fetched is believed by its digest, not by who served it: the collector's certificate is its own, which Windows does not
 * know. curl.exe comes with Windows 10 1803 and Server 2019.
 */
const powershell: Writer = (facts, offered) => {
  const { name, sha256 } = offered;
  const steps = [
    "$ErrorActionPreference='Stop'",
    refuseOld(facts),
    `$f=Join-Path $env:TEMP ${quotePowerShell(name)}`,
    `& "$env:SystemRoot\\System32\\curl.exe" -fSk --retry 5 -o $f ${quotePowerShell(addressOf(facts, offered))}`,
    `if($LASTEXITCODE -ne 0){throw "curl: $LASTEXITCODE"}`,
    `if((Get-FileHash -LiteralPath $f -Algorithm SHA256).Hash -ne ${quotePowerShell(sha256)}){Remove-Item -LiteralPath $f;throw 'Vong Gac: SHA-256'}`,
    `$p=Start-Process msiexec.exe -Wait -PassThru -ArgumentList (${quotePowerShell('/i "')}+$f+${quotePowerShell(`" ${properties(facts)}`)})`,
    'if($p.ExitCode -notin 0,3010){throw "msiexec: $($p.ExitCode)"}',
  ];
  return `& {${steps.join('; ')}}`;
};

const fetched = (facts: InstallFacts, offered: OfferedPackage): string[] => [
  'cd "$(mktemp -d)"',
  `curl -fSk --retry 5 -o ${quoteSh(offered.name)} ${quoteSh(addressOf(facts, offered))}`,
  `echo ${quoteSh(`${offered.sha256}  ${offered.name}`)} | sha256sum -c -`,
];

const enrol = ({ url, token }: InstallFacts): string =>
  `enrol --url ${quoteSh(url)} --token ${quoteSh(token)}`;

const together = (steps: readonly string[]): string => steps.join(' &&\n');

const deb: Writer = (facts, offered) =>
  together([
    ...fetched(facts, offered),
    `sudo dpkg -i ${quoteSh(offered.name)}`,
    `sudo vonggac-agent ${enrol(facts)}`,
    'sudo systemctl enable --now vonggac-agent',
  ]);

const archive: Writer = (facts, offered) =>
  together([
    ...fetched(facts, offered),
    'sudo mkdir -p /opt/vonggac-agent',
    `sudo tar -xzf ${quoteSh(offered.name)} -C /opt/vonggac-agent --strip-components=1 --no-same-owner`,
    `sudo /opt/vonggac-agent/vonggac-agent ${enrol(facts)}`,
    'sudo /opt/vonggac-agent/vonggac-agent run',
  ]);

const WAYS: readonly {
  way: Exclude<InstallWay, 'checkout'>;
  needs: PackageKind;
  shell: InstallCommand['shell'];
  write: Writer;
}[] = [
  { way: 'powershell', needs: 'msi', shell: 'powershell', write: powershell },
  { way: 'msi', needs: 'msi', shell: 'cmd', write: msi },
  { way: 'gpo', needs: 'msi', shell: 'cmd', write: gpo },
  { way: 'deb', needs: 'deb', shell: 'sh', write: deb },
  { way: 'tar.gz', needs: 'tar.gz', shell: 'sh', write: archive },
];

/**
 * One entry a way, whether its package is there or not.
 * @param facts packages of the newest version stand first
 * @throws UnquotableError when a shell cannot be given the address or the token
 */
export function installCommands(facts: InstallFacts): InstallCommand[] {
  const ways = WAYS.map(({ way, needs, shell, write }): InstallCommand => {
    const offered = facts.packages.find(({ kind, arch }) => kind === needs && arch === 'x64') ?? null;
    return { way, shell, needs, package: offered, text: offered === null ? null : write(facts, offered) };
  });
  const checkout = [
    'npx vonggac-agent ' + enrol(facts),
    'npx vonggac-agent audit install',
    'npx vonggac-agent run',
  ];
  return [...ways, { way: 'checkout', shell: 'sh', needs: null, package: null, text: checkout.join('\n') }];
}
