/**
 * What a host's settings make of what happens on it: few office computers have Sysmon, most only the Security log with command
 * lines, so a process that begins is event 4688 there, and files, registry and connections are not told at all.
 */
import type { MadeUp } from '../../../collector/simulate/made-up.ts';
import { isServer, type SimulatedHost } from '../estate.ts';
import { security, type WindowsEvent } from '../windows-event.ts';

/** Of 16 hosts. */
const WITH_SYSMON = { office: 4, server: 10 } as const;
const SYSMON = 'Microsoft-Windows-Sysmon/Operational';
const PROCESS_CREATED = 1;

const LABELS: Readonly<Record<string, string>> = {
  Medium: 'S-1-16-8192',
  High: 'S-1-16-12288',
  System: 'S-1-16-16384',
};
const ELEVATION: Readonly<Record<string, string>> = { Medium: '%%1938', High: '%%1937', System: '%%1936' };

export function hasSysmon({ agentId, kind }: Pick<SimulatedHost, 'agentId' | 'kind'>): boolean {
  const share = isServer(kind) || kind === 'admin' ? WITH_SYSMON.server : WITH_SYSMON.office;
  return Number.parseInt(agentId.slice(-1), 16) < share;
}

/** Sysmon's account of a process as the Security log's; 4688 knows neither hashes nor the parent's command line. */
export function as4688({ data }: Pick<WindowsEvent, 'data'>, made: MadeUp): WindowsEvent {
  const { User: user = '-', IntegrityLevel: level = 'Medium' } = data;
  const at = user.lastIndexOf('\\');
  const isSystem = level === 'System';
  return security(4688, {
    SubjectUserSid: isSystem ? 'S-1-5-18' : 'S-1-5-21-1004336348-1177238915-682003330-1100',
    SubjectUserName: user.slice(at + 1),
    SubjectDomainName: user.slice(0, Math.max(0, at)),
    SubjectLogonId: isSystem ? '0x3e7' : `0x${made.hex(6)}`,
    NewProcessId: `0x${made.hex(4)}`,
    NewProcessName: data['Image'] ?? '',
    TokenElevationType: ELEVATION[level] ?? '%%1938',
    ProcessId: `0x${made.hex(4)}`,
    CommandLine: data['CommandLine'] ?? '',
    TargetUserSid: 'S-1-0-0',
    TargetUserName: '-',
    TargetDomainName: '-',
    TargetLogonId: '0x0',
    ParentProcessName: data['ParentImage'] ?? '',
    MandatoryLabel: LABELS[level] ?? 'S-1-16-8192',
  });
}

/** @returns undefined where the host tells nothing of it */
export function asHostLogs(event: WindowsEvent, host: SimulatedHost, made: MadeUp): WindowsEvent | undefined {
  if (event.channel !== SYSMON || hasSysmon(host)) return event;
  return event.id === PROCESS_CREATED ? as4688(event, made) : undefined;
}
