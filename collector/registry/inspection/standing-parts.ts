/** Attestations, exceptions and accounts of an inspection pack, each as it stood on the day as far as its own dates tell. */
import {
  ATTESTATION_WORDS,
  EXCEPTION_WORDS,
  momentOrNull,
  momentText,
  ROLE_WORDS,
  yesNo,
} from '../../report/inspection/inspection-words.ts';
import { type PackPart, type PackRow, partOf } from '../../report/inspection/pack.ts';
import { type KeptAttestation, pageAttestations } from '../compliance/attestation-book.ts';
import type { Registry, RegistryDb } from '../database.ts';
import { exceptionRows, toException } from '../exceptions/exception-book.ts';
import { pathOf } from '../agencies.ts';
import { listUsers } from '../users.ts';
import type { PackReach } from './pack-reach.ts';

const ATTESTATIONS_MAX = 2_000;

/** As it stood at the moment. */
function attestationState(one: KeptAttestation, atMs: number): KeptAttestation['state'] {
  if (one.withdrawnMs !== null && one.withdrawnMs <= atMs) return 'withdrawn';
  if (one.decidedMs === null || one.decidedMs > atMs) return 'proposed';
  return one.state === 'withdrawn' ? 'accepted' : one.state;
}

export async function attestationPart(
  db: RegistryDb,
  { systems, agencyIds, systemId, asOf, atMs }: PackReach,
): Promise<PackPart> {
  const names = new Map(systems.map(({ id, name }) => [id, name]));
  const agencies = new Set(systemId === null ? agencyIds : []);
  const all = await pageAttestations(db, { kind: 'all' }, {}, { limit: ATTESTATIONS_MAX });
  const mine = all.filter(
    (one) =>
      one.createdMs <= atMs &&
      (one.systemId === null ? agencies.has(one.agencyId ?? 0) : names.has(one.systemId)),
  );
  return partOf({
    id: 'attestations',
    title: 'Xác nhận của người phụ trách và nhà cung cấp',
    columns: {
      of: 'Của',
      controls: 'Yêu cầu',
      state: 'Trạng thái',
      statement: 'Nội dung',
      signer: 'Người ký',
      signedOn: 'Ngày ký',
      dueOn: 'Xác nhận lại trước',
      provider: 'Nhà cung cấp',
      actor: 'Người đề nghị',
      decidedBy: 'Người quyết định',
    },
    rows: mine.map((one): PackRow => {
      const state = attestationState(one, atMs);
      const isOver = state === 'accepted' && one.dueOn !== null && one.dueOn <= asOf;
      return {
        tone: isOver ? 'bad' : state === 'accepted' ? 'good' : 'warn',
        cells: {
          of: one.systemId === null ? 'Cơ quan' : (names.get(one.systemId) ?? ''),
          controls: one.controls.join(', '),
          state: isOver ? 'Đã quá hạn xác nhận lại' : (ATTESTATION_WORDS[state] ?? state),
          statement: one.statement,
          signer: one.signer,
          signedOn: one.signedOn,
          dueOn: one.dueOn,
          provider: one.provider,
          actor: one.createdBy,
          decidedBy: one.decidedBy,
        },
      };
    }),
  });
}

export async function exceptionPart(
  db: RegistryDb,
  { agencyIds, hosts, systemId, atMs }: PackReach,
): Promise<PackPart> {
  const hostIds = new Set(hosts.map(({ id }) => id));
  const agencies = new Set([...agencyIds, ...hosts.map(({ agencyId }) => agencyId)]);
  const rows = await exceptionRows(db)
    .where('exception.requested_ms', '<=', atMs)
    .orderBy('exception.id')
    .execute();
  const mine = rows
    .map(toException)
    .filter(({ agentId, agencyId }) =>
      agentId === null
        ? agencies.has(agencyId)
        : hostIds.has(agentId) || (systemId === null && agencies.has(agencyId)),
    );
  return partOf({
    id: 'exceptions',
    title: 'Ngoại lệ',
    columns: {
      id: 'Số',
      kind: 'Loại',
      name: 'Tên',
      state: 'Trạng thái',
      host: 'Máy',
      reason: 'Lý do',
      actor: 'Người đề nghị',
      requestedAt: 'Đề nghị lúc',
      decidedBy: 'Người duyệt',
      expiresAt: 'Hết hạn',
      endedAt: 'Kết thúc lúc',
    },
    rows: mine.map((one): PackRow => {
      const isEnded = one.endedMs !== null && one.endedMs <= atMs;
      const isDecided = one.decidedMs !== null && one.decidedMs <= atMs;
      const holds = isDecided && !isEnded && one.state !== 'rejected' && one.expiresMs > atMs;
      const state = holds
        ? 'approved'
        : isDecided
          ? one.state === 'approved'
            ? 'expired'
            : one.state
          : 'requested';
      return {
        tone: holds ? 'warn' : undefined,
        cells: {
          id: one.id,
          kind: { rule: 'Luật phát hiện', posture: 'Cấu hình', vulnerability: 'Lỗ hổng' }[one.kind],
          name: one.name,
          state: EXCEPTION_WORDS[state] ?? state,
          host: one.hostname ?? 'mọi máy trong phạm vi',
          reason: one.reason,
          actor: one.requestedBy,
          requestedAt: momentText(one.requestedMs),
          decidedBy: isDecided ? one.decidedBy : null,
          expiresAt: momentText(one.expiresMs),
          endedAt: isEnded ? momentOrNull(one.endedMs) : null,
        },
      };
    }),
  });
}

const STATES: Readonly<Record<string, string>> = {
  active: 'Đang dùng',
  locked: 'Tạm khóa',
  disabled: 'Đã khóa hoặc hết hạn',
  invited: 'Chưa nhận lời mời',
  pending: 'Chưa được cấp vai trò',
};

/** People who may see or do something in the reach: of its agencies, and of those above. Never a secret of theirs. */
export async function accountPart(registry: Registry, reach: PackReach): Promise<PackPart> {
  const above = new Set(await pathOf(registry.db, reach.agencyId));
  const within = new Set(reach.agencyIds);
  const names = new Map(
    (await registry.db.selectFrom('agency').select(['id', 'name']).execute()).map(({ id, name }) => [
      id,
      name,
    ]),
  );
  const users = (await listUsers(registry)).filter(
    ({ agencyId, createdMs }) => (above.has(agencyId) || within.has(agencyId)) && createdMs <= reach.atMs,
  );
  return partOf({
    id: 'accounts',
    title: 'Tài khoản có quyền trong phạm vi',
    notes: [
      'Trạng thái và quyền như lúc lập bộ hồ sơ; ai đổi quyền của ai và khi nào nằm trong nhật ký kiểm toán.',
    ],
    columns: {
      account: 'Tài khoản',
      displayName: 'Họ tên',
      role: 'Vai trò',
      agency: 'Cơ quan',
      state: 'Trạng thái',
      secondFactor: 'Yếu tố thứ hai',
      createdAt: 'Tạo lúc',
      lastLoginAt: 'Đăng nhập gần nhất',
      endsAt: 'Hết hạn',
    },
    rows: users.map((user) => ({
      tone: user.state === 'active' && !user.hasSecondFactor ? 'warn' : undefined,
      cells: {
        account: user.username,
        displayName: user.displayName,
        role: ROLE_WORDS[user.role] ?? user.role,
        agency: names.get(user.agencyId) ?? '',
        state: STATES[user.state] ?? user.state,
        secondFactor: yesNo(user.hasSecondFactor || user.external !== null),
        createdAt: momentText(user.createdMs),
        lastLoginAt: momentOrNull(user.lastLoginMs),
        endsAt: momentOrNull(user.endsMs),
      },
    })),
  });
}
