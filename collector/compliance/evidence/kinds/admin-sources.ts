/**
 * Where hosts are administered from: sessions over SSH and remote desktop against the VPN, the allowed addresses or the
 * jump hosts. A host whose logons nobody tells is not assessed, however quiet it is.
 */
import { z } from 'zod';
import type { FleetLogon, FleetReader } from '../../../store/fleet-store.ts';
import { periodBefore, periodSchema } from '../../iso-period.ts';
import { isPrivateAddress, rangeTest, type ListKind } from '../assessment-lists.ts';
import type { AnyEvidenceKind } from '../evidence-kind.ts';
import { defineFleetKind, judgedAs, some, type FleetKind } from '../fleet-kind.ts';

type Own = 'inside' | 'outside' | 'no-sessions' | 'no-logons';

const schema = z.strictObject({ within: periodSchema.prefault('P30D') });
type Asked = z.infer<typeof schema>;

const LIMIT = 200_000;

/** @param isAllowed by the address and the list's ranges */
function sourcesKind(
  kind: string,
  list: ListKind,
  about: { vi: string; en: string },
  isAllowed: (ranges: readonly string[]) => (address: string) => boolean,
  listIsOptional: boolean,
): AnyEvidenceKind {
  const fleetKind: FleetKind<Asked, Own, readonly FleetLogon[]> = {
    kind,
    schema,
    events: { names: ['logon', 'logon-failed'], within: ({ within }) => within },
    list,
    listIsOptional: () => listIsOptional,
    reasons: {
      inside: {
        vi: '{sessions} phiên quản trị từ xa, đều từ nơi được phép',
        en: '{sessions} sessions from afar, all from where they may come from',
      },
      outside: {
        vi: 'Phiên quản trị từ nơi không được phép: {names}',
        en: 'Sessions from elsewhere: {names}',
      },
      'no-sessions': {
        vi: 'Không có phiên quản trị từ xa trong {within}',
        en: 'There was no session from afar within {within}',
      },
      'no-logons': {
        vi: 'Máy không gửi log đăng nhập nào trong {within}',
        en: 'The host told of no logon within {within}',
      },
    },
    explain: ({ within }) => ({
      vi: `Phiên SSH và RDP thành công trong ${within.iso} theo địa chỉ nguồn: ${about.vi}`,
      en: `Successful sessions over SSH and RDP within ${within.iso} by their source: ${about.en}`,
    }),
    more: (fleet, moment, { within }) =>
      logonsOf(fleet, { ...moment, fromMs: periodBefore(moment.atMs, within) }),
    judge({ within }, { count, listed, more = [], atMs }) {
      const last = count('logon') ?? count('logon-failed');
      if (last === undefined) return judgedAs<Own>('not-assessed', 'no-logons', { within: within.iso }, atMs);
      const allowed = isAllowed(listed);
      // A session whose source is a name or is not told cannot be said to be from outside.
      const outside = more.filter(({ source }) => source !== '' && !allowed(source));
      const lastMs = Math.max(last.lastMs, ...more.map((one) => one.lastMs));
      if (outside.length > 0) {
        const names = outside.map(({ user, source, way }) => `${user} ${way} ${source}`);
        return judgedAs<Own>(
          'not-met',
          'outside',
          { names: some(names) },
          Math.max(...outside.map((one) => one.lastMs)),
          names.join(', '),
        );
      }
      const sessions = more.reduce((sum, one) => sum + one.count, 0);
      return sessions === 0
        ? judgedAs<Own>('met', 'no-sessions', { within: within.iso }, lastMs)
        : judgedAs<Own>('met', 'inside', { sessions }, lastMs);
    },
  };
  return defineFleetKind(fleetKind);
}

async function logonsOf(
  fleet: FleetReader,
  moment: { agentIds?: readonly string[] | undefined; atMs: number; fromMs: number },
): Promise<ReadonlyMap<string, readonly FleetLogon[]>> {
  return Map.groupBy(await fleet.logons({ ...moment, limit: LIMIT }), ({ agentId }) => agentId);
}

/** Over the VPN or from within: never straight from the internet. */
export const remoteAccessKind: AnyEvidenceKind = sourcesKind(
  'remote-access',
  'vpn',
  {
    vi: 'không từ địa chỉ công cộng ngoài danh sách "vpn"',
    en: 'not from public addresses beyond the list "vpn"',
  },
  (ranges) => {
    const isVpn = rangeTest(ranges);
    return (address) => isPrivateAddress(address) || isVpn(address);
  },
  true,
);

export const adminSourcesKind: AnyEvidenceKind = sourcesKind(
  'admin-sources',
  'admin-sources',
  { vi: 'chỉ từ danh sách "admin-sources"', en: 'only from the list "admin-sources"' },
  rangeTest,
  false,
);

export const jumpHostsKind: AnyEvidenceKind = sourcesKind(
  'jump-hosts',
  'jump-hosts',
  {
    vi: 'chỉ từ máy trung gian trong danh sách "jump-hosts"',
    en: 'only from the jump hosts of the list "jump-hosts"',
  },
  rangeTest,
  false,
);
