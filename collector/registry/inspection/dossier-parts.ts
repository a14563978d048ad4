/** Dossiers of an inspection pack: how they stood on the day, every version before it, their decisions and papers. */
import { type DossierFacts, levelOf } from '../../compliance/dossier/facts.ts';
import { bodyWords } from '../../compliance/dossier/finding.ts';
import {
  DOCUMENT_WORDS,
  DOSSIER_STATUS_WORDS,
  momentOrNull,
  momentText,
  yesNo,
} from '../../report/inspection/inspection-words.ts';
import { type PackPart, type PackRow, partOf } from '../../report/inspection/pack.ts';
import { changesOf, dossierRows, readFacts } from '../compliance/dossiers.ts';
import type { RegistryDb } from '../database.ts';
import type { PackReach } from './pack-reach.ts';
import { documentRows, type PaperFound } from './papers.ts';

export interface DatedDossier {
  id: number;
  systemId: number;
  systemName: string;
  version: number;
  facts: DossierFacts;
}

interface Version {
  dossierId: number;
  systemId: number;
  systemName: string;
  version: number;
  atMs: number;
  actor: string;
  reason: string | null;
  facts: DossierFacts;
}

async function readVersions(db: RegistryDb, { systems, atMs }: PackReach): Promise<Version[]> {
  if (systems.length === 0) return [];
  const names = new Map(systems.map(({ id, name }) => [id, name]));
  const rows = await db
    .selectFrom('dossier_history')
    .select(['dossier_id as dossierId', 'system_id as systemId', 'version', 'at_ms as atMs'])
    .select(['actor', 'reason', 'facts'])
    .where('system_id', 'in', [...names.keys()])
    .where('at_ms', '<=', atMs)
    .orderBy('system_id')
    .orderBy('dossier_id')
    .orderBy('version')
    .execute();
  // What was taken back with its import has a last version that says nothing.
  const kept = new Set((await dossierRows(db).execute()).map(({ id }) => id));
  return rows.flatMap(({ facts, ...row }) =>
    facts === null || !kept.has(row.dossierId)
      ? []
      : [{ ...row, systemName: names.get(row.systemId) ?? '', facts: readFacts(facts) }],
  );
}

export async function dossierParts(
  db: RegistryDb,
  reach: PackReach,
  papers: ReadonlyMap<string, PaperFound> | undefined,
): Promise<{ parts: PackPart[]; dossiers: DatedDossier[] }> {
  const versions = await readVersions(db, reach);
  const newest = new Map(versions.map((version) => [version.dossierId, version]));
  const dossiers = [...newest.values()].map(({ dossierId, ...rest }) => ({ ...rest, id: dossierId }));
  return {
    parts: [standing(dossiers), decisions(dossiers), history(versions), await documents(db, reach, papers)],
    dossiers,
  };
}

const bodyText = (body: string | null): string | null => (body === null ? null : bodyWords(body).vi);

function standing(dossiers: readonly DatedDossier[]): PackPart {
  return partOf({
    id: 'dossiers',
    title: 'Hồ sơ cấp độ',
    notes: ['Theo phiên bản mới nhất đã ghi đến hết ngày.'],
    columns: {
      system: 'Hệ thống',
      dossier: 'Hồ sơ',
      version: 'Phiên bản',
      status: 'Trạng thái',
      level: 'Cấp độ',
      profile: 'Bộ yêu cầu',
      plan: 'Phương án bảo vệ',
      expectedFullOn: 'Dự kiến đủ',
      checkedOn: 'Kiểm tra định kỳ gần nhất',
      rented: 'Thuê dịch vụ',
      endedOn: 'Thôi hiệu lực',
    },
    rows: dossiers.map(({ systemName, id, version, facts }) => ({
      tone: facts.status === 'approved' ? 'good' : 'warn',
      cells: {
        system: systemName,
        dossier: id,
        version,
        status: DOSSIER_STATUS_WORDS[facts.status] ?? facts.status,
        level: levelOf(facts),
        profile: facts.lawProfile,
        plan: { none: 'Chưa triển khai', some: 'Một số hạng mục', full: 'Đầy đủ', '': null }[
          facts.plan ?? ''
        ],
        expectedFullOn: facts.expectedFullOn,
        checkedOn: facts.checkedOn,
        rented: facts.rented ? (facts.providerName ?? 'có') : 'không',
        endedOn: facts.endedOn,
      },
    })),
  });
}

function decisions(dossiers: readonly DatedDossier[]): PackPart {
  const rows = dossiers.flatMap(({ systemName, id, facts }): PackRow[] => {
    const said = [
      { what: 'Ban hành quy chế', number: facts.regulationNumber, on: facts.regulationOn, body: null },
      {
        what: 'Thẩm định',
        number: facts.appraisalNumber,
        on: facts.appraisedOn,
        body: bodyText(facts.appraisalBody),
      },
      {
        what: 'Phê duyệt cấp độ',
        number: facts.approvalNumber,
        on: facts.approvedOn,
        body: bodyText(facts.approvalBody),
      },
      {
        what: 'Hợp đồng thuê dịch vụ',
        number: facts.contractNumber,
        on: facts.contractOn,
        body: facts.providerName,
      },
    ];
    return said
      .filter(({ number, on }) => number !== null || on !== null)
      .map((one) => ({ cells: { system: systemName, dossier: id, ...one } }));
  });
  return partOf({
    id: 'decisions',
    title: 'Quyết định và văn bản của hồ sơ',
    columns: {
      system: 'Hệ thống',
      dossier: 'Hồ sơ',
      what: 'Nội dung',
      number: 'Số',
      on: 'Ngày',
      body: 'Nơi ban hành',
    },
    rows,
  });
}

const said = (value: unknown): string => {
  if (value === null || value === undefined || value === '') return 'trống';
  if (typeof value === 'boolean') return yesNo(value);
  return typeof value === 'string' ? value : JSON.stringify(value);
};

function history(versions: readonly Version[]): PackPart {
  const before = new Map<number, DossierFacts>();
  const rows = versions.map(({ dossierId, systemName, version, atMs, actor, reason, facts }): PackRow => {
    const last = before.get(dossierId);
    before.set(dossierId, facts);
    const changes = Object.entries(last === undefined ? {} : changesOf(last, facts));
    const text = changes.map(([field, [was, is]]) => `${field}: ${said(was)} → ${said(is)}`).join('\n');
    return {
      cells: {
        at: momentText(atMs),
        system: systemName,
        dossier: dossierId,
        version,
        actor,
        reason,
        changes: last === undefined ? 'lập hồ sơ' : text,
      },
    };
  });
  return partOf({
    id: 'dossier-history',
    title: 'Lịch sử hồ sơ',
    columns: {
      at: 'Lúc',
      system: 'Hệ thống',
      dossier: 'Hồ sơ',
      version: 'Phiên bản',
      actor: 'Người thực hiện',
      reason: 'Lý do',
      changes: 'Thay đổi',
    },
    rows,
  });
}

const CONTENTS = { kept: 'có', changed: 'KHÁC MÃ BĂM ĐÃ GHI', missing: 'KHÔNG CÒN TRONG KHO' } as const;

async function documents(
  db: RegistryDb,
  reach: PackReach,
  papers: ReadonlyMap<string, PaperFound> | undefined,
): Promise<PackPart> {
  const { systems, atMs } = reach;
  const names = new Map(systems.map(({ id, name }) => [id, name]));
  const agencies = new Map(
    (await db.selectFrom('agency').select(['id', 'name']).execute()).map(({ id, name }) => [id, name]),
  );
  const seen = await documentRows(db, reach);
  return partOf({
    id: 'documents',
    title: 'Tài liệu đính kèm',
    notes: [
      papers === undefined
        ? 'Bộ hồ sơ này ghi tên, cỡ và mã băm của tài liệu; nội dung được giao riêng và đối chiếu bằng mã băm.'
        : 'Nội dung nằm trong thư mục papers, đối chiếu bằng MANIFEST.sha256; tài liệu đã gỡ không còn nội dung.',
    ],
    link: 'file',
    columns: {
      of: 'Của',
      kind: 'Loại',
      name: 'Tên tệp',
      bytes: 'Số byte',
      sha256: 'SHA-256',
      addedAt: 'Đưa vào lúc',
      actor: 'Người đưa vào',
      removedAt: 'Gỡ lúc',
      reason: 'Lý do gỡ',
      content: 'Nội dung',
      file: 'Tệp',
    },
    rows: seen.map((row) => {
      const isGone = row.removed_ms !== null && row.removed_ms <= atMs;
      const found = papers?.get(`document:${row.id}`);
      const isBad = found !== undefined && found.state !== 'kept';
      return {
        tone: isBad ? 'bad' : isGone ? 'warn' : undefined,
        cells: {
          of: (row.system_id === null ? agencies.get(row.agency_id ?? 0) : names.get(row.system_id)) ?? '',
          kind: DOCUMENT_WORDS[row.kind] ?? row.kind,
          name: row.name,
          bytes: row.bytes,
          sha256: row.sha256,
          addedAt: momentText(row.added_ms),
          actor: row.added_by,
          removedAt: isGone ? momentOrNull(row.removed_ms) : null,
          reason: isGone ? row.removed_reason : null,
          content: found === undefined ? null : CONTENTS[found.state],
          file: found?.state === 'missing' ? null : (found?.file ?? null),
        },
      };
    }),
  });
}
