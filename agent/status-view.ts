/** The agent's status in words: rows of a name and a text, for a person. Texts of others are made safe by the caller. */
import { LANES } from '#protocol/lane.ts';
import type { PolicyReport } from '#protocol/policy.ts';
import type { Attention } from './attention.ts';
import { formatBytes, formatDuration, formatTime } from './format.ts';
import type { Messages } from './messages/en.ts';
import type { AgentStatus } from './status-file.ts';

/** An empty name: the row belongs to the one above. */
export type Row = [name: string, text: string];

export interface StatusView {
  status: AgentStatus;
  alive: boolean;
  policy: PolicyReport | undefined;
  attention: readonly Attention[];
  /** Milliseconds since 1970. */
  nowMs: number;
}

export function statusRows(view: StatusView, m: Messages): Row[] {
  const { status, alive, attention } = view;
  const rows: Row[] = [[m.status.agent, describeProcess(status, alive, m)]];
  if (alive) {
    rows.push(...named(m.status.collector, [describeLink(status, m), ...describeWay(status, m)]));
    rows.push(...named(m.status.policy, describePolicy(view.policy, m)));
    rows.push(...named(m.status.spool, describeSpool(view, m)));
    rows.push(
      ...named(
        m.status.sources,
        status.sources.flatMap((source) => describeSource(source, m)),
      ),
    );
    rows.push(...named(m.status.cost, [...describeCost(status, m), ...describeBudget(status, m)]));
  }
  rows.push(
    ...named(
      m.status.attention,
      attention.map((code) => m.status.attentions[code]),
    ),
  );
  return rows;
}

function named(name: string, texts: readonly string[]): Row[] {
  return texts.map((text, index) => [index === 0 ? name : '', text]);
}

function describeProcess(status: AgentStatus, alive: boolean, m: Messages): string {
  if (alive) return m.status.running(status.pid, formatTime(status.startedAt), status.agentVersion);
  const at = formatTime(status.at);
  switch (status.state) {
    case 'stopped':
      return m.status.stopped(at);
    case 'refused':
      return m.status.refused(at);
    case 'running':
      return m.status.died(at);
  }
}

function describeLink({ link }: AgentStatus, m: Messages): string {
  switch (link.state) {
    case 'online':
      return m.status.online(formatTime(link.since), time(link.lastAckAt, m));
    case 'connecting':
      return m.status.connecting;
    case 'offline':
      return m.status.offline(link.problem?.message ?? '', time(link.nextAttemptAt, m));
  }
}

/** Which collector, by which way, how fast, and what its clock says. */
function describeWay({ link }: AgentStatus, m: Messages): string[] {
  const { url, collectors, proxy, bytesPerSecondMax, clockSkewMs } = link;
  return [
    ...collectors.map((each, index) => m.status.collectorLine(each, index + 1, each === url)),
    ...(proxy === null ? [] : [m.status.proxyLine(proxy)]),
    ...(bytesPerSecondMax === null ? [] : [m.status.capLine(formatBytes(bytesPerSecondMax))]),
    ...(clockSkewMs === null ? [] : [m.status.clock(duration(Math.abs(clockSkewMs), m), clockSkewMs >= 0)]),
  ];
}

function describePolicy(report: PolicyReport | undefined, m: Messages): string[] {
  if (report === undefined) return [];
  const { state, running, tried, message = '' } = report;
  const texts = m.status;
  const runs =
    running === undefined || running.version === 0
      ? texts.ownSettings
      : state === 'trial'
        ? texts.policyTrial(running.group, running.version)
        : texts.policyRuns(running.group, running.version);
  if (tried === undefined) return [runs];
  const became = state === 'rolled-back' ? texts.policyRolledBack : texts.policyRefused;
  return [runs, became(tried.version, message)];
}

function describeSpool({ status, nowMs }: StatusView, m: Messages): string[] {
  const { lanes, waitingBytes, bytesMax, droppedRecords } = status.spool;
  const waiting = lanes.reduce((sum, lane) => sum + lane.waiting, 0);
  return [
    m.status.spoolLine(waiting, formatBytes(waitingBytes), formatBytes(bytesMax), droppedRecords),
    ...lanes.flatMap(({ lane, waiting: records, bytes, oldestAt, retainedBytes }) => {
      const name = LANES[lane];
      if (name === undefined) return [];
      const oldest = oldestAt === null ? '' : duration(Math.max(0, nowMs - oldestAt), m);
      const [used, retained] = [formatBytes(bytes), formatBytes(retainedBytes)];
      return [m.status.laneLine(m.status.lanes[name], records, used, oldest, retained)];
    }),
  ];
}

function describeSource(source: AgentStatus['sources'][number], m: Messages): string[] {
  const { name, kind, state, caughtUp, records, limited, lastRecordAt, problems } = source;
  const words = kind === 'other' || name === kind ? '' : ` (${name})`;
  const shown = kind === 'other' ? name : `${m.sourceKinds[kind]}${words}`;
  const how = state === 'failed' ? `${m.status.sourceFailed}; ` : caughtUp ? '' : `${m.status.catchingUp}; `;
  return [
    `${shown}: ${how}${m.status.source(records, time(lastRecordAt, m))}`,
    ...(limited > 0 ? [`  ${m.status.limited(limited)}`] : []),
    ...problems.map(({ subject, message, at }) => {
      const about = subject === name ? '' : `${subject}: `;
      return `  ! ${about}${message} (${formatTime(at)})`;
    }),
  ];
}

function describeCost({ cost }: AgentStatus, m: Messages): string[] {
  const { cpuMs, machinePercent, machinePercentHour, rssBytes, rssBytesPeak, sentBytes, writtenBytes } = cost;
  const written = writtenBytes === null ? m.status.unknown : formatBytes(writtenBytes);
  return [
    m.status.cpuLine((cpuMs / 1_000).toFixed(1), machinePercent.toFixed(2), machinePercentHour.toFixed(2)),
    m.status.memoryLine(formatBytes(rssBytes), formatBytes(Math.max(rssBytes, rssBytesPeak))),
    m.status.bytesLine(formatBytes(sentBytes), written),
  ];
}

/** What it may cost, and what waits for that. */
function describeBudget({ governor }: AgentStatus, m: Messages): string[] {
  if (governor === null) return [];
  const { cpuPercent, cpuPercentMax, rssBytes, rssBytesMax, paused, slowed } = governor;
  const texts = m.governor;
  const lines = [
    texts.budget(
      cpuPercent.toFixed(2),
      String(cpuPercentMax),
      formatBytes(rssBytes),
      formatBytes(rssBytesMax),
    ),
  ];
  if (paused !== null)
    lines.push(
      paused.reason === 'battery' ? texts.pausedOnBattery : texts.pausedByRequest(time(paused.until, m)),
    );
  for (const { subject, work, reason, waitedMs, since } of slowed)
    lines.push(
      texts.slowed(
        subject,
        texts.work[work],
        texts.reason[reason],
        (waitedMs / 1_000).toFixed(1),
        formatTime(since),
      ),
    );
  return lines;
}

function duration(ms: number, m: Messages): string {
  const DAY_MS = 86_400_000;
  return ms >= 2 * DAY_MS ? m.status.days(Math.floor(ms / DAY_MS)) : formatDuration(ms);
}

function time(timeMs: number | null, m: Messages): string {
  return timeMs === null ? m.status.never_ : formatTime(timeMs);
}
