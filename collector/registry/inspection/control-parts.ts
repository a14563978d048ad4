/**
 * What controls asked and found, from the assessments that were kept. Invariant: nothing is assessed anew; of a day of which none was
 * kept the pack says so and shows the last one before it, with its day.
 */
import { EVIDENCE_KINDS } from '../../compliance/evidence/all-kinds.ts';
import { reasonText } from '../../compliance/evidence/common-reasons.ts';
import { scoreArithmetic } from '../../compliance/score.ts';
import type { SnapshotBody, SnapshotControl, SnapshotEvidence } from '../../compliance/snapshot.ts';
import { statusOf } from '../../compliance/status.ts';
import {
  momentOrNull,
  momentText,
  STATUS_TONES,
  STATUS_WORDS,
} from '../../report/inspection/inspection-words.ts';
import { type PackPart, type PackRow, partOf } from '../../report/inspection/pack.ts';
import { builtInCatalogue, type CatalogueControl } from '../../../rules/compliance/index.ts';
import { proveDay, readSnapshot } from '../compliance/snapshots.ts';
import type { RegistryDb } from '../database.ts';
import type { ReachedSystem } from '../reports/report-reach.ts';
import type { PackReach } from './pack-reach.ts';

export interface KeptAssessment {
  system: ReachedSystem;
  /** Undefined: nothing was kept by the day. */
  kept: { body: SnapshotBody; day: string; run: number; digest: string } | undefined;
}

export async function controlParts(
  db: RegistryDb,
  reach: PackReach,
): Promise<{ parts: PackPart[]; assessments: KeptAssessment[] }> {
  const assessments: KeptAssessment[] = [];
  for (const system of reach.systems)
    assessments.push({ system, kept: await readSnapshot(db, system.id, reach.asOf) });
  const said = assessments.every(({ kept }) => kept?.day === reach.asOf)
    ? []
    : [
        `Không phải hệ thống nào cũng có kết quả đánh giá được lưu của ngày ${reach.asOf}; cột "Ngày đánh giá" cho biết kết quả nào được dùng.`,
      ];
  return {
    parts: [await standing(db, assessments, said), controls(assessments, said), findings(assessments)],
    assessments,
  };
}

async function standing(
  db: RegistryDb,
  assessments: readonly KeptAssessment[],
  notes: readonly string[],
): Promise<PackPart> {
  const proofs = new Map<string, string>();
  for (const day of new Set(assessments.flatMap(({ kept }) => (kept === undefined ? [] : [kept.day])))) {
    const proof = await proveDay(db, day);
    const isSound = proof !== undefined && proof.changed.length === 0 && proof.isWhole;
    const seq = proof?.auditSeq;
    if (!isSound) proofs.set(day, 'KHÔNG KHỚP mã băm');
    else
      proofs.set(
        day,
        seq === undefined ? 'khớp, nhưng nhật ký kiểm toán không ghi' : `khớp; mục kiểm toán ${seq}`,
      );
  }
  const rows = assessments.map(({ system, kept }): PackRow => {
    if (kept === undefined)
      return {
        tone: 'bad',
        cells: {
          system: system.name,
          level: system.level,
          arithmetic: 'Không có kết quả đánh giá nào được lưu',
        },
      };
    const { body, day, run, digest } = kept;
    return {
      cells: {
        system: system.name,
        level: body.level,
        profile: body.profile,
        day,
        run,
        hosts: body.hosts.total,
        reporting: body.hosts.reporting,
        expected: body.hosts.expected ?? null,
        arithmetic: scoreArithmetic(body.score),
        coverage: body.score.coveragePercent === null ? null : `${body.score.coveragePercent} %`,
        digest,
        proof: proofs.get(day) ?? '',
      },
    };
  });
  return partOf({
    id: 'assessments',
    title: 'Kết quả đánh giá được lưu',
    notes: [
      ...notes,
      'Điểm = (đạt + nhà cung cấp + đạt một phần/2) / (tổng − không áp dụng). Điều chưa đánh giá được tính như chưa đạt.',
    ],
    columns: {
      system: 'Hệ thống',
      level: 'Cấp độ',
      profile: 'Bộ yêu cầu',
      day: 'Ngày đánh giá',
      run: 'Lần',
      hosts: 'Số máy',
      reporting: 'Máy có gửi dữ liệu',
      expected: 'Số máy theo hồ sơ',
      arithmetic: 'Phép tính điểm',
      coverage: 'Tỷ lệ đánh giá được',
      digest: 'SHA-256 của kết quả',
      proof: 'Đối chiếu',
    },
    rows,
  });
}

const textOf = (
  reason: { code: string; args: Record<string, string | number> } | undefined,
  kind?: string,
) => (reason === undefined ? '' : reasonText(reason, EVIDENCE_KINDS.get(kind ?? '')?.reasons).vi);

/** What was counted, e.g. `log-retention: 3 đạt, 1 chưa đạt`. */
function arithmeticOf({ kind, counts }: SnapshotEvidence): string {
  const { met, notMet, excepted, notAssessed, notApplicable } = counts;
  const parts = [
    [met, 'đạt'],
    [notMet, 'chưa đạt'],
    [excepted, 'ngoại lệ'],
    [notAssessed, 'chưa đánh giá được'],
    [notApplicable, 'không áp dụng'],
  ] as const;
  const counted = parts.filter(([count]) => count > 0).map(([count, word]) => `${count} ${word}`);
  return `${kind}: ${counted.length === 0 ? 'không có gì để đếm' : counted.join(', ')}`;
}

function attestationText({ attestation }: SnapshotControl): string {
  if (attestation === undefined) return '';
  const due = momentOrNull(attestation.dueMs);
  return `${textOf(attestation.reason)}${due === null ? '' : ` (đến ${due.slice(0, 10)})`}`;
}

function catalogueOf({ profile }: SnapshotBody): ReadonlyMap<string, CatalogueControl> {
  const all = builtInCatalogue().profiles.get(profile)?.controls ?? [];
  return new Map(all.map((control) => [control.id, control]));
}

function controls(assessments: readonly KeptAssessment[], notes: readonly string[]): PackPart {
  const rows = assessments.flatMap(({ system, kept }): PackRow[] => {
    if (kept === undefined) return [];
    const catalogue = catalogueOf(kept.body);
    return kept.body.controls.map((control) => ({
      tone: STATUS_TONES[control.status],
      cells: {
        system: system.name,
        day: kept.day,
        control: control.id,
        title: catalogue.get(control.id)?.title.vi ?? control.id,
        status: STATUS_WORDS[control.status],
        reason: textOf(control.reason, control.reasonKind),
        arithmetic: control.evidence.map(arithmeticOf).join('\n'),
        attestation: attestationText(control),
      },
    }));
  });
  return partOf({
    id: 'controls',
    title: 'Yêu cầu và trạng thái',
    notes,
    columns: {
      system: 'Hệ thống',
      day: 'Ngày đánh giá',
      control: 'Mã',
      title: 'Yêu cầu',
      status: 'Trạng thái',
      reason: 'Lý do',
      arithmetic: 'Bằng chứng đếm được',
      attestation: 'Xác nhận của người phụ trách',
    },
    rows,
  });
}

const SUBJECTS = { system: '(cả hệ thống)', centre: '(trung tâm giám sát)' } as const;

function findings(assessments: readonly KeptAssessment[]): PackPart {
  const rows = assessments.flatMap(({ system, kept }): PackRow[] =>
    (kept?.body.controls ?? []).flatMap((control) =>
      control.evidence.flatMap((evidence) =>
        evidence.findings.map((finding) => ({
          tone: STATUS_TONES[statusOf(finding)],
          cells: {
            system: system.name,
            control: control.id,
            evidence: evidence.kind,
            host: finding.subject.kind === 'host' ? finding.subject.hostname : SUBJECTS[finding.subject.kind],
            result: STATUS_WORDS[statusOf(finding)],
            reason: textOf(finding.reason, evidence.kind),
            observed: finding.observed ?? '',
            at: momentText(finding.atMs),
          },
        })),
      ),
    ),
  );
  return partOf({
    id: 'findings',
    title: 'Bằng chứng từng máy',
    notes: [
      'Kết quả được lưu giữ tối đa 20 phát hiện của mỗi bằng chứng, xấu nhất trước; phép đếm ở phần trước tính đủ.',
    ],
    columns: {
      system: 'Hệ thống',
      control: 'Mã',
      evidence: 'Bằng chứng',
      host: 'Máy',
      result: 'Kết quả',
      reason: 'Lý do',
      observed: 'Quan sát được',
      at: 'Lúc',
    },
    rows,
  });
}
