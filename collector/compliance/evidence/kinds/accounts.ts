/**
 * Accounts of hosts: all of them known and none invalid, passwords of administrators fresh, no default ones, none idle,
 * few administrators. An account whose state is not known puts a good result in doubt.
 */
import { z } from 'zod';
import type { BothLanguages } from '../../../protocol/posture-policy.ts';
import { ACCOUNT_LOOKS, accountsOf, type AccountFacts } from '../account-facts.ts';
import type { AnyEvidenceKind, Result } from '../evidence-kind.ts';
import { defineFleetKind, judgedAs, some, type Judged, type Told } from '../fleet-kind.ts';
import type { HostPicture } from '../host-pictures.ts';
import { periodBefore, periodSchema, type Period } from '../../iso-period.ts';

type Own =
  | 'listed'
  | 'invalid'
  | 'passwords-fresh'
  | 'passwords-old'
  | 'no-defaults'
  | 'defaults'
  | 'none-idle'
  | 'idle'
  | 'few-admins'
  | 'many-admins'
  | 'not-known';

/** Names that systems, appliances and demonstrations come with. */
const DEFAULTS = [
  'administrator',
  'admin',
  'guest',
  'user',
  'test',
  'demo',
  'pi',
  'ubuntu',
  'debian',
  'vagrant',
  'ftp',
  'support',
  'defaultaccount',
];

const schema = z.discriminatedUnion('check', [
  z.strictObject({ check: z.literal('listed') }),
  z.strictObject({ check: z.literal('password-age'), within: periodSchema.prefault('P60D') }),
  z.strictObject({
    check: z.literal('defaults'),
    names: z.array(z.string().min(1).max(64)).max(100).default(DEFAULTS),
  }),
  z.strictObject({ check: z.literal('idle'), within: periodSchema.prefault('P45D') }),
  z.strictObject({ check: z.literal('admins'), most: z.int().min(1).max(1_000).default(3) }),
]);
type Asked = z.infer<typeof schema>;
/** Accounts that are wrong, and those of which it is not known. */
interface Look {
  bad: readonly string[];
  unknown: readonly string[];
}

/** Longest time that the last logons are looked for in the logs, too. */
const LOGONS_MS = 120 * 86_400_000;
const LIMIT = 200_000;

export const accountsKind: AnyEvidenceKind = defineFleetKind<Asked, Own, ReadonlyMap<string, number>>({
  kind: 'accounts',
  schema,
  looks: ACCOUNT_LOOKS,
  partialIsDoubt: true,
  reasons: {
    listed: {
      vi: 'Danh sách đủ {count} tài khoản đăng nhập được, không có tài khoản không hợp lệ',
      en: '{count} accounts that may log in are known, and none is invalid',
    },
    invalid: { vi: 'Tài khoản không hợp lệ: {names}', en: 'Invalid accounts: {names}' },
    'passwords-fresh': {
      vi: 'Mật khẩu của {count} tài khoản quản trị đều đổi trong {within}',
      en: 'The passwords of all {count} administrators were changed within {within}',
    },
    'passwords-old': {
      vi: 'Mật khẩu quản trị chưa đổi quá {within}: {names}',
      en: 'Passwords of administrators older than {within}: {names}',
    },
    'no-defaults': { vi: 'Không tài khoản mặc định nào còn dùng được', en: 'No default account can be used' },
    defaults: {
      vi: 'Tài khoản mặc định còn dùng được: {names}',
      en: 'Default accounts that can be used: {names}',
    },
    'none-idle': {
      vi: 'Cả {count} tài khoản đều đăng nhập trong {within}',
      en: 'All {count} accounts logged on within {within}',
    },
    idle: {
      vi: 'Tài khoản không đăng nhập quá {within} mà chưa khoá: {names}',
      en: 'Accounts that did not log on for {within} and are enabled: {names}',
    },
    'few-admins': {
      vi: '{count} tài khoản quản trị, không quá {most}',
      en: '{count} administrators, no more than {most}',
    },
    'many-admins': {
      vi: '{count} tài khoản quản trị, quá {most}: {names}',
      en: '{count} administrators, more than {most}: {names}',
    },
    'not-known': {
      vi: 'Chưa biết đủ về các tài khoản: {names}',
      en: 'Not enough is known of these accounts: {names}',
    },
  },
  explain,
  async more(fleet, moment, asked) {
    const byHost = new Map<string, Map<string, number>>();
    if (asked.check !== 'idle') return byHost;
    const found = await fleet.lastLogons({ ...moment, fromMs: moment.atMs - LOGONS_MS, limit: LIMIT });
    for (const { agentId, user, lastMs } of found) {
      const own = byHost.get(agentId) ?? new Map<string, number>();
      byHost.set(agentId, own.set(user.replace(/^.*\\/, '').toLowerCase(), lastMs));
    }
    return byHost;
  },
  judge: (asked, told, own) => judgeAccounts(asked, told, own),
});

function judgeAccounts(
  asked: Asked,
  told: Told<ReadonlyMap<string, number>>,
  own: HostPicture,
): Judged<Own> | undefined {
  const accounts = accountsOf(own, told.picture('ssh-key'));
  const enabled = accounts.filter(({ isEnabled }) => isEnabled !== false);
  const admins = enabled.filter(({ isAdmin }) => isAdmin);
  const of = (
    look: Look,
    [good, bad]: readonly [Own, Own],
    args: Record<string, string | number>,
  ): Judged<Own> => {
    const answer = (result: Result, code: Own, names: readonly string[]): Judged<Own> =>
      judgedAs<Own>(result, code, { ...args, names: some(names) }, own.toldMs, names.join(', '));
    if (look.bad.length > 0) return answer('not-met', bad, look.bad);
    return look.unknown.length > 0
      ? answer('not-assessed', 'not-known', look.unknown)
      : answer('met', good, []);
  };
  switch (asked.check) {
    case 'listed':
      return of(invalid(enabled), ['listed', 'invalid'], { count: enabled.length });
    case 'password-age': {
      const { within } = asked;
      // Who has no password, or none that fits, has none to change.
      const own = admins.filter(({ password }) => password !== 'locked');
      return of(olderThan(own, within, told.atMs), ['passwords-fresh', 'passwords-old'], {
        count: own.length,
        within: within.iso,
      });
    }
    case 'defaults': {
      const names = new Set(asked.names.map((name) => name.toLowerCase()));
      return of(
        known(enabled.filter(({ name }) => names.has(name.toLowerCase()))),
        ['no-defaults', 'defaults'],
        {},
      );
    }
    case 'idle':
      return of(idle(enabled, asked.within, told), ['none-idle', 'idle'], {
        count: enabled.length,
        within: asked.within.iso,
      });
    case 'admins': {
      const look = known(admins);
      const isMany = look.bad.length > asked.most;
      const names = isMany ? look.bad : [];
      const unknown = isMany || admins.length <= asked.most ? [] : look.unknown;
      return of({ bad: names, unknown }, ['few-admins', 'many-admins'], {
        count: look.bad.length,
        most: asked.most,
      });
    }
  }
}

const namesOf = (accounts: readonly AccountFacts[]): string[] => accounts.map(({ name }) => name);

/** Wrong are those that are there for certain. */
function known(accounts: readonly AccountFacts[]): Look {
  return {
    bad: namesOf(accounts.filter(({ isEnabled }) => isEnabled === true)),
    unknown: namesOf(accounts.filter(({ isEnabled }) => isEnabled === undefined)),
  };
}

/** Nobody has a second root, nor may log in without a password. */
function invalid(accounts: readonly AccountFacts[]): Look {
  const bad = accounts.filter(
    ({ name, uid, password }) => (uid === '0' && name !== 'root') || password === 'none',
  );
  return { bad: namesOf(bad), unknown: [] };
}

function olderThan(admins: readonly AccountFacts[], within: Period, atMs: number): Look {
  const sinceMs = periodBefore(atMs, within);
  return {
    bad: namesOf(
      admins.filter(
        ({ passwordChangedMs }) => passwordChangedMs !== undefined && passwordChangedMs < sinceMs,
      ),
    ),
    unknown: namesOf(admins.filter(({ passwordChangedMs }) => passwordChangedMs === undefined)),
  };
}

function idle(
  accounts: readonly AccountFacts[],
  within: Period,
  { atMs, host, more }: Told<ReadonlyMap<string, number>>,
): Look {
  const sinceMs = periodBefore(atMs, within);
  const bad: string[] = [];
  const unknown: string[] = [];
  for (const { name, isEnabled, lastLogonMs } of accounts) {
    const inLogs = more?.get(name.toLowerCase());
    const told = typeof lastLogonMs === 'number' ? lastLogonMs : undefined;
    const lastMs = inLogs === undefined ? told : Math.max(inLogs, told ?? 0);
    if (lastMs !== undefined ? lastMs >= sinceMs : lastLogonMs === 'never' && host.enrolledMs >= sinceMs)
      continue;
    const isKnown = isEnabled === true && (lastMs !== undefined || lastLogonMs === 'never');
    (isKnown ? bad : unknown).push(name);
  }
  return { bad, unknown };
}

function explain(asked: Asked): BothLanguages {
  const [vi, en] = question(asked);
  const find = `(vonggac inventory find --category user --key '*')`;
  return { vi: `${vi} ${find}`, en: `${en} ${find}` };
}

function question(asked: Asked): readonly [vi: string, en: string] {
  switch (asked.check) {
    case 'listed':
      return [
        'Mọi tài khoản của từng máy và trạng thái; không có root thứ hai, không tài khoản nào thiếu mật khẩu',
        'All accounts of each host with their state; no second root, none without password',
      ];
    case 'password-age':
      return [
        `Ngày đổi mật khẩu của tài khoản quản trị còn dùng được, trong ${asked.within.iso}`,
        `When passwords of enabled administrators were changed, within ${asked.within.iso}`,
      ];
    case 'defaults': {
      const names = asked.names.join(', ');
      return [
        `Tài khoản có tên mặc định còn dùng được: ${names}`,
        `Enabled accounts with a default name: ${names}`,
      ];
    }
    case 'idle':
      return [
        `Lần đăng nhập cuối của tài khoản còn dùng được, theo máy và theo log, trong ${asked.within.iso}`,
        `Last logons of enabled accounts by the host and by its logs, within ${asked.within.iso}`,
      ];
    case 'admins':
      return [
        `Số tài khoản quản trị còn dùng được của từng máy, không quá ${asked.most}`,
        `Enabled administrators of each host, no more than ${asked.most}`,
      ];
  }
}
