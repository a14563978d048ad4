/** Whether somebody keeps the clock right, who, and how far it is off by his word. */
import type { Host } from './host.ts';
import { exists, readText } from './read-text.ts';
import { whyNot, type ProgramResult } from './run-program.ts';
import { readServices } from './services.ts';

export interface ClockState {
  service: 'chrony' | 'systemd-timesyncd' | 'ntpd' | 'none';
  synchronised: boolean | undefined;
  /** Of the last measurement: this clock less the source, so what is fast is positive. */
  offsetMs: number | undefined;
  source: string;
  stratum: number | undefined;
  /** What could not be asked. */
  reason: string | undefined;
}

/** Reference of a chronyd that gives its own clock out as right. */
const CHRONY_LOCAL = '7F7F0101';
/** The same of ntpd: the driver of the local clock. */
const NTP_LOCAL = /^(LOCL|LOCAL.*|127\.127\.1\.\d+)$/;

/** @param text of `chronyc -c -n tracking` (chronyc(1)); its offset is positive when this clock is slow */
export function parseChronyTracking(text: string): Omit<ClockState, 'service' | 'reason'> | undefined {
  const [reference, address, stratum, , slowBy, , , , , , , , , leap] = text.trim().split(',');
  if (address === undefined || stratum === undefined || slowBy === undefined) return undefined;
  const local = reference === CHRONY_LOCAL;
  return {
    source: local ? 'local' : address,
    stratum: Number(stratum),
    offsetMs: Math.round(-Number(slowBy) * 1e6) / 1e3,
    synchronised: !local && leap !== undefined && leap !== 'Not synchronised' && Number(stratum) > 0,
  };
}

/** @param text of `ntpq -n -c rv`; its offset, in milliseconds, is that of the source seen from here */
export function parseNtpVariables(text: string): Omit<ClockState, 'service' | 'reason'> | undefined {
  const value = (name: string): string | undefined => new RegExp(`\\b${name}=([^,\\s]+)`).exec(text)?.[1];
  const stratum = value('stratum');
  if (stratum === undefined) return undefined;
  const source = value('refid') ?? '';
  const local = NTP_LOCAL.test(source);
  return {
    source: local ? 'local' : source,
    stratum: Number(stratum),
    offsetMs: 0 - Number(value('offset') ?? 0),
    synchronised: !local && !/leap_alarm|sync_unspec/.test(text) && Number(stratum) < 16,
  };
}

const KEEPERS = /^(chronyd?|ntp|ntpd|ntpsec|openntpd|systemd-timesyncd)(\.service)?$/;

export async function readClockState(host: Host, signal?: AbortSignal): Promise<ClockState> {
  const services = (await readServices(host, KEEPERS)).items;
  const active = (pattern: RegExp): boolean =>
    services.some(({ name, running, enabled }) => pattern.test(name) && (running ?? enabled === 'enabled'));
  const unknown = { synchronised: undefined, offsetMs: undefined, source: '', stratum: undefined };
  if (active(/^chronyd?(\.service)?$/)) {
    const asked = await host.run('chronyc', ['-c', '-n', 'tracking'], { signal, timeoutMs: 5_000 });
    const state = asked.kind === 'ended' && asked.code === 0 ? parseChronyTracking(asked.stdout) : undefined;
    if (state !== undefined) return { service: 'chrony', ...state, reason: undefined };
    return { service: 'chrony', ...unknown, reason: silence('chronyc', asked) };
  }
  if (active(/^(ntp|ntpd|ntpsec|openntpd)(\.service)?$/)) {
    const asked = await host.run('ntpq', ['-n', '-c', 'rv'], { signal, timeoutMs: 5_000 });
    const state = asked.kind === 'ended' && asked.code === 0 ? parseNtpVariables(asked.stdout) : undefined;
    if (state !== undefined) return { service: 'ntpd', ...state, reason: undefined };
    return { service: 'ntpd', ...unknown, reason: silence('ntpq', asked) };
  }
  if (active(/^systemd-timesyncd\.service$/)) {
    const config = await readText(host, '/etc/systemd/timesyncd.conf', 65_536);
    const source = config.kind === 'text' ? (/^\s*NTP=(.+)$/m.exec(config.text)?.[1] ?? '') : '';
    const synchronised = await exists(host, '/run/systemd/timesync/synchronized');
    return { ...unknown, service: 'systemd-timesyncd', synchronised, source, reason: undefined };
  }
  return { service: 'none', ...unknown, synchronised: false, reason: undefined };
}

/** Why it told nothing; both say it on their standard output, too. */
function silence(program: string, result: ProgramResult): string {
  const [said = ''] = result.kind === 'ended' ? (result.stderr || result.stdout).trim().split('\n') : [];
  if (said !== '') return `${program} gave no answer: ${said.slice(0, 300)}`;
  return whyNot(program, result) ?? `${program} gave no answer`;
}
