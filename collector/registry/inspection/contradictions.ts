/** What does not fit together in an inspection pack, on its first page. Pure: every line repeats what another part says. */
import type { ChainVerdict } from '../../audit/verify-chain.ts';
import type { DossierFinding } from '../../compliance/dossier/finding.ts';
import { momentText } from '../../report/inspection/inspection-words.ts';
import { type PackPart, type PackRow, partOf, type Tone } from '../../report/inspection/pack.ts';
import type { KeptAssessment } from './control-parts.ts';
import type { LateClock } from './incident-parts.ts';
import type { PackReach } from './pack-reach.ts';
import type { PaperFound } from './papers.ts';
import type { KeptProof } from './proof-parts.ts';

export interface Contradicted {
  reach: PackReach;
  findings: readonly DossierFinding[];
  /** Systems whose dossier says that the plan of protection is carried out in full. */
  fullPlans: ReadonlySet<number>;
  /** Days of dossiers that passed. */
  overdue: readonly { systemName: string; what: string; on: string }[];
  assessments: readonly KeptAssessment[];
  proofs: readonly KeptProof[];
  unbalanced: readonly { hostname: string; channel: string; hourMs: number; difference: number }[];
  verdict: ChainVerdict;
  late: readonly LateClock[];
  /** Hosts of which nothing was stored within a day of the moment. */
  silent: readonly { hostname: string; seenMs: number | undefined }[];
  /** Papers whose content is not as it came. */
  papers: readonly PaperFound[];
}

const line = (kind: string, about: string, text: string, tone: Tone = 'bad'): PackRow => ({
  tone,
  cells: { kind, about, text },
});

function ofAssessments({ assessments, reach, fullPlans }: Contradicted): PackRow[] {
  return assessments.flatMap(({ system, kept }) => {
    if (kept === undefined)
      return [
        line('Thiếu kết quả đánh giá', system.name, `Không có kết quả nào được lưu đến ngày ${reach.asOf}`),
      ];
    const old =
      kept.day === reach.asOf
        ? []
        : [
            line(
              'Thiếu kết quả đánh giá',
              system.name,
              `Không có kết quả của ngày ${reach.asOf}; kết quả gần nhất là của ngày ${kept.day}`,
              'warn',
            ),
          ];
    const attested = kept.body.controls.filter(
      ({ attestation, evidence }) =>
        attestation?.status === 'met' &&
        evidence.some(({ status }) => status === 'not-met' || status === 'partly'),
    );
    const failed = kept.body.controls.filter(({ status }) => status === 'not-met' || status === 'partly');
    const plan = `Hồ sơ ghi phương án bảo vệ đã triển khai đầy đủ, nhưng ${failed.length} yêu cầu chưa đạt hoặc mới đạt một phần`;
    return [
      ...old,
      ...(fullPlans.has(system.id) && failed.length > 0
        ? [line('Hồ sơ trái với số đo', system.name, plan)]
        : []),
      ...attested.map(({ id }) =>
        line(
          'Xác nhận trái với số đo',
          system.name,
          `${id}: người phụ trách xác nhận, nhưng số đo từ máy chưa đạt`,
        ),
      ),
    ];
  });
}

function ofHosts({ reach, silent }: Contradicted): PackRow[] {
  const hosted = new Set(reach.hosts.flatMap(({ systemIds }) => systemIds));
  const bare = reach.systems.filter(({ id }) => !hosted.has(id));
  return [
    ...bare.map(({ name }) =>
      line('Máy không có tác tử', name, 'Không máy nào của hệ thống có tác tử: không có gì đo được'),
    ),
    ...silent.map(({ hostname, seenMs }) =>
      line(
        'Máy không gửi dữ liệu',
        hostname,
        seenMs === undefined ? 'Đã đăng ký nhưng chưa từng gửi' : `Im lặng từ ${momentText(seenMs)}`,
        'warn',
      ),
    ),
  ];
}

export function contradictionPart(found: Contradicted): PackPart {
  const { reach, findings, overdue, proofs, unbalanced, verdict, late, papers } = found;
  const names = new Map(reach.systems.map(({ id, name }) => [id, name]));
  const rows = [
    ...verdict.faults.map((fault) => line('Nhật ký kiểm toán', 'Vọng Gác', JSON.stringify(fault))),
    ...papers.map(({ file, state }) =>
      line(
        'Tài liệu',
        file,
        state === 'missing'
          ? 'Nội dung không còn trong kho, dù sổ ghi là chưa gỡ'
          : 'Nội dung khác mã băm đã ghi khi đưa vào',
      ),
    ),
    ...findings.map(({ severity, systemId, text }) =>
      line('Hồ sơ', names.get(systemId ?? 0) ?? reach.name, text.vi, severity === 'error' ? 'bad' : 'warn'),
    ),
    ...overdue.map(({ systemName, what, on }) => line('Quá hạn', systemName, `${what}: ${on}`)),
    ...ofAssessments(found),
    ...late.map(({ number, clock, dueMs }) =>
      line('Trễ hạn theo luật', number, `${clock}: hạn ${momentText(dueMs)}`),
    ),
    ...proofs
      .filter(({ met }) => !met)
      .map(({ systemName, reason }) => line('Lưu trữ nhật ký', systemName, reason)),
    ...unbalanced.map(({ hostname, channel, hourMs, difference }) =>
      line(
        'Sổ cái không khớp',
        hostname,
        `${channel}, giờ ${momentText(hourMs).slice(0, 16)}: lệch ${difference}`,
      ),
    ),
    ...ofHosts(found),
  ];
  return partOf({
    id: 'contradictions',
    title: 'Điều không khớp',
    notes: [
      rows.length === 0
        ? 'Không thấy điều nào trái nhau trong những gì được lưu.'
        : 'Những chỗ các phần của hồ sơ này không khớp nhau, với luật hoặc với số đo. Mỗi dòng có chi tiết ở phần tương ứng.',
    ],
    columns: { kind: 'Loại', about: 'Ở đâu', text: 'Điều không khớp' },
    rows,
  });
}
