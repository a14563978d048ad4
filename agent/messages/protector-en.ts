/** What the doctor says of programs that guard the host beside us, of blocked connections and files, and of Windows; in English. */
import type { ProtectorKey } from '../doctor/protectors.ts';

const windows =
  (files: string, processes: string, network: string) =>
  (folders: string, program: string, address: string): string =>
    `${files}: add ${folders}; ${processes}: add ${program}; ${network}: let ${address} pass, without opening TLS`;

/** What to exclude in a program, and where. `folders` stand apart by semicolons; for Defender they are quoted and apart by commas. */
export type Steps = Record<ProtectorKey, (folders: string, program: string, address: string) => string>;

const steps: Steps = {
  defender: (folders: string, program: string, address: string) =>
    `in PowerShell as administrator: Add-MpPreference -ExclusionPath ${folders} -ExclusionProcess '${program}'; by group policy: Computer Configuration > Administrative Templates > Windows Components > Microsoft Defender Antivirus > Exclusions; Windows Firewall: allow outgoing connections to ${address}`,
  kaspersky: windows(
    'Settings > Threats and exclusions > Manage exclusions (trusted zone; with Security Center: in the policy)',
    'Trusted applications ("Do not scan opened files", "Do not monitor application activity")',
    'Network settings > Encrypted connections scan > Trusted addresses',
  ),
  bkav: windows(
    'the list of exclusions of Bkav (with Bkav Endpoint: on its management server)',
    'the list of trusted programs',
    'its firewall',
  ),
  cmc: windows(
    'the list of exclusions of CMC (with a management server: there)',
    'the list of trusted programs',
    'its firewall',
  ),
  eset: windows(
    'Setup > Advanced setup (F5) > Detection engine > Exclusions > Performance exclusions',
    'Processes exclusions, and HIPS rules',
    'Web and email > SSL/TLS > list of known certificates or excluded addresses',
  ),
  'trend-micro': windows(
    'in the Apex One console: Agents > Agent Management > Settings > Scan Settings > Scan exclusions',
    'Trusted Program List, and exceptions of Behavior Monitoring',
    'firewall policy',
  ),
  symantec: windows(
    'in the manager (SEPM): Policies > Exceptions > Windows exceptions > Folder',
    'Windows exceptions > Application (ignore), and Tamper Protection exception',
    'firewall policy',
  ),
  avast: windows(
    'Menu > Settings > General > Exceptions',
    'Exceptions, and Blocked & allowed apps',
    'Protection > Core Shields > Web Shield > HTTPS scanning exceptions',
  ),
  trellix: windows(
    'Endpoint Security Threat Prevention > On-Access Scan > Exclusions (with ePO: in the policy)',
    'Exploit Prevention and Adaptive Threat Protection exclusions',
    'Endpoint Security Firewall rules',
  ),
  sophos: windows(
    'Sophos Central > Global Settings > Global Exclusions > file or folder',
    'Global Exclusions > process',
    'exclusions of HTTPS decryption',
  ),
  bitdefender: windows(
    'GravityZone > Policies > Antimalware > Settings > Custom exclusions',
    'Custom exclusions > process',
    'Network Protection > exclusions, and SSL scanning',
  ),
  fortinet: windows(
    'EMS > Endpoint Profiles > Malware Protection > Exclusions',
    'the exclusions of Anti-Exploit and of FortiEDR',
    'Web Filter and FortiGate SSL inspection exemptions',
  ),
  crowdstrike: windows(
    'Falcon console > Endpoint security > Exclusions > Sensor visibility',
    'Exclusions > Machine learning and IOA',
    'Firewall management',
  ),
  sentinelone: windows(
    'console > Sentinels > Exclusions > Path',
    'Exclusions > Path, "interoperability" mode',
    'Firewall Control',
  ),
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
