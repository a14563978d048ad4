/**
 * Policies at work: tells each agent what it is to run, signed for it alone, and takes in what it says of that. What is
 * changed, here or by a collector beside this one, reaches agents that are online at once or at the next look.
 */
import type { DownMessage } from '../../protocol/down.ts';
import { policyParts, type PolicyReport, type SigningKeys } from '../../protocol/policy.ts';
import { KEY_PURPOSES, type KeyPurpose } from '../../protocol/signing-key.ts';
import { policyBytes } from '../../protocol/signing.ts';
import type { Registry } from '../../registry/database.ts';
import { listRollouts } from '../../registry/policies.ts';
import { assignPolicy, noteReport, staleAgents, type Assignment } from '../../registry/policy-assignment.ts';
import {
  openSigningKey,
  rotateSigningKey,
  SigningKeyError,
  type SigningKey,
} from '../../registry/signing-keys.ts';

/** Another collector on the same control plane may have changed something. */
const LOOK_MS = 20_000;
/** Agents told before everything else has its turn. */
const TOLD_AT_ONCE = 50;

export interface PolicyServiceOptions {
  registry: Registry;
  dataDir: string;
  /** Agents with an open session here. */
  agentsOnline: () => Iterable<string>;
  tell: (agentId: string, messages: readonly DownMessage[]) => void;
  onReport: (state: PolicyReport['state']) => void;
  onHalted: (group: string, version: number, reason: string) => void;
  onFault: (error: unknown) => void;
}

export class PolicyService {
  readonly #options: PolicyServiceOptions;
  #keys: Readonly<Record<KeyPurpose, SigningKey>> | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** By group: when its rollout was changed last, as looked at. */
  #seen = new Map<number, number>();
  #looking: Promise<void> = Promise.resolve();

  constructor(options: PolicyServiceOptions) {
    this.#options = options;
  }

  /** Without its keys a collector serves agents all the same; it signs nothing until they are there. */
  async start(): Promise<void> {
    await this.#openKeys();
    for (const { groupId, changedMs } of await listRollouts(this.#options.registry))
      this.#seen.set(groupId, changedMs);
    this.#timer = setInterval(() => void this.look().catch(this.#options.onFault), LOOK_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Undefined while this data folder does not have the key that agents trust. */
  key(purpose: KeyPurpose): SigningKey | undefined {
    return this.#keys?.[purpose];
  }

  async #openKeys(): Promise<void> {
    const { registry, dataDir, onFault } = this.#options;
    try {
      const [policy, command] = await Promise.all(
        KEY_PURPOSES.map((purpose) => openSigningKey(registry, dataDir, purpose)),
      );
      if (policy !== undefined && command !== undefined) this.#keys = { policy, command };
    } catch (error) {
      this.#keys = undefined;
      if (!(error instanceof SigningKeyError)) throw error;
      onFault(error);
    }
  }

  /** @throws SigningKeyError */
  async rotate(purpose: KeyPurpose, actor: string): Promise<SigningKey> {
    const { registry, dataDir } = this.#options;
    const key = await rotateSigningKey(registry, dataDir, purpose, actor);
    await this.#openKeys();
    this.#tellKeys();
    return key;
  }

  #tellKeys(): void {
    const { agentsOnline, tell } = this.#options;
    for (const agentId of agentsOnline()) tell(agentId, this.#keyMessages());
  }

  /** What a session is told before anything that is signed. */
  #keyMessages(): SigningKeys[] {
    if (this.#keys === undefined) return [];
    const { policy, command } = this.#keys;
    return [{ type: 'signing-keys', policy: policy.chain, command: command.chain }];
  }

  /** @param isFirst of its session. @returns what the agent is told */
  async reported(agentId: string, report: PolicyReport, isFirst: boolean): Promise<DownMessage[]> {
    const { registry, onReport, onHalted } = this.#options;
    const { assignment, halted } = await noteReport(registry, agentId, report);
    onReport(report.state);
    if (halted !== undefined) onHalted(halted.group, halted.version, halted.reason);
    const keys = isFirst ? this.#keyMessages() : [];
    const ack: DownMessage = { type: 'policy-ack', issue: report.running?.issue ?? 0 };
    const isNews =
      assignment !== undefined &&
      assignment.issue !== report.running?.issue &&
      assignment.issue !== report.tried?.issue;
    return [...keys, ack, ...(isNews ? this.#documents(agentId, assignment) : [])];
  }

  #documents(agentId: string, assignment: Assignment): DownMessage[] {
    const key = this.#keys?.policy;
    if (key === undefined) return [];
    const { group, version, issue, sha256, isRollback, document } = assignment;
    const head = { group, version, issue, sha256, ...(isRollback ? { rollback: true as const } : {}) };
    const signature = key.sign(policyBytes({ agentId, ...head }));
    const parts = policyParts(document);
    return parts.map((text, index) => ({
      type: 'policy-document',
      ...head,
      part: index + 1,
      parts: parts.length,
      text,
      signature,
    }));
  }

  /** Tells agents that are online what has changed; looks follow one another, so each sees what was changed before it. */
  look(): Promise<void> {
    const look = this.#looking.then(() => this.#look());
    this.#looking = look.catch(() => undefined);
    return look;
  }

  async #look(): Promise<void> {
    const { registry, agentsOnline, tell } = this.#options;
    if (this.#keys === undefined) await this.#openKeys();
    const rollouts = await listRollouts(registry);
    const changed = rollouts.filter(({ groupId, changedMs }) => this.#seen.get(groupId) !== changedMs);
    if (await this.#keysChanged()) this.#tellKeys();
    if (changed.length === 0) return;
    const online = new Set(agentsOnline());
    const stale = await staleAgents(
      registry,
      changed.map(({ groupId }) => groupId),
    );
    let told = 0;
    for (const agentId of stale) {
      if (!online.has(agentId)) continue;
      const assignment = await assignPolicy(registry, agentId);
      if (assignment !== undefined) tell(agentId, this.#documents(agentId, assignment));
      told += 1;
      if (told % TOLD_AT_ONCE === 0) await new Promise(setImmediate);
    }
    for (const { groupId, changedMs } of changed) this.#seen.set(groupId, changedMs);
  }

  /** Another process of this machine, or a collector beside this one, may have changed them. */
  async #keysChanged(): Promise<boolean> {
    const before = this.#keys;
    if (before === undefined) return false;
    const { registry } = this.#options;
    const rows = await registry.db
      .selectFrom('signing_key')
      .select((eb) => eb.fn.countAll<number>().as('keys'))
      .executeTakeFirstOrThrow();
    const known = KEY_PURPOSES.reduce((sum, purpose) => sum + before[purpose].chain.statements.length + 1, 0);
    if (rows.keys === known) return false;
    await this.#openKeys();
    return this.#keys !== undefined;
  }
}
