/**
 * Makes documents of links and puts them into the queue: when their schedule says so, when a report is locked, when a person asks.
 * Invariants: a turn makes one document, whatever ends in between; the key is read when it signs and goes nowhere else.
 */
import { deterministicId } from '../../alert/detection.ts';
import { startOfDayMs } from '../../agency/legal-day.ts';
import { makeDocument, type MadeDocument } from '../../exchange/make-document.ts';
import type { LinkSettings } from '../../exchange/link-settings.ts';
import { nextTurnMs, spanOf } from '../../exchange/schedule.ts';
import { readSigner, SignerError, type Signer } from '../../exchange/xml-signature.ts';
import { scopeOfAgency } from '../../registry/agency-scope.ts';
import type { Registry, RegistryTransaction } from '../../registry/database.ts';
import { type ExchangeLink, readLinkSecrets } from '../../registry/exchange/links.ts';
import { addMessage, packDocument } from '../../registry/exchange/messages.ts';
import { RefusalError } from '../../registry/refusal.ts';
import type { ExchangeCause } from '../../registry/tables/exchange.ts';
import { parsePeriod } from '../../report/period.ts';
import type { ReportFacts } from '../../exchange/av-report.ts';
import { readReportFacts, type ReportAsked, type ReportSources } from './report-facts.ts';

const DAY_MS = 86_400_000;
/** Reports of a link that are looked at at once. */
const REPORTS_MAX = 20;

export interface Span {
  fromMs: number;
  toMs: number;
}

export interface MakerOptions {
  registry: Registry;
  /** Of the links' secrets. */
  key: Buffer;
  sources: ReportSources;
}

interface Wanted {
  id: string;
  cause: ExchangeCause;
  reportId: string | null;
  actor: string;
}

export class ExchangeMaker {
  readonly #options: MakerOptions;

  constructor(options: MakerOptions) {
    this.#options = options;
  }

  facts(asked: ReportAsked): Promise<ReportFacts> {
    const { registry, sources } = this.#options;
    return readReportFacts(registry, sources, asked);
  }

  /** @throws RefusalError exchange-link-invalid where the key cannot sign */
  async make(link: ExchangeLink, span: Span): Promise<MadeDocument & { isSigned: boolean }> {
    const signer = await this.#signerOf(link);
    const scope = await scopeOfAgency(this.#options.registry.db, link.agencyId);
    const facts = await this.facts({ scope, ...span });
    return { ...makeDocument(facts, link.settings, signer), isSigned: signer !== undefined };
  }

  async #signerOf({ id, name, settings }: ExchangeLink): Promise<Signer | undefined> {
    const { registry, key } = this.#options;
    if (settings.certificate === undefined) return undefined;
    const secrets = await readLinkSecrets(registry.db, id, key);
    try {
      return readSigner(secrets.key ?? '', settings.certificate, registry.now());
    } catch (error) {
      if (!(error instanceof SignerError)) throw error;
      throw new RefusalError('exchange-link-invalid', name, error.message, { cause: error });
    }
  }

  async #put(
    link: ExchangeLink,
    span: Span,
    wanted: Wanted,
    also: (trx: RegistryTransaction) => Promise<void>,
  ): Promise<void> {
    const { registry } = this.#options;
    const { text, name: file, sha256, machines, isSigned } = await this.make(link, span);
    const packed = await packDocument(text);
    const { id, cause, reportId, actor } = wanted;
    const message = { id, linkId: link.id, cause, reportId, ...span, file, sha256, machines, isSigned };
    await registry.db.transaction().execute(async (trx) => {
      const by = { actor, agencyId: link.agencyId };
      await addMessage(trx, registry.now(), { ...message, ...packed }, by);
      await also(trx);
    });
  }

  /** Now, for a person. @returns the document's id. @throws RefusalError exchange-queue-full, exchange-link-invalid, exchange-document-large */
  async now(link: ExchangeLink, span: Span, actor: string): Promise<string> {
    const id = this.#options.registry.random(16).toString('hex');
    const wanted = { id, cause: 'person', reportId: null, actor } as const;
    await this.#put(link, span, wanted, () => Promise.resolve());
    return id;
  }

  /** The turn that is due; what was missed is told in the same document. */
  async turn(link: ExchangeLink, dueMs: number): Promise<void> {
    const { schedule } = link.settings;
    const { registry } = this.#options;
    const nowMs = registry.now();
    const nextMs = schedule === undefined ? null : nextTurnMs(schedule, nowMs);
    const moved = (madeToMs: number | null) => (trx: RegistryTransaction) =>
      trx
        .updateTable('exchange_link')
        .set({ next_ms: nextMs, made_to_ms: madeToMs })
        .where('id', '=', link.id)
        .execute()
        .then(() => undefined);
    if (schedule === undefined) return registry.db.transaction().execute(moved(link.madeToMs));
    const span = spanOf(schedule, nowMs, link.madeToMs);
    const id = deterministicId('exchange', String(link.id), 'turn', String(dueMs));
    await this.#put(link, span, { id, cause: 'schedule', reportId: null, actor: 'system' }, moved(span.toMs));
  }

  /** Documents that go with reports that were locked since. @returns how many were made */
  async afterReports(link: ExchangeLink): Promise<number> {
    const { db, now } = this.#options.registry;
    const { onReports } = link.settings;
    if (onReports.length === 0) return 0;
    const locked = await db
      .selectFrom('report')
      .select(['id', 'period', 'locked_ms as lockedMs'])
      .where('agency_id', '=', link.agencyId)
      .where('system_id', 'is', null)
      .where('kind', 'in', onReports)
      .where('locked_ms', '>', link.reportsSinceMs)
      .orderBy('locked_ms')
      .limit(REPORTS_MAX)
      .execute();
    for (const { id: reportId, period, lockedMs } of locked) {
      const id = deterministicId('exchange', String(link.id), 'report', reportId);
      const span = spanOfPeriod(period, lockedMs ?? now());
      await this.#put(link, span, { id, cause: 'report', reportId, actor: 'system' }, async (trx) => {
        await trx
          .updateTable('exchange_link')
          .set({ reports_since_ms: lockedMs ?? now() })
          .where('id', '=', link.id)
          .execute();
      });
    }
    return locked.length;
  }
}

/** The days of the report's data, up to the moment it was locked. */
function spanOfPeriod(key: string, lockedMs: number): Span {
  const period = parsePeriod(key);
  if (period === undefined) return { fromMs: lockedMs - DAY_MS, toMs: lockedMs };
  const fromMs = startOfDayMs(period.from);
  const toMs = Math.min(lockedMs, startOfDayMs(period.day) + DAY_MS);
  return toMs > fromMs ? { fromMs, toMs } : { fromMs: lockedMs - DAY_MS, toMs: lockedMs };
}

/** What a person gets who names no period. */
export function defaultSpan({ schedule }: LinkSettings, nowMs: number): Span {
  return schedule === undefined ? { fromMs: nowMs - 7 * DAY_MS, toMs: nowMs } : spanOf(schedule, nowMs, null);
}
