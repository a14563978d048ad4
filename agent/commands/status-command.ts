/** `vonggac-agent status` */
import { LANES } from '#protocol/lane.ts';
import { loadConfig } from '../config.ts';
import { EXIT } from '../exit-code.ts';
import { formatBytes, formatTime } from '../format.ts';
import { hint } from '../hint.ts';
import { loadIdentity } from '../identity.ts';
import type { Messages } from '../messages/en.ts';
import { printable } from '../printable.ts';
import { isAlive, readStatus } from '../status-file.ts';
import type { AgentStatus } from '../status-file.ts';
import type { CommandContext, CommandResult } from './command.ts';

export interface StatusCommandOptions {
  state?: string;
  json?: boolean;
}

export async function statusCommand(options: StatusCommandOptions, context: CommandContext): CommandResult {
  const { stateDir } = loadConfig({ stateDir: options.state });
  const status = readStatus(stateDir);
  const alive = status !== undefined && isAlive(status);
  if (options.json === true) {
    context.print(JSON.stringify({ stateDir, alive, status: status ?? null }));
  } else if (status === undefined) {
    loadIdentity(stateDir); // or says how to enrol
    const { m, print } = context;
    print(m.status.never(stateDir));
    print(m.startIt(hint('run', options.state ?? stateDir)));
  } else {
    for (const line of describe(status, alive, context.m)) context.print(printable(line));
  }
  return alive ? EXIT.ok : EXIT.failure;
}

function describe(status: AgentStatus, alive: boolean, m: Messages): string[] {
  const rows: [name: string, text: string][] = [[m.status.agent, describeProcess(status, alive, m)]];
  if (alive) {
    rows.push([m.status.collector, describeLink(status, m)]);
    for (const line of describeWay(status, m)) rows.push(['', line]);
    const waiting = status.spool.lanes.reduce((sum, lane) => sum + lane.waiting, 0);
    const { waitingBytes, bytesMax, droppedRecords } = status.spool;
    rows.push([
      m.status.spool,
      m.status.spoolLine(waiting, formatBytes(waitingBytes), formatBytes(bytesMax), droppedRecords),
    ]);
    for (const lane of status.spool.lanes) {
      const name = LANES[lane.lane];
      if (name === undefined) continue;
      const used = formatBytes(lane.bytes);
      const text = m.status.laneLine(
        m.status.lanes[name],
        lane.waiting,
        used,
        formatBytes(lane.retainedBytes),
      );
      rows.push(['', text]);
    }
    for (const source of status.sources) {
      const state = source.state === 'failed' ? `: ${m.status.sourceFailed}` : '';
      rows.push([
        m.status.sources,
        `${source.name}${state}: ${m.status.source(source.records, time(source.lastRecordAt, m))}`,
      ]);
      if (source.limited > 0) rows.push(['', m.status.limited(source.limited)]);
      for (const problem of source.problems) rows.push(['', `${problem.subject}: ${problem.message}`]);
    }
    const { rssBytes, cpuMs, sinceMs } = status.cost;
    rows.push([
      m.status.cost,
      m.status.costLine(formatBytes(rssBytes), ((cpuMs / Math.max(sinceMs, 1)) * 100).toFixed(1)),
    ]);
    for (const line of describeBudget(status, m)) rows.push(['', line]);
  }
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, text]) => `${name.padEnd(width)}  ${text}`);
}

function describeProcess(status: AgentStatus, alive: boolean, m: Messages): string {
  if (alive) return m.status.running(status.pid, formatTime(status.startedAt));
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

/** Which collector, by which way, and how fast. */
function describeWay({ link }: AgentStatus, m: Messages): string[] {
  const { url, collectors, proxy, bytesPerSecondMax } = link;
  return [
    ...collectors.map((each, index) => m.status.collectorLine(each, index + 1, each === url)),
    ...(proxy === null ? [] : [m.status.proxyLine(proxy)]),
    ...(bytesPerSecondMax === null ? [] : [m.status.capLine(formatBytes(bytesPerSecondMax))]),
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

function time(timeMs: number | null, m: Messages): string {
  return timeMs === null ? m.status.never_ : formatTime(timeMs);
}
