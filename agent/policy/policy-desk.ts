/**
 * Takes policies in: judges what a session brings, keeps it on trial, and has the agent begin anew with it. What cannot
 * reach the collector under it in time, or keeps dying under it, goes back to the one before by itself.
 */
import type { PolicyDocument, PolicyReference, PolicyRefusal, SigningKeys } from '#protocol/policy.ts';
import { KEY_PURPOSES } from '#protocol/signing-key.ts';
import type { UpMessage } from '#protocol/up.ts';
import type { AgentRecord } from '#protocol/record.ts';
import type { Clock } from '../clock.ts';
import type { Logger } from '../log.ts';
import type { PinnedKeys } from '../signing-keys.ts';
import type { SignedDesk, SignedMessage } from '../transport/signed-desk.ts';
import { DocumentParts } from './document-parts.ts';
import type { WholeDocument } from './document-parts.ts';
import { judgePolicy } from './judge-policy.ts';
import type { PolicySettings } from './policy-config.ts';
import { referenceOf } from './policy-store.ts';
import type { PolicyStore } from './policy-store.ts';

/** Of one session; what comes after it is not even looked at. */
const REFUSALS_MAX = 20;
/** A policy under which so many processes ended before the collector was reached is taken back. */
const STARTS_MAX = 3;

type Detail = Record<string, string | number | boolean | null>;

export interface PolicyDeskOptions {
  store: PolicyStore;
  keys: PinnedKeys;
  agentId: string;
  settings: PolicySettings;
  /** What is wrong with the host's settings under this policy; undefined when they can be used. */
  faultOf: (document: Record<string, unknown>) => string | undefined;
  clock: Clock;
  logger: Logger;
  /** Says it to the collector as an event. */
  tell: (action: AgentRecord['action'], subject: string, detail: Detail) => void;
  /** Another policy runs from now on: the agent is to begin anew. */
  onChange: () => void;
}

export class PolicyDesk implements SignedDesk {
  readonly #options: PolicyDeskOptions;
  readonly #parts = new DocumentParts();
  #send: ((message: UpMessage) => void) | undefined;
  #isKeyRefused = false;
  #refusals = 0;

  constructor(options: PolicyDeskOptions) {
    this.#options = options;
  }

  /** Takes back what is on trial when the collector is not reached under it in time. */
  async watch(signal: AbortSignal): Promise<void> {
    const { store, clock, settings } = this.#options;
    const { trial } = store;
    if (trial === undefined) return;
    const seconds = Math.round(settings.confirmMsMax / 1_000);
    // Again when the disk refuses to write it down.
    for (;;) {
      await clock.sleep(settings.confirmMsMax, signal);
      if (signal.aborted || store.trial?.issue !== trial.issue) return;
      if (this.#rollBack('unreachable', `the collector was not reached for ${seconds} s under it`)) return;
    }
  }

  /** A process begins. @returns whether another policy than the one on trial runs now */
  begin(): boolean {
    const { store, logger } = this.#options;
    if (store.damage !== undefined)
      logger.error({ damage: store.damage }, 'the kept policy cannot be used: only own settings hold');
    if (store.trial === undefined) return false;
    if (store.trialStarts >= STARTS_MAX) {
      this.#rollBack('crashed', `${STARTS_MAX} processes ended under it before the collector was reached`);
      return true;
    }
    this.#durably(() => store.noteStart());
    return false;
  }

  /** The settings under what runs cannot be used after all. */
  giveUp(message: string): void {
    const { store, logger, tell } = this.#options;
    if (store.trial !== undefined) {
      this.#rollBack('invalid', message);
      return;
    }
    const dropped = store.drop('invalid', message);
    logger.error({ message }, 'the policy does not fit any more: only own settings hold');
    if (dropped !== undefined)
      tell('policy-refused', 'policy', detailOf(dropped.reference, 'invalid', message));
  }

  opened(send: (message: UpMessage) => void): void {
    this.#send = send;
    this.#refusals = 0;
    this.#isKeyRefused = false;
    this.#parts.reset();
    send(this.#options.store.report());
  }

  closed(): void {
    this.#send = undefined;
  }

  receive(message: SignedMessage): void {
    switch (message.type) {
      case 'signing-keys':
        this.#hearKeys(message);
        return;
      case 'policy-document':
        this.#take(message);
        return;
      case 'policy-ack':
        this.#confirm(message.issue);
        return;
      case 'command':
      case 'command-ack':
    }
  }

  #hearKeys(told: SigningKeys): void {
    const { keys, logger, tell } = this.#options;
    const heard = this.#durably(() => keys.hear(told));
    if (heard === undefined) return;
    const became = heard.done;
    this.#isKeyRefused = became.policy === 'refused';
    for (const purpose of KEY_PURPOSES) {
      const hearing = became[purpose];
      if (hearing === 'known') continue;
      const facts = { purpose, became: hearing };
      if (hearing !== 'refused') {
        logger.info(facts, 'a signing key of the collector is trusted from now on');
        tell('signing-key-trusted', purpose, facts);
        continue;
      }
      logger.error(facts, 'the collector signs with a key that the trusted one did not name');
      tell('signing-key-refused', purpose, facts);
    }
  }

  #take(part: PolicyDocument): void {
    if (this.#refusals >= REFUSALS_MAX) return;
    const answer = this.#parts.add(part);
    if (answer === 'more') return;
    if (answer === 'bad-parts') this.#refuse(referenceOf(part), 'bad-parts', 'its parts do not fit together');
    else this.#judge(answer.whole);
  }

  #judge(whole: WholeDocument): void {
    const { store, keys, agentId, settings, faultOf, logger, onChange } = this.#options;
    const judgement = judgePolicy(whole, {
      agentId,
      key: keys.get('policy'),
      isKeyRefused: this.#isKeyRefused,
      enabled: settings.enabled,
      issue: store.issue,
      running: store.trial ?? store.running,
      faultOf,
    });
    if (judgement.kind === 'refuse') {
      this.#refuse(referenceOf(whole), judgement.code, judgement.message);
      return;
    }
    if (judgement.kind === 'known') {
      this.#send?.(store.report());
      return;
    }
    const policy = { ...referenceOf(whole), text: whole.text };
    if (store.trial === undefined && (store.running?.text ?? '{}') === whole.text) {
      if (this.#durably(() => store.renumber(policy)) !== undefined) this.#send?.(store.report());
      return;
    }
    if (this.#durably(() => store.try(policy)) === undefined) return;
    logger.info(referenceOf(policy), 'a policy of the collector is tried');
    onChange();
  }

  #confirm(issue: number): void {
    const { store, logger, tell } = this.#options;
    const { trial } = store;
    if (trial === undefined || trial.issue !== issue) return;
    if (this.#durably(() => store.confirm()) === undefined) return;
    const { group, version } = trial;
    logger.info({ group, version }, 'the policy holds: the collector was reached under it');
    tell('policy-applied', 'policy', { group, version, sha256: trial.sha256 });
    this.#send?.(store.report());
  }

  #refuse(reference: PolicyReference, code: PolicyRefusal, message: string): void {
    const { store, logger, tell } = this.#options;
    this.#refusals += 1;
    logger.error({ ...reference, code }, `a policy is refused: ${message}`);
    tell('policy-refused', 'policy', detailOf(reference, code, message));
    this.#durably(() => store.refuse(reference, code, message));
    this.#send?.(store.report());
  }

  /** @returns whether that is written down */
  #rollBack(code: PolicyRefusal, message: string): boolean {
    const { store, logger, tell, onChange } = this.#options;
    const tried = this.#durably(() => store.rollBack(code, message))?.done;
    if (tried === undefined) return false;
    logger.error({ ...tried.reference, code }, `the policy is taken back: ${message}`);
    tell('policy-rolled-back', 'policy', detailOf(tried.reference, code, message));
    onChange();
    return true;
  }

  /** @returns undefined when the disk refuses: nothing has changed then, and the next session brings it again */
  #durably<T>(work: () => T): { done: T } | undefined {
    try {
      return { done: work() };
    } catch (error) {
      this.#options.logger.error({ err: error }, 'what the collector said cannot be written down');
      return undefined;
    }
  }
}

function detailOf({ group, version }: PolicyReference, code: PolicyRefusal, message: string): Detail {
  return { group, version, code, message };
}
