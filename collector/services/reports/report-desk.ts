/**
 * Reports made and written: previews of what is not locked, files of what is, locks and corrections. Invariant: a file of a locked
 * report is made of its stored body alone.
 */
import { createHash } from 'node:crypto';
import type { ReportBody } from '../../report/body.ts';
import type { ReportDoubt } from '../../report/doubts.ts';
import { differencesOf } from '../../report/differences.ts';
import { markedData, markedDocument } from '../../report/demonstration-words.ts';
import { documentOf } from '../../report/document-of.ts';
import { renderApart } from '../../report/render-apart.ts';
import { jsonContent, type LeavingFormat } from '../../report/render.ts';
import { type SignedPdf, verifySignedPdf } from '../../report/signature/signed-pdf.ts';
import type { Registry } from '../../registry/database.ts';
import { type DataFolder, dataFolder } from '../../registry/data-folder.ts';
import { demonstrationMark } from '../../registry/demonstration-mark.ts';
import { RefusalError } from '../../registry/refusal.ts';
import { type BodyWanted, buildBody } from '../../registry/reports/build-body.ts';
import {
  amendReport,
  type Locked,
  lockReport,
  noteSigned,
  type ReportActor,
  requireOver,
} from '../../registry/reports/report-acts.ts';
import {
  findReport,
  lockedBody,
  newestReport,
  type Report,
  type ReportSubject,
} from '../../registry/reports/report-rows.ts';
import { readConfirmedForms } from './confirmed-forms.ts';
import { readTrusted } from './report-trust.ts';

export interface ReportDeskOptions {
  registry: Registry;
  dataDir: string;
  /** In a thread of its own by default. */
  render?: Render | undefined;
}

type Render = typeof renderApart;

export interface ReportFile {
  name: string;
  content: Buffer;
}

export class ReportDesk {
  readonly #registry: Registry;
  readonly #folder: DataFolder;
  readonly #render: Render;

  constructor({ registry, dataDir, render = renderApart }: ReportDeskOptions) {
    this.#registry = registry;
    this.#render = render;
    this.#folder = dataFolder(dataDir);
  }

  async #build(subject: ReportSubject, scope: BodyWanted['scope'], draft: boolean): Promise<ReportBody> {
    const { db, now } = this.#registry;
    const confirmed = await this.confirmed();
    return buildBody(db, { subject, scope, draft, confirmed, nowMs: now() });
  }

  /** What an administrator has confirmed of the forms. @throws Error when its file cannot be understood */
  confirmed(): Promise<ReportDoubt[]> {
    return readConfirmedForms(this.#folder.reportForms);
  }

  async #withPdf(body: ReportBody): Promise<Locked> {
    const mark = await demonstrationMark(this.#registry.db);
    const file = await this.#render(markedDocument(documentOf(body), mark), 'pdf');
    return { body, pdf: { sha256: createHash('sha256').update(file).digest('hex'), bytes: file.length } };
  }

  /** What was locked, or what would be now. @throws RefusalError report-unknown */
  async bodyOf(report: Report, scope: BodyWanted['scope']): Promise<ReportBody> {
    return (await lockedBody(this.#registry.db, report.id)) ?? this.#build(report, scope, true);
  }

  /** The newest version of a report, or a preview where none was begun. @throws RefusalError report-period, agency-unknown */
  async bodyFor(subject: ReportSubject, scope: BodyWanted['scope']): Promise<ReportBody> {
    const known = await newestReport(this.#registry.db, subject);
    if (known === undefined) return this.#build(subject, scope, true);
    return this.bodyOf(await findReport(this.#registry.db, known.id, scope), scope);
  }

  /** @returns the same bytes for the same body */
  async file(body: ReportBody, format: LeavingFormat): Promise<ReportFile> {
    const { content, period, revision, draft } = body;
    const version = draft ? '-du-thao' : revision === 1 ? '' : `-sua-doi-${revision - 1}`;
    const name = `bao-cao-${content.kind}-${period}${version}.${format}`;
    const mark = await demonstrationMark(this.#registry.db);
    if (format === 'json') return { name, content: jsonContent(markedData(body, mark)) };
    const document = markedDocument(documentOf(body), mark);
    if (format === 'blocks') return { name, content: jsonContent(document) };
    return { name, content: await this.#render(document, format) };
  }

  /** @throws RefusalError report-unknown, report-state, report-too-early, report-findings, version-conflict */
  async lock(id: string, by: ReportActor & { acceptFindings?: string | undefined }): Promise<Report> {
    const report = await findReport(this.#registry.db, id, by.scope);
    requireOver(report, this.#registry.now());
    const body = await this.#build(report, by.scope, false);
    const errors = findingErrors(body);
    if (errors.length > 0 && by.acceptFindings === undefined) {
      const said = `${errors.length} finding(s) stand against it, e.g. "${errors[0] ?? ''}"; mend them, or accept them with a reason`;
      throw new RefusalError('report-findings', id, said);
    }
    return lockReport(this.#registry, id, await this.#withPdf(body), { ...by, reason: by.acceptFindings });
  }

  /** @throws RefusalError report-unknown, report-state, version-conflict */
  async amend(id: string, by: ReportActor & { reason: string }): Promise<Report> {
    const report = await findReport(this.#registry.db, id, by.scope);
    const before = await lockedBody(this.#registry.db, id);
    if (before === undefined || report.sha256 === null)
      throw new RefusalError('report-state', id, `report ${id} is not locked yet: it needs no correction`);
    const fresh = await this.#build(report, by.scope, false);
    const told = differencesOf(documentOf({ ...before, amendment: null }), documentOf(fresh));
    const body: ReportBody = {
      ...fresh,
      revision: report.revision + 1,
      amendment: { of: report.sha256, reason: by.reason, ...told },
    };
    return amendReport(this.#registry, id, await this.#withPdf(body), by);
  }

  /**
   * A PDF that was signed elsewhere comes back; what was found of it is written down.
   * @throws RefusalError report-unknown, report-state, version-conflict
   */
  async verify(id: string, file: Buffer, by: ReportActor): Promise<{ report: Report; found: SignedPdf }> {
    const { pdfSha256, pdfBytes } = await findReport(this.#registry.db, id, by.scope);
    if (pdfSha256 === null || pdfBytes === null)
      throw new RefusalError('report-state', id, `report ${id} is not locked yet: it has no PDF to sign`);
    const found = verifySignedPdf(
      file,
      { sha256: pdfSha256, bytes: pdfBytes },
      { trusted: await readTrusted(this.#folder.reportTrust), nowMs: this.#registry.now() },
    );
    const signers = found.signatures.flatMap(({ signer }) => (signer === null ? [] : [signer.name]));
    const detail = { verdict: found.verdict, sha256: found.sha256, signers };
    const report = await noteSigned(this.#registry, id, { json: JSON.stringify(found), detail }, by);
    return { report, found };
  }
}

/** What stands against sending it, in Vietnamese. */
export function findingErrors({ content }: ReportBody): string[] {
  if (content.kind !== 'mau-08') return [];
  return content.table.checks.filter(({ severity }) => severity === 'error').map(({ text }) => text.vi);
}
