/** Extracts of an inspection pack: named queries with their bounds, so that anybody can ask the same again. */
import { maskRecord } from '../../personal/mask-record.ts';
import { momentText } from '../../report/inspection/inspection-words.ts';
import { type PackPart, type PackRow, partOf } from '../../report/inspection/pack.ts';
import type { FoundEvent } from '../../store/store.ts';
import { type AgencyScope, rootAgencyId } from '../agencies.ts';
import { listAudit } from '../audit.ts';
import type { RegistryDb } from '../database.ts';
import type { PackReach } from './pack-reach.ts';

export interface EventSearch {
  search: (query: {
    fromMs: number;
    toMs: number;
    agentIds: readonly string[];
    limit: number;
  }) => Promise<FoundEvent[]>;
}

/** A message with names masked that its own fields say are names of people. */
function messageFor(record: { message: string; about: unknown }, seesPersonal: boolean): string {
  // Masking changes texts only.
  return seesPersonal ? record.message : (maskRecord(record) as typeof record).message;
}

const ROWS_MAX = 200;
/** Looked through for these. */
const EVENTS_MAX = 2_000;
/** What agents found out themselves: other parts tell it. */
const OWN_CHANNELS: ReadonlySet<string> = new Set(['posture', 'inventory', 'probe']);
const DAY_MS = 86_400_000;
/** Hosts that one query names. */
const HOSTS_MAX = 1_000;

/** Acts on record that inspectors ask for first. */
const ACTS = [
  ['user.', 'Tạo, đổi, khóa tài khoản'],
  ['login.refused', 'Đăng nhập bị từ chối'],
  ['personal.unmask', 'Xem dữ liệu cá nhân không che'],
  ['dossier.', 'Thay đổi hồ sơ'],
  ['attestation.', 'Xác nhận'],
  ['exception.', 'Ngoại lệ'],
  ['retention.', 'Lưu trữ và xóa nhật ký'],
  ['inspection.', 'Bộ hồ sơ kiểm tra đã lập'],
] as const;

export async function actPart(db: RegistryDb, reach: PackReach, scope: AgencyScope): Promise<PackPart> {
  const sees = reach.agencyIds.includes(await rootAgencyId(db)) && reach.systemId === null;
  const within: AgencyScope =
    sees && scope.kind === 'all' ? scope : { kind: 'some', agencyIds: [...reach.agencyIds] };
  const rows: PackRow[] = [];
  for (const [action, title] of ACTS) {
    const { fromMs, atMs, systemId } = reach;
    const target = systemId === null ? undefined : `system:${systemId}`;
    const found = await listAudit(
      { db },
      { action, target, fromMs, toMs: atMs + 1, limit: ROWS_MAX },
      within,
    );
    for (const { seq, atMs: at, actor, action: act, target: of, detail } of found)
      rows.push({
        cells: {
          query: title,
          seq,
          at: momentText(at),
          actor,
          action: act,
          target: of,
          detail: JSON.stringify(detail),
        },
      });
  }
  return partOf({
    id: 'acts',
    title: 'Trích nhật ký kiểm toán',
    notes: [
      `Truy vấn: mỗi nhóm hành vi dưới đây, trong một năm đến ${momentText(reach.atMs)}, mới nhất trước, tối đa ${ROWS_MAX} mục mỗi nhóm: ${ACTS.map(([action]) => action).join(', ')}.`,
    ],
    columns: {
      query: 'Truy vấn',
      seq: 'Mục',
      at: 'Lúc',
      actor: 'Người thực hiện',
      action: 'Hành vi',
      target: 'Đối tượng',
      detail: 'Chi tiết',
    },
    rows,
  });
}

export async function alertPart(db: RegistryDb, reach: PackReach, seesPersonal: boolean): Promise<PackPart> {
  const { agencyIds, systemId, fromMs, atMs } = reach;
  let select = db
    .selectFrom('alert')
    .select(['id', 'severity', 'hostname', 'message', 'detections', 'created_ms', 'closed_ms'])
    .select(['user_name', 'entity'])
    .where('agency_id', 'in', agencyIds.length === 0 ? [0] : agencyIds)
    .where('severity', 'in', ['high', 'critical'])
    .where('created_ms', '>=', fromMs)
    .where('created_ms', '<=', atMs)
    .orderBy('created_ms', 'desc')
    .orderBy('id')
    .limit(ROWS_MAX);
  if (systemId !== null) select = select.where('system_id', '=', systemId);
  const rows = await select.execute();
  return partOf({
    id: 'alerts',
    title: 'Cảnh báo mức cao và nghiêm trọng',
    notes: [
      `Truy vấn: mức cao và nghiêm trọng, trong một năm đến ${momentText(atMs)}, mới nhất trước, tối đa ${ROWS_MAX}.`,
    ],
    columns: {
      at: 'Lúc',
      severity: 'Mức độ',
      host: 'Máy',
      message: 'Nội dung',
      detections: 'Số lần',
      closedAt: 'Đóng lúc',
      id: 'Mã',
    },
    rows: rows.map((row) => {
      const closed = row.closed_ms !== null && row.closed_ms <= atMs ? momentText(row.closed_ms) : null;
      return {
        tone: closed === null ? 'warn' : undefined,
        cells: {
          at: momentText(row.created_ms),
          severity: { high: 'Cao', critical: 'Nghiêm trọng' }[row.severity] ?? row.severity,
          host: row.hostname,
          message: messageFor(
            {
              message: row.message,
              about: { user: row.user_name, entity: JSON.parse(row.entity) as unknown },
            },
            seesPersonal,
          ),
          detections: row.detections,
          closedAt: closed,
          id: row.id,
        },
      };
    }),
  });
}

/** @param events undefined where the collector does not run: the pack says so */
export async function logPart(
  events: EventSearch | undefined,
  reach: PackReach,
  seesPersonal: boolean,
): Promise<PackPart> {
  const { hosts, atMs } = reach;
  const agentIds = hosts.slice(0, HOSTS_MAX).map(({ id }) => id);
  const isAsked = events !== undefined && agentIds.length > 0;
  const found = isAsked
    ? await events.search({ fromMs: atMs - DAY_MS, toMs: atMs + 1, agentIds, limit: EVENTS_MAX })
    : [];
  const asked = `Truy vấn: nhật ký của ${agentIds.length} máy trong phạm vi, 24 giờ đến ${momentText(atMs)}, mới nhất trước; trong ${EVENTS_MAX} bản ghi đầu bỏ những gì tác tử tự quan sát (${[...OWN_CHANNELS].join(', ')}), còn lại lấy tối đa ${ROWS_MAX}.`;
  const skipped =
    hosts.length > HOSTS_MAX ? [`${hosts.length - HOSTS_MAX} máy không nằm trong truy vấn này.`] : [];
  return partOf({
    id: 'log-extract',
    title: 'Trích nhật ký hệ thống',
    notes:
      events === undefined ? ['Không trích được: bộ thu không chạy khi lập hồ sơ này.'] : [asked, ...skipped],
    columns: { at: 'Lúc', host: 'Máy', channel: 'Kênh', message: 'Nội dung', id: 'Mã sự kiện' },
    rows: found
      .filter(({ channel }) => !OWN_CHANNELS.has(channel))
      .slice(0, ROWS_MAX)
      .map(({ timeMs, hostname, channel, message, fields, id }) => ({
        cells: {
          at: momentText(timeMs),
          host: hostname,
          channel,
          message: messageFor({ message, about: fields }, seesPersonal),
          id,
        },
      })),
  });
}
