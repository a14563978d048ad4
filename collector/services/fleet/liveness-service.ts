/**
 * Liveness at work: notes who is connected from where, learns when hosts are usually there, and raises or closes the
 * alerts about silence and loss. What it decides lies in liveness/, what it remembers in the control plane.
 */
import type { HouseFinding } from '../../alert/house-finding.ts';
import { silentChannels } from '../../liveness/channel-watch.ts';
import { hourOfWeek, type WorkCalendar } from '../../liveness/calendar.ts';
import {
  agentFinding,
  channelFinding,
  channelSubject,
  gapFinding,
  LEDGER_MENDED,
  lossFinding,
  RULE_OF_SILENCE,
  SILENCE_OVER,
  siteFinding,
  unbalancedFinding,
} from '../../liveness/findings.ts';
import { WATCH, watch, type WatchedAgent } from '../../liveness/watch.ts';
import type { Registry } from '../../registry/database.ts';
import { readCalendars } from '../../registry/calendars.ts';
import { houseAlertId, raiseHouseAlerts, resolveHouseAlert } from '../../registry/house-alerts.ts';
import type { Gap } from '../../registry/ledger-count.ts';
import { HOURS_APART } from '../../registry/ledger-compact.ts';
import { unsettledCells } from '../../registry/ledger-unsettled.ts';
import {
  readChannelHours,
  readHostNames,
  readLargeLosses,
  readOpenUnbalanced,
} from '../../registry/ledger-watch.ts';
import { closePresence, learnHabits, writePresence, type PresenceChange } from '../../registry/presence.ts';
import {
  applySilences,
  readOpenSilences,
  readWatched,
  type EndedSilence,
  type NewSilence,
} from '../../registry/silences.ts';
import type { Logger } from '../../telemetry/log.ts';

const HOUR_MS = 3_600_000;

const LIVENESS = {
  presenceEveryMs: 5_000,
  watchEveryMs: 60_000,
  lossesEveryMs: 600_000,
  channelsEveryMs: HOUR_MS,
  /** Declared by one agent within one hour. */
  lossRecordsMin: 100,
  lossesBackMs: 2 * HOUR_MS,
  /** Older hours lie together by the day. */
  channelHoursBack: HOURS_APART,
} as const;

export interface LivenessOptions {
  registry: Registry;
  log: Logger;
  /** Alerts that are new or changed, after they are durable. */
  onAlerts: (ids: readonly string[]) => void;
  /** With other collectors: the id of this one, and whether it is the one that watches for all. */
  among?: { collectorId: string; leads: () => boolean } | undefined;
}

export class LivenessService {
  readonly #options: LivenessOptions;
  readonly #timers: NodeJS.Timeout[] = [];
  #changes = new Map<string, PresenceChange>();
  #startedMs = 0;
  #running: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(options: LivenessOptions) {
    this.#options = options;
  }

  /** Before the first session. */
  async start(): Promise<void> {
    const { registry, among } = this.#options;
    this.#startedMs = registry.now();
    // Others' sessions are not ours to close: those of a fallen collector are closed when it is buried.
    if (among === undefined) await closePresence(registry.db);
    const every = (ms: number, what: string, work: () => Promise<void>): void => {
      const timer = setInterval(() => this.#inTurn(what, work), ms);
      timer.unref();
      this.#timers.push(timer);
    };
    every(LIVENESS.presenceEveryMs, 'presence', () => this.flush());
    const forAll = (work: () => Promise<void>) => async (): Promise<void> => {
      if (among === undefined || among.leads()) await work();
    };
    every(
      LIVENESS.watchEveryMs,
      'silence',
      forAll(() => this.watchHosts()),
    );
    every(
      LIVENESS.lossesEveryMs,
      'losses',
      forAll(() => this.watchLosses()),
    );
    every(
      LIVENESS.channelsEveryMs,
      'channels',
      forAll(() => this.watchChannels()),
    );
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    for (const timer of this.#timers) clearInterval(timer);
    await this.#running;
    await this.flush();
  }

  /** One after the other; one that fails is tried again at its next time. */
  #inTurn(what: string, work: () => Promise<void>): void {
    this.#running = this.#running.then(async () => {
      if (this.#stopped) return;
      try {
        await work();
      } catch (error) {
        this.#options.log.error({ err: error, what }, 'the watch over silence and loss failed');
      }
    });
  }

  async #calendarOf(): Promise<(agencyId: number) => WorkCalendar> {
    const calendars = await readCalendars(this.#options.registry.db);
    return (agencyId) => calendars(agencyId).calendar;
  }

  note(agentId: string, online: boolean, network: string, address?: string): void {
    const atMs = this.#options.registry.now();
    this.#changes.set(agentId, { agentId, online, network, address, atMs });
  }

  async flush(): Promise<void> {
    const changes = [...this.#changes.values()];
    this.#changes = new Map();
    await writePresence(this.#options.registry.db, changes, this.#options.among?.collectorId);
  }

  /** Hosts and sites. */
  async watchHosts(): Promise<void> {
    const { registry, onAlerts } = this.#options;
    const { db } = registry;
    const nowMs = registry.now();
    await this.flush();
    const calendarOf = await this.#calendarOf();
    await learnHabits(
      db,
      {
        hour: Math.floor(nowMs / HOUR_MS),
        listeningSinceHour: Math.ceil((this.#startedMs + WATCH.graceMs) / HOUR_MS),
      },
      (agencyId, ms) => hourOfWeek(calendarOf(agencyId), ms),
    );
    const agents = await readWatched(db, calendarOf);
    const open = await readOpenSilences(db);
    const hosts = open.filter(({ kind }) => kind !== 'channel');
    const { begun, ended } = watch({ agents, open: hosts, nowMs, startedMs: this.#startedMs });
    const agencies = new Map(
      (await db.selectFrom('agency').select(['id', 'name']).execute()).map(({ id, name }) => [id, name]),
    );
    const fresh = begun.map((silence): NewSilence => {
      const found =
        silence.kind === 'agent'
          ? agentFinding(silence)
          : siteFinding(silence, agencies.get(silence.agencyId) ?? String(silence.agencyId));
      return { kind: silence.kind, subject: silence.subject, sinceMs: silence.sinceMs, found };
    });
    const over = hosts.flatMap(({ id, kind, subject }): EndedSilence[] =>
      ended.some((end) => end.kind === kind && end.subject === subject)
        ? [{ id, ruleId: RULE_OF_SILENCE[kind], note: SILENCE_OVER }]
        : [],
    );
    const ids = await applySilences(db, { begun: fresh, ended: over }, nowMs);
    if (ids.length > 0) onAlerts(ids);
  }

  /** Channels of the hosts that are connected. */
  async watchChannels(): Promise<void> {
    const { registry, onAlerts } = this.#options;
    const { db } = registry;
    const nowMs = registry.now();
    const nowHour = Math.floor(nowMs / HOUR_MS);
    const agents = await readWatched(db, await this.#calendarOf());
    const open = (await readOpenSilences(db)).filter(({ kind }) => kind === 'channel');
    const begun: NewSilence[] = [];
    const ended: EndedSilence[] = [];
    for (const agent of agents) {
      const own = open.filter(({ subject }) => subject.startsWith(`${agent.agentId}/`));
      if (agent.offlineMs !== null && own.length === 0) continue;
      const hours = await readChannelHours(db, agent.agentId, nowHour - LIVENESS.channelHoursBack);
      const silent = silentChannels(hours, nowHour);
      for (const channel of silent) {
        const subject = channelSubject(agent.agentId, channel.channel);
        if (agent.offlineMs !== null || own.some((one) => one.subject === subject)) continue;
        const found = channelFinding(agent, channel);
        begun.push({ kind: 'channel', subject, sinceMs: found.timeMs, found });
      }
      ended.push(...heardAgain(agent, own, hours));
      await new Promise(setImmediate);
    }
    const ids = await applySilences(db, { begun, ended }, nowMs);
    if (ids.length > 0) onAlerts(ids);
  }

  /** Declared losses and what the ledger cannot account for. */
  async watchLosses(): Promise<void> {
    const { registry, onAlerts } = this.#options;
    const { db } = registry;
    const nowMs = registry.now();
    const losses = await readLargeLosses(db, nowMs - LIVENESS.lossesBackMs, LIVENESS.lossRecordsMin);
    const cells = [];
    for await (const lane of unsettledCells(db)) cells.push(...lane.filter(({ missing }) => missing !== 0));
    const hosts = await readHostNames(db, [
      ...new Set([...losses.map(({ agentId }) => agentId), ...cells.map(({ agentId }) => agentId)]),
    ]);
    const findings: HouseFinding[] = [];
    for (const loss of losses) {
      const host = hosts.get(loss.agentId);
      if (host !== undefined) findings.push(lossFinding(host, loss));
    }
    const unbalanced = new Set<string>();
    for (const { agentId, missing: difference, ...cell } of cells) {
      const host = hosts.get(agentId);
      if (host === undefined) continue;
      const found = unbalancedFinding(host, { ...cell, difference });
      unbalanced.add(houseAlertId(found.rule.ruleId, found.finding));
      findings.push(found);
    }
    const ids = await raiseHouseAlerts(db, findings, nowMs);
    for (const { id } of await readOpenUnbalanced(db)) {
      if (unbalanced.has(id)) continue;
      await db.transaction().execute((trx) => resolveHouseAlert(trx, { id, note: LEDGER_MENDED }, nowMs));
      ids.push(id);
    }
    if (ids.length > 0) onAlerts(ids);
  }

  async raiseGaps(gaps: readonly Gap[]): Promise<void> {
    const { registry, onAlerts, log } = this.#options;
    try {
      const hosts = await readHostNames(
        registry.db,
        gaps.map(({ agent_id }) => agent_id),
      );
      const findings = gaps.flatMap((gap) => {
        const host = hosts.get(gap.agent_id);
        if (host === undefined) return [];
        const { epoch, lane, after_seq: afterSeq, to_seq: toSeq, missing, found_ms: foundMs } = gap;
        return [gapFinding(host, { epoch, lane, afterSeq, toSeq, missing, foundMs })];
      });
      const ids = await raiseHouseAlerts(registry.db, findings, registry.now());
      if (ids.length > 0) onAlerts(ids);
    } catch (error) {
      log.error({ err: error }, 'the alert about missing sequences could not be raised');
    }
  }
}

function heardAgain(
  agent: WatchedAgent,
  own: readonly { id: string; subject: string; sinceMs: number }[],
  channels: readonly { channel: string; hours: readonly number[] }[],
): EndedSilence[] {
  return own.flatMap(({ id, subject, sinceMs }) => {
    const name = channels.find(({ channel }) => channelSubject(agent.agentId, channel) === subject);
    const heard = name?.hours.some((hour) => hour * HOUR_MS >= sinceMs) ?? false;
    return heard ? [{ id, ruleId: RULE_OF_SILENCE.channel, note: SILENCE_OVER }] : [];
  });
}
