/** Incidents of an inspection pack against their legal clocks, and the reports that left. Drills do not count. */
import { momentOrNull, momentText } from '../../report/inspection/inspection-words.ts';
import { type PackPart, type PackRow, partOf } from '../../report/inspection/pack.ts';
import type { RegistryDb } from '../database.ts';
import { listReports } from '../reports/report-rows.ts';
import type { PackReach } from './pack-reach.ts';
import type { PaperFound } from './papers.ts';

/** What was cut off is counted: one more is read than is shown. */
const CASES_MAX = 2_000;

async function readCases(db: RegistryDb, { agencyIds, systemId, fromMs, atMs }: PackReach) {
  if (agencyIds.length === 0) return [];
  let select = db
    .selectFrom('case_file')
    .select(['id', 'number', 'title', 'class as kind', 'severity', 'created_ms as createdMs'])
    .select(['contained_ms as containedMs', 'closed_ms as closedMs', 'assignee'])
    .where('agency_id', 'in', agencyIds)
    .where('drill', '=', 0)
    .where('merged_into', 'is', null)
    .where('created_ms', '<=', atMs)
    .where((eb) => eb.or([eb('closed_ms', 'is', null), eb('closed_ms', '>=', fromMs)]))
    .orderBy('created_ms')
    .orderBy('id')
    .limit(CASES_MAX + 1);
  if (systemId !== null)
    select = select.where((eb) =>
      eb(
        'id',
        'in',
        eb
          .selectFrom('case_item')
          .select('case_id')
          .where('kind', '=', 'system')
          .where('value', '=', String(systemId)),
      ),
    );
  return select.execute();
}

export interface LateClock {
  number: string;
  clock: string;
  dueMs: number;
}

const KINDS: Readonly<Record<string, string>> = {
  malware: 'Mã độc',
  intrusion: 'Xâm nhập, chiếm quyền điều khiển',
  'denial-of-service': 'Từ chối dịch vụ',
  'data-leak': 'Lộ, lọt dữ liệu',
  defacement: 'Thay đổi giao diện',
  phishing: 'Lừa đảo',
  'supply-chain': 'Chuỗi cung ứng',
  insider: 'Nội bộ',
  other: 'Khác',
};

export async function incidentParts(
  db: RegistryDb,
  reach: PackReach,
): Promise<{ parts: PackPart[]; late: LateClock[] }> {
  const { atMs } = reach;
  const cases = await readCases(db, reach);
  const shown = cases.slice(0, CASES_MAX);
  const within = (ms: number | null): number | null => (ms !== null && ms <= atMs ? ms : null);
  const incidents = partOf({
    id: 'incidents',
    title: 'Sự cố',
    notes: [
      `Vụ việc mở trong một năm đến ${momentText(atMs)}, hoặc còn mở khi kỳ bắt đầu. Diễn tập không được tính.`,
      ...(cases.length > CASES_MAX ? [`Chỉ ${CASES_MAX} vụ việc đầu tiên được đưa vào.`] : []),
    ],
    columns: {
      number: 'Số',
      title: 'Tiêu đề',
      kind: 'Loại',
      severity: 'Mức độ',
      openedAt: 'Mở lúc',
      containedAt: 'Khống chế lúc',
      closedAt: 'Đóng lúc',
      actor: 'Người phụ trách',
    },
    rows: shown.map((one) => ({
      tone: within(one.closedMs) === null ? 'warn' : undefined,
      cells: {
        number: one.number,
        title: one.title,
        kind: KINDS[one.kind] ?? one.kind,
        severity: one.severity,
        openedAt: momentText(one.createdMs),
        containedAt: momentOrNull(within(one.containedMs)),
        closedAt: momentOrNull(within(one.closedMs)),
        actor: one.assignee,
      },
    })),
  });
  const { part, late } = await clockPart(db, new Map(shown.map(({ id, number }) => [id, number])), atMs);
  return { parts: [incidents, part], late };
}

async function clockPart(
  db: RegistryDb,
  numbers: ReadonlyMap<string, string>,
  atMs: number,
): Promise<{ part: PackPart; late: LateClock[] }> {
  const late: LateClock[] = [];
  const clocks =
    numbers.size === 0
      ? []
      : await db
          .selectFrom('case_clock')
          .select(['case_id as caseId', 'title_vi as title', 'source', 'confidence'])
          .select(['started_ms as startedMs', 'due_ms as dueMs', 'met_ms as metMs', 'met_by as metBy'])
          .select(['stopped_ms as stoppedMs', 'stopped_why as stoppedWhy'])
          .where('case_id', 'in', [...numbers.keys()])
          .where('started_ms', '<=', atMs)
          .orderBy('started_ms')
          .orderBy('id')
          .execute();
  const rows = clocks.map((clock): PackRow => {
    const number = numbers.get(clock.caseId) ?? '';
    const met = clock.metMs !== null && clock.metMs <= atMs ? clock.metMs : null;
    const isStopped = clock.stoppedMs !== null && clock.stoppedMs <= atMs;
    const isLate = !isStopped && (met ?? atMs) > clock.dueMs;
    if (isLate) late.push({ number, clock: clock.title, dueMs: clock.dueMs });
    const kept = met === null ? 'Đang tính' : 'Đúng hạn';
    return {
      tone: isLate ? 'bad' : met === null ? undefined : 'good',
      cells: {
        number,
        clock: clock.title,
        source: clock.confidence === 'D' ? `${clock.source} (cần xác nhận)` : clock.source,
        startedAt: momentText(clock.startedMs),
        dueAt: momentText(clock.dueMs),
        metAt: momentOrNull(met),
        result: isStopped ? `Dừng: ${clock.stoppedWhy ?? ''}` : isLate ? 'TRỄ HẠN' : kept,
        actor: clock.metBy,
      },
    };
  });
  const part = partOf({
    id: 'legal-clocks',
    title: 'Thời hạn báo cáo sự cố theo luật',
    columns: {
      number: 'Vụ việc',
      clock: 'Thời hạn',
      source: 'Căn cứ',
      startedAt: 'Bắt đầu',
      dueAt: 'Phải xong trước',
      metAt: 'Xong lúc',
      result: 'Kết quả',
      actor: 'Người thực hiện',
    },
    rows,
  });
  return { part, late };
}

const REPORTS: Readonly<Record<string, string>> = {
  'mau-08': 'Mẫu số 08',
  yearly: 'Báo cáo năm',
  monitoring: 'Báo cáo giám sát 6 tháng',
  quarterly: 'Báo cáo quý',
  monthly: 'Báo cáo tháng',
};
const REPORTS_MAX = 1_000;
const SIGNED_ELSEWHERE =
  'Tệp kèm theo là bản PDF lúc chốt số liệu. Bản đã ký số không được lưu ở đây: đối chiếu bằng SHA-256 của tệp đã gửi.';

/** Of the system alone, or of the agencies and their systems: those that were sent by the day. */
export async function sentReports(db: RegistryDb, { agencyIds, agencyId, systemId, asOf }: PackReach) {
  const ids = systemId === null ? agencyIds : [agencyId];
  const scope = { kind: 'some', agencyIds: ids } as const;
  const { reports: all } = await listReports(db, { filter: {}, scope, limit: REPORTS_MAX });
  const reports = all.filter((report) => systemId === null || report.systemId === systemId);
  const sent = reports.flatMap(({ sent: proof, ...report }) =>
    proof === null || proof.on > asOf ? [] : [{ ...report, proof }],
  );
  return sent;
}

export async function reportPart(
  db: RegistryDb,
  reach: PackReach,
  papers: ReadonlyMap<string, PaperFound> | undefined,
): Promise<PackPart> {
  const sent = await sentReports(db, reach);
  return partOf({
    id: 'reports',
    title: 'Báo cáo đã gửi',
    notes: papers === undefined ? [] : [SIGNED_ELSEWHERE],
    link: 'file',
    columns: {
      kind: 'Loại',
      period: 'Kỳ',
      of: 'Của',
      revision: 'Lần',
      number: 'Số văn bản',
      sentOn: 'Ngày gửi',
      channel: 'Kênh',
      sha256: 'SHA-256 tệp đã gửi',
      bodySha256: 'SHA-256 số liệu đã chốt',
      file: 'Tệp',
    },
    rows: sent.map((report) => ({
      cells: {
        kind: REPORTS[report.kind] ?? report.kind,
        period: report.period,
        of: report.systemName ?? report.agencyName,
        revision: report.revision,
        number: report.proof.number,
        sentOn: report.proof.on,
        channel: report.proof.channel,
        sha256: report.proof.sha256,
        bodySha256: report.sha256,
        file: papers?.get(`report:${report.id}`)?.file ?? null,
      },
    })),
  });
}
