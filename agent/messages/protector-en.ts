/** What the doctor says of programs that guard the host beside us, of blocked connections and files, and of Windows; in English. */
import type { ProtectorKey } from '../doctor/protectors.ts';

const windows =
  (files: string, processes: string) =>
  (folders: string, program: string, address: string): string =>
    `${files}: add ${folders}; ${processes}: add ${program}; its firewall and web protection: let ${address} pass, without opening TLS`;

/** Names of lists are those of the makers' manuals; where a list lies differs from version to version. */
const lookFor = windows(
  'in it, or on its management server, look for Exclusions or Exceptions',
  'the same for programs or processes',
);

/** What to exclude in a program, and where. `folders` stand apart by semicolons; for Defender they are quoted and apart by commas. */
export type Steps = Record<ProtectorKey, (folders: string, program: string, address: string) => string>;

const steps: Steps = {
  defender: (folders: string, program: string, address: string) =>
    `in PowerShell as administrator: Add-MpPreference -ExclusionPath ${folders} -ExclusionProcess '${program}'; by group policy: Computer Configuration > Administrative Templates > Windows Components > Microsoft Defender Antivirus > Exclusions; Windows Firewall: allow outgoing connections to ${address}`,
  kaspersky: windows(
    'Scan exclusions (with Security Center: in the policy)',
    'Trusted applications, which are neither scanned nor watched',
  ),
  bkav: lookFor,
  cmc: lookFor,
  eset: windows('Performance exclusions (with ESET PROTECT: in the policy)', 'Processes exclusions'),
  'trend-micro': windows('Scan Exclusions, on its server', 'Trusted Program List'),
  symantec: windows(
    'in the manager an Exceptions policy, Windows Exceptions > Folder',
    'Windows Exceptions > Application (Ignore), and Tamper Protection Exception',
  ),
  avast: windows('Menu > Settings > General > Exceptions', 'the same Exceptions'),
  trellix: lookFor,
  sophos: windows('in Sophos Central Global Exclusions, File or folder', 'Global Exclusions, Process'),
  bitdefender: lookFor,
  fortinet: lookFor,
  crowdstrike: lookFor,
  sentinelone: lookFor,
  clamav: (folders: string) =>
    `in /etc/clamav/clamd.conf write a line "OnAccessExcludePath FOLDER" for each of ${folders}, and "OnAccessExcludeRootUID yes", then restart clamav-daemon and clamav-clamonacc`,
  mdatp: (folders: string, program: string) =>
    `run "mdatp exclusion folder add --path FOLDER" for each of ${folders}, and: mdatp exclusion process add --path '${program}'`,
  kesl: (folders: string) =>
    `run "kesl-control --set-settings 1 --add-exclusion FOLDER" for each of ${folders} (with Security Center: in the policy)`,
  osquery: () =>
    'of the audit log only one can be the reader: leave --disable_audit=true in /etc/osquery/osquery.flags, so that auditd has the events that the agent reads',
  auditbeat: () =>
    'of the audit log only one can be the reader: in auditbeat.yml set "socket_type: multicast" in the module auditd, so that auditd has the events that the agent reads',
  wazuh: () => 'it reads logs as the agent does and takes nothing away; one of the two is enough on a host',
  falco: () =>
    'it watches system calls and takes nothing away; a rule that reports the agent gets an exception',
  other: (folders: string, program: string, address: string) =>
    `in its list of exclusions: ${folders}; in its list of trusted programs: ${program}; in its firewall and TLS inspection: let ${address} pass`,
};

export const protectorEn = {
  off: (name: string) => `${name}: registered, not guarding now`,
  quiet: (name: string, how: string) =>
    `${name} guards this host; nothing shows that it holds the agent back. Should it: ${how}`,
  mayBlock: (name: string, how: string) =>
    `${name} may be what holds the agent back. To exclude the agent: ${how}`,
  steps,
};

export const connectEn = {
  filtered: (address: string) =>
    `This computer's own firewall or anti-virus forbids it: allow outgoing connections of the agent to ${address}.`,
  refused: (address: string) =>
    `Something answered that ${address} is closed: the collector is not running there, or a firewall on the way refuses. Look at the collector ("vonggac status") and at the firewalls on the way.`,
  reset: (address: string) =>
    `The line to ${address} was cut at once: a filter on the way or an anti-virus that opens TLS does so. Let this address pass without inspection.`,
  silent: (address: string) =>
    `Nothing comes back from ${address}: a firewall drops it, or the address is wrong. From this computer ask the network's administrator to allow TCP to ${address}.`,
  'no-way': (address: string) =>
    `There is no way to ${address}: look at the network cable, Wi-Fi, VPN and gateway.`,
  inspected: (who: string, address: string) =>
    `The certificate was made by ${who}, which opens TLS on the way: exempt ${address} from its TLS inspection; the agent sends nothing through it.`,
  otherIssuer: (issuer: string) =>
    `The certificate shown was issued by "${issuer}": if that is a filter of yours, exempt the collector's address from TLS inspection.`,
};

export const writingEn = {
  ok: (folder: string) => `files in ${folder} can be made, replaced and deleted`,
  held: (folder: string, reason: string) =>
    `files in ${folder} are held by another program (${reason}): an anti-virus, a backup or an indexer; exclude the folder there`,
  forbidden: (folder: string, reason: string) =>
    `files in ${folder} may not be written (${reason}): run as administrator (root); where one is, a program that protects folders forbids it: allow the agent there`,
  full: (folder: string, reason: string) => `${folder} is full (${reason}): free space on this disk`,
  'read-only': (folder: string, reason: string) =>
    `${folder} is on a disk mounted read-only (${reason}): mount it writable`,
  other: (folder: string, reason: string) =>
    `files in ${folder} cannot be written: ${reason}; check the disk`,
};

export const windowsDoctorEn = {
  fit: (release: string) => `Windows ${release}, 64-bit: the agent runs here`,
  'old-system': (release: string) =>
    `Windows ${release} is older than Windows 10 1607 / Server 2016: the agent does not run here; let it forward its events to a neighbour (guide "Installing agents", part on old machines)`,
  'not-64-bit': (release: string) =>
    `Windows ${release} is 32-bit: the agent does not run here; let it forward its events to a neighbour (guide "Installing agents", part on old machines)`,
  system: 'asked as SYSTEM: nothing is kept from it',
  administrator: 'asked with an administrator’s rights, as the service has them',
  notElevated:
    'asked without an administrator’s rights: the Security log and the state folder stay closed; open the command prompt with "Run as administrator" and ask again',
  notAdministrator:
    'this account is no administrator: the Security log and the state folder stay closed; ask again as an administrator',
  rightsUnknown:
    'whose rights these are cannot be told (whoami did not answer); ask again as an administrator',
};

export const killedEn = (pid: number, when: string, log: string) =>
  `process ${pid} ended without stopping (last heard of ${when}): it was killed, or it crashed; look for it in the quarantine and history of the anti-virus, and in ${log}`;
