/** Proofs of an inspection pack: what is kept and for how long, whether records balance, whether the audit trail is as it was written. */
import { ChainVerifier, type ChainVerdict } from '../../audit/verify-chain.ts';
import { genesisHash } from '../../audit/chain.ts';
import { dayOf, dayText } from '../../retention/day.ts';
import { momentOrNull, momentText, PROOF_WORDS } from '../../report/inspection/inspection-words.ts';
import { type PackPart, type PackRow, partOf } from '../../report/inspection/pack.ts';
import { readAuditHead, readChain } from '../audit.ts';
import type { RegistryDb } from '../database.ts';
import { type LedgerReport, readLedger } from '../ledger-report.ts';
import { proofSchema } from '../proof-book.ts';
import type { PackReach } from './pack-reach.ts';

const orNull = (day: number | null): string | null => (day === null ? null : dayText(day));

/** Reasons that say that something is kept. */
const KEPT: ReadonlySet<string> = new Set(['kept', 'young']);

export interface KeptProof {
  systemName: string;
  met: boolean;
  reason: string;
}

/** The last proof of each system up to the day. */
export async function retentionPart(
  db: RegistryDb,
  { systems, atMs }: PackReach,
): Promise<{ part: PackPart; proofs: KeptProof[] }> {
  const proofs: KeptProof[] = [];
  const rows: PackRow[] = [];
  for (const system of systems) {
    const kept = await db
      .selectFrom('retention_proof')
      .select(['day', 'proof', 'written_ms as writtenMs'])
      .where('system_id', '=', system.id)
      .where('day', '<=', dayOf(atMs))
      .orderBy('day', 'desc')
      .executeTakeFirst();
    if (kept === undefined) {
      rows.push({
        tone: 'warn',
        cells: { system: system.name, result: 'Chưa có chứng minh nào được lưu đến ngày này' },
      });
      continue;
    }
    const proof = proofSchema.parse(JSON.parse(kept.proof));
    const reason = PROOF_WORDS[proof.reason] ?? proof.reason;
    proofs.push({ systemName: system.name, met: proof.met, reason });
    rows.push({
      tone: proof.met ? (KEPT.has(proof.reason) ? 'good' : 'warn') : 'bad',
      cells: {
        system: system.name,
        day: dayText(kept.day),
        result: proof.met ? 'Đạt' : 'Chưa đạt',
        reason,
        lawMonths: proof.lawMonths,
        monthsInForce: proof.monthsInForce,
        requiredFrom: orNull(proof.requiredFrom),
        oldestDay: orNull(proof.oldestDay),
        hosts: proof.hosts,
        missing: proof.missing?.rows ?? null,
        source: proof.source,
      },
    });
  }
  const part = partOf({
    id: 'retention',
    title: 'Chứng minh lưu trữ nhật ký',
    columns: {
      system: 'Hệ thống',
      day: 'Ngày lập',
      result: 'Kết quả',
      reason: 'Lý do',
      lawMonths: 'Luật yêu cầu (tháng)',
      monthsInForce: 'Đang lưu (tháng)',
      requiredFrom: 'Phải có từ',
      oldestDay: 'Cũ nhất hiện có',
      hosts: 'Số máy',
      missing: 'Số bản ghi thiếu',
      source: 'Căn cứ',
    },
    rows,
  });
  return { part, proofs };
}

const LEDGER_MS = 30 * 86_400_000;

/** Of the hosts in the reach, over the last thirty days. */
export async function ledgerPart(
  db: RegistryDb,
  { hosts, atMs }: PackReach,
): Promise<{ part: PackPart; unbalanced: LedgerReport['unbalanced'] }> {
  const names = new Map(hosts.map(({ id, hostname }) => [id, hostname]));
  const places = new Map(hosts.map(({ id }, at) => [id, at]));
  const agencyIds = [...new Set(hosts.map(({ agencyId }) => agencyId))];
  const fromMs = atMs - LEDGER_MS;
  const scope = { kind: 'some', agencyIds } as const;
  const report = await readLedger(db, { fromMs, toMs: atMs, by: 'agent', scope });
  const rows = report.lines
    .filter(({ key }) => names.has(key))
    .toSorted((one, other) => (places.get(one.key) ?? 0) - (places.get(other.key) ?? 0))
    .map((line): PackRow => {
      const { produced, stored, limited, dropped, rejected, named, missing } = line;
      return {
        tone: missing === 0 ? undefined : 'bad',
        cells: {
          host: names.get(line.key) ?? '',
          produced,
          stored,
          limited,
          dropped,
          rejected,
          named,
          missing,
        },
      };
    });
  const part = partOf({
    id: 'ledger',
    title: 'Sổ cái bản ghi',
    notes: [
      `30 ngày đến ${momentText(atMs)}. Mỗi bản ghi máy đã đọc phải được lưu, được nêu là giới hạn hoặc bỏ, hoặc được nêu là mất; cột "Không rõ" khác 0 là không khớp.`,
    ],
    columns: {
      host: 'Máy',
      produced: 'Đã đọc',
      stored: 'Đã lưu',
      limited: 'Bị giới hạn',
      dropped: 'Bị bỏ',
      rejected: 'Bị từ chối',
      named: 'Đã nêu là mất',
      missing: 'Không rõ',
    },
    rows,
  });
  return { part, unbalanced: report.unbalanced.filter(({ agentId }) => names.has(agentId)) };
}

const CHAIN_PAGE = 2_000;

/** The whole chain up to the moment, entry by entry; its head at that moment is what can be compared with heads kept elsewhere. */
export async function auditPart(
  db: RegistryDb,
  { atMs }: PackReach,
): Promise<{ part: PackPart; verdict: ChainVerdict }> {
  const head = await readAuditHead(db);
  const verifier = new ChainVerifier({ seq: 0, hash: genesisHash(head.trailId) });
  let afterSeq = 0;
  let isAll = false;
  for (let isEnd = false; !isEnd;) {
    const page = await readChain(db, afterSeq, CHAIN_PAGE);
    const past = page.findIndex(({ atMs: at, seq }) => at > atMs || seq > head.seq);
    const within = past === -1 ? page : page.slice(0, past);
    for (const entry of within) verifier.take(entry);
    afterSeq = within.at(-1)?.seq ?? afterSeq;
    isAll = past === -1 || (page[past]?.seq ?? 0) > head.seq;
    isEnd = past !== -1 || page.length < CHAIN_PAGE;
  }
  // Of a past moment the trail's own head says nothing.
  const verdict = verifier.end(isAll ? head : undefined);
  const isWhole = verdict.faults.length === 0;
  const facts: readonly (readonly [string, string | number | null])[] = [
    ['Kết quả đối chiếu', isWhole ? 'Chuỗi nguyên vẹn từ mục đầu đến mục cuối' : 'CHUỖI KHÔNG NGUYÊN VẸN'],
    ['Mã nhật ký', head.trailId],
    ['Mã băm trước mục đầu', head.genesisHash],
    ['Số mục đã kiểm', verdict.entries],
    ['Mục cuối', verdict.lastSeq],
    ['Mã băm của mục cuối', verdict.headHash],
    ['Mục đầu lúc', momentOrNull(verdict.firstMs)],
    ['Mục cuối lúc', momentOrNull(verdict.lastMs)],
    ...verdict.faults.map((fault) => ['Sai lệch', JSON.stringify(fault)] as const),
  ];
  const part = partOf({
    id: 'audit',
    title: 'Nhật ký kiểm toán của Vọng Gác',
    notes: [
      'Mỗi mục chứa mã băm của mục trước. So mã băm của mục cuối với bản đã gửi ra nơi khác (vonggac audit verify) để thấy chuỗi có bị viết lại hay không.',
    ],
    columns: { what: 'Mục', value: 'Giá trị' },
    rows: facts.map(([what, value]) => ({
      tone: what === 'Sai lệch' || (what === 'Kết quả đối chiếu' && !isWhole) ? 'bad' : undefined,
      cells: { what, value },
    })),
  });
  return { part, verdict };
}
