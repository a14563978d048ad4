/** What is said of each silence and loss, in both languages, and how it is named. Pure: numbers and names come in. */
import type { Severity } from '../api/contract.ts';
import { houseFacts, type HouseRule, type Particulars } from './house-rules.ts';
import type { RuleFacts } from '../alert/detection.ts';
import type { HouseFinding } from '../alert/house-finding.ts';
import type { SilentChannel } from './channel-watch.ts';
import type { AgentSilence, SiteSilence } from './watch.ts';

export interface HostName {
  agentId: string;
  hostname: string;
  agencyId: number;
}

const HOUR_MS = 3_600_000;
const iso = (ms: number): string => new Date(ms).toISOString();

/** By kind of silence: the rule that its alert is of. */
export const RULE_OF_SILENCE: Readonly<Record<'agent' | 'site' | 'channel', HouseRule>> = {
  agent: 'vonggac:silent-agent',
  site: 'vonggac:silent-site',
  channel: 'vonggac:silent-channel',
};

export const SILENCE_OVER = 'Tự đóng: đã có liên lạc trở lại. / Closed by itself: it is heard of again.';
export const LEDGER_MENDED = 'Tự đóng: sổ đã cân bằng. / Closed by itself: the ledger balances again.';

function facts(rule: HouseRule, severity: Severity, particulars: Particulars): RuleFacts {
  return houseFacts(rule, severity, particulars);
}

export function agentFinding({ agent, subject, sinceMs }: AgentSilence): HouseFinding {
  const { agentId, hostname, agencyId, profile } = agent;
  return {
    rule: facts('vonggac:silent-agent', profile === 'always' ? 'high' : 'low', {
      en: hostname,
      vi: hostname,
    }),
    finding: `agent ${subject} ${sinceMs}`,
    entity: { 'host.name': hostname },
    agencyId,
    agentId,
    hostname,
    timeMs: sinceMs,
    message: `${hostname}: không có liên lạc từ / no contact since ${iso(sinceMs)}`,
    matched: { since: iso(sinceMs), profile },
  };
}

/** @param agency its name: what people call the site */
export function siteFinding(silence: SiteSilence, agency: string): HouseFinding {
  const { subject, agencyId, network, sinceMs, away, expected } = silence;
  return {
    rule: facts('vonggac:silent-site', 'high', {
      en: `${agency}, ${network} (${away} of ${expected} hosts)`,
      vi: `${agency}, ${network} (${away}/${expected} máy)`,
    }),
    finding: `site ${subject} ${sinceMs}`,
    entity: { 'site.name': `${agency}, ${network}` },
    agencyId,
    agentId: null,
    hostname: null,
    timeMs: sinceMs,
    message: `${agency}, ${network}: ${away}/${expected} máy mất liên lạc từ / hosts away since ${iso(sinceMs)}`,
    matched: { since: iso(sinceMs), away, expected, network },
  };
}

export function channelSubject(agentId: string, channel: string): string {
  return `${agentId}/${channel}`;
}

export function channelFinding(host: HostName, silent: SilentChannel): HouseFinding {
  const { agentId, hostname, agencyId } = host;
  const { channel, lastHour, pausedHours, usualHours } = silent;
  const sinceMs = (lastHour + 1) * HOUR_MS;
  return {
    rule: facts('vonggac:silent-channel', 'medium', {
      en: `${channel} on ${hostname}`,
      vi: `${channel} trên ${hostname}`,
    }),
    finding: `channel ${channelSubject(agentId, channel)} ${sinceMs}`,
    entity: { 'host.name': hostname, 'event.channel': channel },
    agencyId,
    agentId,
    hostname,
    timeMs: sinceMs,
    message: `${hostname}, ${channel}: không có gì từ / nothing since ${iso(sinceMs)}; ${pausedHours} h > ${usualHours} h`,
    matched: { since: iso(sinceMs), channel, pausedHours, usualHours },
  };
}

export function gapFinding(
  host: HostName,
  gap: { epoch: string; lane: number; afterSeq: number; toSeq: number; missing: number; foundMs: number },
): HouseFinding {
  const { agentId, hostname, agencyId } = host;
  const { epoch, lane, afterSeq, toSeq, missing, foundMs } = gap;
  const span = `${afterSeq + 1}-${toSeq}`;
  return {
    rule: facts('vonggac:sequence-gap', 'high', {
      en: `${hostname}, ${missing} in ${span}`,
      vi: `${hostname}, ${missing} trong ${span}`,
    }),
    finding: `gap ${agentId} ${epoch} ${lane} ${span}`,
    entity: { 'host.name': hostname },
    agencyId,
    agentId,
    hostname,
    timeMs: foundMs,
    message: `${hostname}, lane ${lane}, ${span}: ${missing} không có trong kho / not in the store`,
    matched: { epoch, lane, afterSeq, toSeq, missing },
  };
}

export function lossFinding(
  host: HostName,
  loss: { hour: number; records: number; reasons: string },
): HouseFinding {
  const { agentId, hostname, agencyId } = host;
  const { hour, records, reasons } = loss;
  return {
    rule: facts('vonggac:declared-loss', 'medium', {
      en: `${hostname}, ${records} records`,
      vi: `${hostname}, ${records} bản ghi`,
    }),
    finding: `loss ${agentId} ${hour}`,
    entity: { 'host.name': hostname },
    agencyId,
    agentId,
    hostname,
    timeMs: hour * HOUR_MS,
    message: `${hostname}: ${records} bản ghi báo mất / records declared lost (${reasons})`,
    matched: { records, reasons },
  };
}

export function unbalancedFinding(
  host: HostName,
  cell: { hour: number; lane: number; channel: string; difference: number },
): HouseFinding {
  const { agentId, hostname, agencyId } = host;
  const { hour, lane, channel, difference } = cell;
  const at = iso(hour * HOUR_MS);
  return {
    rule: facts('vonggac:ledger-unbalanced', 'high', {
      en: `${hostname}, ${channel}, ${at}: ${difference}`,
      vi: `${hostname}, ${channel}, ${at}: ${difference}`,
    }),
    finding: `unbalanced ${agentId} ${hour} ${lane} ${channel}`,
    entity: { 'host.name': hostname, 'event.channel': channel },
    agencyId,
    agentId,
    hostname,
    timeMs: hour * HOUR_MS,
    message: `${hostname}, ${channel}, ${at}: chênh lệch / difference ${difference}`,
    matched: { channel, hour: at, difference },
  };
}
