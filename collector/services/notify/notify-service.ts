/**
 * Sends what lies in the outbox. Invariants: at least once, always under the message's own id; a channel that fails holds
 * up no other; one look at a time. Only the collector that projects alerts sends.
 */
import { deliver } from '../../notify/deliver.ts';
import { DeliveryError, type DeliveryContext, type Notice, type Receipt } from '../../notify/notice.ts';
import { ATTEMPTS_MAX, retryDelayMs } from '../../notify/retry-delay.ts';
import type { AgencyScope } from '../../registry/agencies.ts';
import type { Registry } from '../../registry/database.ts';
import { failingChannels } from '../../liveness/failing-channels.ts';
import { applyConditions } from '../../registry/house-conditions.ts';
import { climbLadders, codeOfLadder } from '../../registry/oncall/ladders.ts';
import {
  findChannel,
  listChannels,
  readSecrets,
  type NotifyChannel,
} from '../../registry/notify-channels.ts';
import {
  dueMessages,
  forgetMessages,
  noteNotTaken,
  noteTaken,
  type DueMessage,
} from '../../registry/notify-messages.ts';
import { packMessages } from '../../registry/notify-outbox.ts';
import { notePersonalNews } from '../../registry/personal-news/note-personal.ts';
import { packPersonalNews } from '../../registry/personal-news/pack-personal.ts';
import { readNotice } from '../../registry/read-notice.ts';
import { randomName } from '../../registry/secrets.ts';

const LOOK_MS = 2_000;
const FORGET_MS = 3_600_000;
const CHECK_MS = 60_000;
const CARRIES = 'the channel carries messages again';
/** Messages at one look. */
const DUE_MAX = 100;
const ALL: AgencyScope = { kind: 'all' };

export interface NotifyServiceOptions {
  registry: Registry;
  /** Of the channels' secrets. */
  key: Buffer;
  context: DeliveryContext;
  leads: () => boolean;
  onOutcome: (outcome: 'sent' | 'failed' | 'dead', channel: string, problem?: string) => void;
  onFault: (error: unknown) => void;
  /** Alerts that are new or changed. */
  onAlerts?: ((ids: readonly string[]) => void) | undefined;
  /** From 0 to 1. */
  chance: () => number;
  deliver?: typeof deliver | undefined;
}

export class NotifyService {
  readonly #options: NotifyServiceOptions;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();
  #forgotMs = 0;
  #checkedMs = 0;

  constructor(options: NotifyServiceOptions) {
    this.#options = options;
  }

  get key(): Buffer {
    return this.#options.key;
  }

  start(): void {
    let isBusy = false;
    this.#timer = setInterval(() => {
      if (isBusy) return;
      isBusy = true;
      void this.look().finally(() => (isBusy = false));
    }, LOOK_MS);
    this.#timer.unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#running;
  }

  /** Packs what waits and sends what is due. */
  look(): Promise<void> {
    this.#running = this.#running.then(() => this.#look()).catch(this.#options.onFault);
    return this.#running;
  }

  async #look(): Promise<void> {
    const { registry, leads } = this.#options;
    if (!leads()) return;
    const nowMs = registry.now();
    await climbLadders(registry.db, this.#options.key, nowMs);
    await packMessages(registry.db, nowMs);
    await notePersonalNews(registry.db);
    await packPersonalNews(registry.db, nowMs);
    await this.#lookAtChannels(nowMs);
    const byChannel = Map.groupBy(
      await dueMessages(registry.db, nowMs, DUE_MAX),
      // Nobody's own mail holds up what a channel tells all.
      ({ channelId, username }) => `${channelId} ${username ?? ''}`,
    );
    await Promise.all([...byChannel.values()].map((messages) => this.#sendInTurn(messages)));
    if (Math.abs(nowMs - this.#forgotMs) < FORGET_MS) return;
    this.#forgotMs = nowMs;
    await forgetMessages(registry.db, nowMs);
  }

  /** A channel that took one not will not take the next one either: those wait for the next look. */
  async #sendInTurn(messages: readonly DueMessage[]): Promise<void> {
    for (const message of messages) if (!(await this.#send(message))) return;
  }

  /** @returns whether it was taken */
  async #send(message: DueMessage): Promise<boolean> {
    const { registry, onOutcome, chance } = this.#options;
    const { db } = registry;
    const said = await readNotice(db, message);
    const { ladderId } = message;
    const notice =
      said === undefined || ladderId === null
        ? said
        : { ...said, code: await codeOfLadder(db, this.#options.key, ladderId) };
    const channel = await findChannel(db, message.channelId, ALL);
    try {
      const receipt = notice && (await this.#deliver(channel, notice));
      await noteTaken(db, message, receipt, registry.now());
      onOutcome('sent', channel.name);
      return true;
    } catch (error) {
      if (!(error instanceof DeliveryError)) throw error;
      const attempts = message.attempts + 1;
      const isDead = error.isFinal || attempts >= ATTEMPTS_MAX;
      const nowMs = registry.now();
      const nextMs = isDead ? null : nowMs + retryDelayMs(attempts, chance());
      await noteNotTaken(db, message, { problem: error.message, nextMs }, nowMs);
      onOutcome(isDead ? 'dead' : 'failed', channel.name, error.message);
      return false;
    }
  }

  async #deliver({ id, settings }: NotifyChannel, notice: Notice): Promise<Receipt> {
    const { registry, key, context } = this.#options;
    try {
      const secrets = await readSecrets(registry.db, id, key);
      return await (this.#options.deliver ?? deliver)(settings, secrets, notice, context);
    } catch (error) {
      if (error instanceof DeliveryError) throw error;
      // A defect of one channel must not stop the others.
      throw new DeliveryError(error instanceof Error ? error.message : String(error), { cause: error });
    }
  }

  /** One that carries nothing for long is an alert, which the other channels tell. */
  async #lookAtChannels(nowMs: number): Promise<void> {
    if (Math.abs(nowMs - this.#checkedMs) < CHECK_MS) return;
    this.#checkedMs = nowMs;
    const { db } = this.#options.registry;
    const ids = await applyConditions(
      db,
      failingChannels(await listChannels(db, ALL), nowMs),
      CARRIES,
      nowMs,
    );
    if (ids.length > 0) this.#options.onAlerts?.(ids);
  }

  /** Sends a test at once, outside of the outbox. @throws DeliveryError, RefusalError notify-channel-unknown */
  async test(id: number, scope: AgencyScope): Promise<Receipt> {
    const { registry } = this.#options;
    const channel = await findChannel(registry.db, id, scope);
    const atMs = registry.now();
    const notice: Notice = {
      id: `test-${randomName(registry.random)}`,
      kind: 'test',
      atMs,
      alerts: [],
      total: 0,
    };
    return this.#deliver(channel, notice);
  }
}
