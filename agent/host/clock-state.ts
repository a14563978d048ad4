/** Whether somebody keeps the clock right, who, and how far it is off by his word. */
import type { Host } from './host.ts';
import { exists, readText } from './read-text.ts';
import { readServices } from './services.ts';

export interface ClockState {
  service: 'chrony' | 'systemd-timesyncd' | 'ntpd' | 'none';
  synchronised: boolean | undefined;
  /** Of the last measurement: seconds of this clock less those of the source. */
  offsetMs: number | undefined;
  source: string;
  stratum: number | undefined;
  /** What could not be asked. */
  reason: string | undefined;
}

/** @param text of `chronyc -c -n tracking` (chronyc(1)) */
export function parseChronyTracking(text: string): Omit<ClockState, 'service' | 'reason'> | undefined {
  const [, source, stratum, , systemOffset, , , , , , , , , leap] = text.trim().split(',');
  if (source === undefined || stratum === undefined || systemOffset === undefined) return undefined;
  return {
    source,
    stratum: Number(stratum),
    offsetMs: Math.round(Number(systemOffset) * 1e6) / 1e3,
    synchronised: leap !== undefined && leap !== 'Not synchronised' && Number(stratum) > 0,
  };
}

/** @param text of `ntpq -n -c rv` */
export function parseNtpVariables(text: string): Omit<ClockState, 'service' | 'reason'> | undefined {
  const value = (name: string): string | undefined => new RegExp(`\\b${name}=([^,\\s]+)`).exec(text)?.[1];
  const stratum = value('stratum');
  if (stratum === undefined) return undefined;
  return {
    source: value('refid') ?? '',
    stratum: Number(stratum),
    offsetMs: Number(value('offset') ?? 0),
    synchronised: !/leap_alarm|sync_unspec/.test(text) && Number(stratum) < 16,
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
    return { service: 'chrony', ...unknown, reason: 'chronyc gave no answer' };
  }
  if (active(/^(ntp|ntpd|ntpsec|openntpd)(\.service)?$/)) {
    const asked = await host.run('ntpq', ['-n', '-c', 'rv'], { signal, timeoutMs: 5_000 });
    const state = asked.kind === 'ended' && asked.code === 0 ? parseNtpVariables(asked.stdout) : undefined;
    if (state !== undefined) return { service: 'ntpd', ...state, reason: undefined };
    return { service: 'ntpd', ...unknown, reason: 'ntpq gave no answer' };
  }
  if (active(/^systemd-timesyncd\.service$/)) {
    const config = await readText(host, '/etc/systemd/timesyncd.conf', 65_536);
    const source = config.kind === 'text' ? (/^\s*NTP=(.+)$/m.exec(config.text)?.[1] ?? '') : '';
    const synchronised = await exists(host, '/run/systemd/timesync/synchronized');
    return { ...unknown, service: 'systemd-timesyncd', synchronised, source, reason: undefined };
  }
  return { service: 'none', ...unknown, synchronised: false, reason: undefined };
}
