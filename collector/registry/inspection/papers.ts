/**
 * Papers of an inspection pack: contents that are kept of what it is about, and under which name each lies in the pack. Invariant: names
 * are ours, of letters and digits; the same facts give the same names.
 */
import { foldText } from '../../alert/search-text.ts';
import { PAPERS_FOLDER } from '../../report/inspection/pack-files.ts';
import type { RegistryDb } from '../database.ts';
import { sentReports } from './incident-parts.ts';
import type { PackReach } from './pack-reach.ts';

export interface Paper {
  /** `document:ID`, `report:ID` */
  key: string;
  kind: 'document' | 'report';
  id: string;
  /** In the pack. */
  file: string;
  bytes: number;
  /** As it was when it came or was locked; lower-case hex. */
  sha256: string;
}

/** What was found of a paper's content. */
export interface PaperFound {
  file: string;
  state: 'kept' | 'changed' | 'missing';
}

const NAME_CHARS_MAX = 60;

export async function documentRows(db: RegistryDb, { systems, agencyIds, systemId, atMs }: PackReach) {
  const rows = await db
    .selectFrom('dossier_document')
    .select(['id', 'system_id', 'agency_id', 'kind', 'name', 'bytes', 'sha256', 'quarantined'])
    .select(['added_by', 'added_ms', 'removed_ms', 'removed_reason'])
    .where('added_ms', '<=', atMs)
    .orderBy('added_ms')
    .orderBy('id')
    .execute();
  const named = new Set(systems.map(({ id }) => id));
  const mine = new Set(systemId === null ? agencyIds : []);
  return rows.filter(({ system_id, agency_id }) =>
    system_id === null ? mine.has(agency_id ?? 0) : named.has(system_id),
  );
}

/** `Quyết định phê duyệt.PDF` -> `quyet-dinh-phe-duyet.pdf` */
function plainName(name: string): string {
  const plain = foldText(name);
  const [, stem = plain, ending = ''] = /^(.+)\.([a-z0-9]{1,8})$/s.exec(plain) ?? [];
  const words = stem
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
    .slice(0, NAME_CHARS_MAX);
  return `${words.replace(/-$/, '') || 'tai-lieu'}${ending === '' ? '' : `.${ending}`}`;
}

/** Those whose content is there to be handed over: papers that were not removed since, and PDFs of reports that were sent. */
export async function readPapers(db: RegistryDb, reach: PackReach): Promise<Paper[]> {
  const documents = (await documentRows(db, reach)).filter(({ removed_ms: removedMs }) => removedMs === null);
  const reports = (await sentReports(db, reach)).flatMap(
    ({ id, kind, period, revision, pdfSha256, pdfBytes }) =>
      pdfSha256 === null || pdfBytes === null
        ? []
        : [{ id, name: `bao-cao-${kind}-${period}-${revision}.pdf`, bytes: pdfBytes, sha256: pdfSha256 }],
  );
  const all = [
    ...documents.map(({ id, name, bytes, sha256, quarantined }) => ({
      kind: 'document' as const,
      id,
      // As it is when it is fetched by itself: nobody opens it by mistake.
      name: quarantined === 1 ? `${plainName(name)}.quarantined` : plainName(name),
      bytes,
      sha256,
    })),
    ...reports.map((report) => ({ kind: 'report' as const, ...report, name: plainName(report.name) })),
  ];
  return all.map(({ name, ...paper }, index) => ({
    ...paper,
    key: `${paper.kind}:${paper.id}`,
    file: `${PAPERS_FOLDER}/${String(index + 1).padStart(4, '0')}-${name}`,
  }));
}
