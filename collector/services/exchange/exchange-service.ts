/**
 * Documents to the national centre, by the collector itself: made by schedule, sent from the queue, tried again, given up, told of.
 * Invariants: one look at a time, of several collectors one looks; a link that fails holds up no other; an attempt is on record before a
 * byte leaves, so a process that is killed sends again under the same id and never anything else.
 */
import { failingLinks } from '../../liveness/failing-links.ts';
import { probeServer, type ServerSeen } from '../../exchange/probe-server.ts';
import { sendReport, SEND_LIMITS, type Destination } from '../../exchange/send-report.ts';
import type { AgencyScope } from '../../registry/agencies.ts';
import { writeAudit } from '../../registry/audit.ts';
import { beginAttempt, dueMessages, endAttempt, endInterrupted } from '../../registry/exchange/attempts.ts';
import {
  type ExchangeLink,
  findLink,
  type LinkBy,
  listLinks,
  noteLinkFailure,
  readLinkSecrets,
} from '../../registry/exchange/links.ts';
import {
  type ExchangeMessage,
  findMessage,
  forgetMessages,
  readDocument,
} from '../../registry/exchange/messages.ts';
import type { ReportFacts } from '../../exchange/av-report.ts';
import { applyConditions } from '../../registry/house-conditions.ts';
import { RefusalError } from '../../registry/refusal.ts';
import { SealError } from '../../registry/sealed-secret.ts';
import type { ExchangeState } from '../../registry/tables/exchange.ts';
import type { ReportAsked } from './report-facts.ts';
import { defaultSpan, ExchangeMaker, type MakerOptions, type Span } from './exchange-maker.ts';

const LOOK_MS = 10_000;
const FORGET_MS = 3_600_000;
/** After a document could not be made. */
const MAKE_AGAIN_MS = 900_000;
const DUE_MAX = 100;
/** An attempt that began so long ago is nobody's any more. */
const STALE_MS = 2 * SEND_LIMITS.timeoutMs;
const ALL: AgencyScope = { kind: 'all' };
const CARRIES =
  'Tự đóng: trung tâm lại nhận tài liệu. / Closed by itself: the centre accepts documents again.';

export interface ExchangeServiceOptions extends MakerOptions {
  leads: () => boolean;
  /** Nobody else works on this control plane: what is under way at a start is nobody's. */
  isAlone: boolean;
  onOutcome: (state: ExchangeState, link: string, problem: string | null) => void;
  onAlerts: (ids: readonly string[]) => void;
  onFault: (error: unknown) => void;
  /** For tests. */
  timeoutMs?: number | undefined;
}

export class ExchangeService {
  readonly #options: ExchangeServiceOptions;
  readonly #maker: ExchangeMaker;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();
  #forgotMs = 0;
  /** Link -> not made again before. */
  readonly #pausedUntil = new Map<number, number>();
  readonly #stop = new AbortController();

  constructor(options: ExchangeServiceOptions) {
    this.#options = options;
    this.#maker = new ExchangeMaker(options);
  }

  /** What secrets of links are sealed with. */
  get key(): Buffer {
    return this.#options.key;
  }

  start(): void {
    let isBusy = false;
    const look = (): void => {
      if (isBusy) return;
      isBusy = true;
      void this.look().finally(() => (isBusy = false));
    };
    this.#timer = setInterval(look, LOOK_MS);
    this.#timer.unref();
    look();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#stop.abort();
    await this.#running;
  }

  /** Makes what is due, sends what is due, and looks at the links. */
  look(): Promise<void> {
    this.#running = this.#running.then(() => this.#look()).catch(this.#options.onFault);
    return this.#running;
  }

  /** Something is to be sent at once; nobody waits for it. */
  kick(): void {
    void this.look();
  }

  async #look(): Promise<void> {
    const { registry, leads, isAlone, onAlerts } = this.#options;
    if (!leads() || this.#stop.signal.aborted) return;
    const { db, now } = registry;
    await endInterrupted(registry, isAlone ? Number.MAX_SAFE_INTEGER : now() - STALE_MS);
    for (const link of await listLinks(db, ALL)) if (link.enabled) await this.#make(link);
    await this.#send();
    const ids = await applyConditions(db, failingLinks(await listLinks(db, ALL)), CARRIES, now());
    if (ids.length > 0) onAlerts(ids);
    if (Math.abs(now() - this.#forgotMs) < FORGET_MS) return;
    this.#forgotMs = now();
    await forgetMessages(db);
  }

  /** A link whose document cannot be made keeps none of the others. */
  async #make(link: ExchangeLink): Promise<void> {
    const { registry, onFault } = this.#options;
    const nowMs = registry.now();
    if ((this.#pausedUntil.get(link.id) ?? 0) > nowMs) return;
    this.#pausedUntil.delete(link.id);
    try {
      if (link.nextMs !== null && link.nextMs <= nowMs) await this.#maker.turn(link, link.nextMs);
      await this.#maker.afterReports(link);
    } catch (error) {
      this.#pausedUntil.set(link.id, nowMs + MAKE_AGAIN_MS);
      onFault(error);
      const problem = error instanceof Error ? error.message : String(error);
      // What people have to mend is told at once.
      const failures = error instanceof RefusalError || error instanceof SealError ? 3 : 1;
      await noteLinkFailure(registry.db, link.id, { problem, failures });
    }
  }

  async #send(): Promise<void> {
    const { registry } = this.#options;
    const due = await dueMessages(registry.db, registry.now(), DUE_MAX);
    const byLink = Map.groupBy(due, ({ linkId }) => linkId);
    await Promise.all([...byLink].map(([linkId, messages]) => this.#sendInTurn(linkId, messages)));
  }

  /** A link that took one not will not take the next one either: those wait for the next look. */
  async #sendInTurn(linkId: number, messages: readonly { id: string }[]): Promise<void> {
    const { registry, onFault } = this.#options;
    try {
      const link = await findLink(registry.db, linkId, ALL);
      const { address } = link.settings;
      // Without an address documents wait to be carried.
      if (address === undefined) return;
      const to = await this.#destination(link, address);
      for (const { id } of messages) {
        const state = await this.#sendOne(id, link, to);
        if (state === 'waiting' || state === 'failed' || this.#stop.signal.aborted) return;
      }
    } catch (error) {
      onFault(error);
      if (!(error instanceof SealError)) return;
      await noteLinkFailure(registry.db, linkId, { problem: error.message, failures: 3 });
    }
  }

  async #destination({ id, settings }: ExchangeLink, address: string): Promise<Destination> {
    const { registry, key, timeoutMs } = this.#options;
    const { variant, soapAction, authority, pins, username, clientCertificate } = settings;
    const { password, clientKey } = await readLinkSecrets(registry.db, id, key);
    return {
      address,
      variant,
      soapAction,
      authority,
      pins,
      timeoutMs,
      signal: this.#stop.signal,
      login: username === undefined || password === undefined ? undefined : { username, password },
      client:
        clientCertificate === undefined || clientKey === undefined
          ? undefined
          : { certificate: clientCertificate, key: clientKey },
    };
  }

  async #sendOne(id: string, link: ExchangeLink, to: Destination): Promise<ExchangeState | undefined> {
    const { registry, onOutcome } = this.#options;
    const attempt = await beginAttempt(registry, id, to.address);
    if (attempt === undefined) return undefined;
    const text = (await readDocument(registry.db, id)).toString('utf8');
    const outcome = await sendReport(text, { ...to, messageId: id });
    const state = await endAttempt(registry, attempt, outcome);
    onOutcome(state, link.name, outcome.fault);
    return state;
  }

  /** For a document that is made elsewhere. */
  facts(asked: ReportAsked): Promise<ReportFacts> {
    return this.#maker.facts(asked);
  }

  /**
   * What would be in the next document, or makes it now.
   * @throws RefusalError exchange-link-unknown, exchange-link-invalid, exchange-queue-full, exchange-document-large
   */
  async make(
    linkId: number,
    wanted: { fromMs?: number | undefined; toMs?: number | undefined; isDryRun: boolean },
    by: LinkBy,
  ): Promise<{
    message: ExchangeMessage | undefined;
    machines: number;
    bytes: number;
    sha256: string;
    span: Span;
  }> {
    const { registry } = this.#options;
    const link = await findLink(registry.db, linkId, by.scope);
    const usual = defaultSpan(link.settings, wanted.toMs ?? registry.now());
    const span = { fromMs: wanted.fromMs ?? usual.fromMs, toMs: usual.toMs };
    if (span.fromMs >= span.toMs)
      throw new RefusalError('date-invalid', link.name, 'the period has to begin before its end');
    if (wanted.isDryRun) {
      const { text, machines, sha256 } = await this.#maker.make(link, span);
      return { message: undefined, machines, bytes: Buffer.byteLength(text), sha256, span };
    }
    const id = await this.#maker.now(link, span, by.actor);
    const message = await findMessage(registry.db, id, by.scope);
    this.kick();
    const { machines, bytes, sha256 } = message;
    return { message, machines, bytes, sha256, span };
  }

  /** A handshake; nothing is sent. On record. @throws RefusalError exchange-link-unknown, exchange-link-invalid, SealError */
  async test(linkId: number, { actor, scope }: LinkBy): Promise<ServerSeen> {
    const { registry, timeoutMs } = this.#options;
    const link = await findLink(registry.db, linkId, scope);
    const { address } = link.settings;
    if (address === undefined)
      throw new RefusalError(
        'exchange-link-invalid',
        link.name,
        'the link has no address: its documents are carried',
      );
    const seen = await probeServer(address, await this.#destination(link, address), timeoutMs);
    await writeAudit(registry.db, registry.now(), {
      actor,
      action: 'exchange-link.test',
      target: `exchange-link:${linkId}`,
      agencyId: link.agencyId,
      detail: { isTrusted: seen.isTrusted, fault: seen.fault, fingerprint: seen.fingerprint },
    });
    return seen;
  }
}
