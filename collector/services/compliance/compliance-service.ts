/**
 * Assesses systems: on demand, and of all systems once a day at a local hour, which is kept. Invariants: one run at a time; of several collectors
 * one takes the daily snapshot; a run that fails leaves nothing behind, is told, and is tried again at the next hour.
 */
import { setImmediate as yieldToLoop } from 'node:timers/promises';
import { legalDayAt } from '../../agency/legal-day.ts';
import { assessSystem, type Decisions, type SystemAssessment } from '../../compliance/assess-system.ts';
import type { Moment } from '../../compliance/evidence/evidence-kind.ts';
import type { EvidenceSources } from '../../compliance/evidence/evidence-sources.ts';
import { gatherEvidence } from '../../compliance/gather-evidence.ts';
import { snapshotOf, snapshotWithoutLevel, type SnapshotBody } from '../../compliance/snapshot.ts';
import { readAttested } from '../../registry/compliance/attestation-book.ts';
import { readSystemsAt, type SystemsAt } from '../../registry/compliance/assessed-systems.ts';
import { listRuns, writeRun, type SnapshotRun } from '../../registry/compliance/snapshots.ts';
import type { Registry } from '../../registry/database.ts';
import { RefusalError } from '../../registry/refusal.ts';
import { isRunDue, LOOK_MS } from '../../retention/schedule.ts';
import { controlExceptions } from './control-exceptions.ts';
import type { KnownProfiles } from './profiles.ts';

export interface ComplianceServiceOptions {
  registry: Registry;
  sources: EvidenceSources;
  /** As they counted at a moment. */
  profiles: (atMs: number) => Promise<KnownProfiles>;
  /** Of several collectors one takes the daily snapshot. */
  leads: () => boolean;
  /** Local hour of the daily snapshot, 0-23. */
  hour: number;
  onRun: (run: SnapshotRun) => void;
  /** A source could not be read, or a run failed. */
  onFault: (what: string, error: unknown) => void;
}

export interface AssessmentQuery {
  /** Left out: all systems. */
  systemIds?: readonly number[] | undefined;
  /** Left out: all controls. */
  controls?: ReadonlySet<string> | undefined;
  /** Left out: now. */
  atMs?: number | undefined;
}

export interface Assessed {
  atMs: number;
  profiles: KnownProfiles;
  systems: SystemsAt;
  /** Of systems with a level, by their ids. */
  assessments: readonly SystemAssessment[];
}

export class ComplianceService {
  readonly #options: ComplianceServiceOptions;
  readonly #stop = new AbortController();
  #running: Promise<SnapshotRun> | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** The last failed attempt: the next one by itself comes at the next hour. */
  #triedMs: number | undefined;

  constructor(options: ComplianceServiceOptions) {
    this.#options = options;
  }

  get isRunning(): boolean {
    return this.#running !== undefined;
  }

  /** As they count now. */
  profiles(): Promise<KnownProfiles> {
    return this.#options.profiles(this.#options.registry.now());
  }

  /** Looks every minute whether the daily snapshot is due. */
  start(): void {
    this.#timer = setInterval(() => void this.look(), LOOK_MS);
    this.#timer.unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#stop.abort();
    await this.#running?.catch(() => undefined); // told to whoever asked for it
  }

  /** Pure of consequences: nothing is written. */
  async assess(query: AssessmentQuery = {}): Promise<Assessed> {
    const assessments: SystemAssessment[] = [];
    const begun = await this.#begin(query);
    for await (const assessment of begun.each()) assessments.push(assessment);
    const { atMs, profiles, systems } = begun;
    return { atMs, profiles, systems, assessments };
  }

  /** Begins to assess all systems and does not wait for its end. @throws RefusalError compliance-running */
  begin(actor: string): void {
    this.#requireFree();
    this.snapshot(actor).catch((error: unknown) => this.#options.onFault('the assessment failed', error));
  }

  /** Assesses all systems and keeps it. @throws RefusalError compliance-running */
  async snapshot(actor: string): Promise<SnapshotRun> {
    this.#requireFree();
    this.#running = this.#snapshot(actor).finally(() => (this.#running = undefined));
    return this.#running;
  }

  #requireFree(): void {
    if (this.#running === undefined && !this.#stop.signal.aborted) return;
    const said = 'an assessment of all systems is under way: wait for its end';
    throw new RefusalError('compliance-running', '', said);
  }

  async #snapshot(actor: string): Promise<SnapshotRun> {
    const { registry, onRun } = this.#options;
    const begun = await this.#begin({});
    const { atMs, systems, profiles } = begun;
    const bodies: SnapshotBody[] = [];
    const { sharedHosts } = systems;
    const catalogue = (profile: SystemAssessment['system']['profile']): string =>
      profiles.get(profile)?.digest ?? '';
    for await (const assessment of begun.each()) {
      this.#stop.signal.throwIfAborted();
      bodies.push(snapshotOf(assessment, { catalogue: catalogue(assessment.system.profile), sharedHosts }));
    }
    for (const system of systems.ungraded)
      bodies.push(snapshotWithoutLevel(system, atMs, { catalogue: catalogue(system.profile), sharedHosts }));
    const run = await writeRun(registry, { day: legalDayAt(atMs), atMs, actor }, bodies);
    onRun(run);
    return run;
  }

  /** Gathers; what is judged afterwards is one system at a time, so that nobody waits for all of them. */
  async #begin({ systemIds, controls, atMs: asked }: AssessmentQuery) {
    const { registry, sources, onFault } = this.#options;
    const nowMs = registry.now();
    const moment: Moment = { atMs: Math.min(asked ?? nowMs, nowMs), nowMs };
    const systems = await readSystemsAt(registry.db, { ...moment, systemIds });
    const profiles = await this.#options.profiles(moment.atMs);
    const { graded } = systems;
    const gathered = await gatherEvidence(
      { profiles, systems: graded, sources, moment, controls },
      (kind, error) => onFault(`evidence of kind ${kind} could not be read`, error),
    );
    const decisions = await this.#decisions(systems, moment);
    return {
      atMs: moment.atMs,
      profiles,
      systems,
      async *each(): AsyncGenerator<SystemAssessment> {
        for (const system of graded) {
          const profile = profiles.get(system.profile);
          if (profile === undefined) throw new Error(`there is no catalogue ${system.profile}`);
          yield assessSystem(system, { profile, gathered, decisions, moment, controls });
          await yieldToLoop();
        }
      },
    };
  }

  async #decisions({ graded }: SystemsAt, { atMs }: Moment): Promise<Decisions> {
    const { db } = this.#options.registry;
    const hosts = new Map(graded.flatMap((system) => system.hosts.map((host) => [host.id, host])));
    const exceptionOf = await controlExceptions(db, [...hosts.values()], atMs);
    return { ...(await readAttested(db, atMs)), exceptionOf };
  }

  /** Takes the daily snapshot when its hour has struck since the last one. */
  async look(): Promise<void> {
    const { registry, hour, leads, onFault } = this.#options;
    if (this.#running !== undefined || this.#stop.signal.aborted || !leads()) return;
    try {
      const [last] = await listRuns(registry.db, 1);
      const lastMs = Math.max(last?.atMs ?? 0, this.#triedMs ?? 0);
      if (!isRunDue(registry.now(), lastMs === 0 ? undefined : lastMs, hour)) return;
      this.#triedMs = registry.now();
      await this.snapshot('system');
    } catch (error) {
      if (!this.#stop.signal.aborted) onFault('the daily assessment failed', error);
    }
  }
}
