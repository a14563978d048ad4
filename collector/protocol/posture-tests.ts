/**
 * The kinds of tests a posture check consists of, one schema each. They name what is looked at and how it must be;
 * nothing here can run a program of its choosing or write anything.
 */
import { z } from 'zod';
import { patternSchema, valueTestSchema } from './posture-value.ts';

const LIST_MAX = 50;

/** Absolute, without `..`; `*` and `?` stand for characters of one name. */
export const hostPath = z
  .string()
  .min(2)
  .max(256)
  .regex(/^\/[^\0\n]*$/, 'must be an absolute path')
  .refine((text) => !text.split('/').includes('..'), 'must not lead upwards');
const paths = z.array(hostPath).min(1).max(LIST_MAX);
/** Names of settings, units, packages, modules, accounts: never an option, never a path. */
const plainName = z
  .string()
  .min(1)
  .max(128)
  .regex(/^[A-Za-z0-9_][A-Za-z0-9_.:@+-]*$/, 'must be a plain name');
const names = z.array(plainName).min(1).max(LIST_MAX);
const whenAbsent = z.enum(['pass', 'fail']);

export const fileTestSchema = z
  .strictObject({
    paths,
    /** At least one of them is there (true), none is (false). */
    exists: z.boolean().optional(),
    /** A line of one of them matches; no line of any does. Lines that begin with `#` are not looked at. */
    matches: patternSchema.optional(),
    lacks: patternSchema.optional(),
    /** What it means for `matches` and `lacks` that none is there; left out: `fail` and `pass`. */
    absent: whenAbsent.optional(),
  })
  .refine(
    ({ exists, matches, lacks }) => exists !== undefined || matches !== undefined || lacks !== undefined,
    'give exists, matches or lacks',
  );

export const SETTING_FORMS = ['equals', 'words', 'ini', 'shell'] as const;

export const settingTestSchema = z.strictObject({
  /** In the order in which the program reads them. */
  files: paths,
  /** `key = value`, `key value`, the same in `[sections]`, `KEY="value"`. */
  form: z.enum(SETTING_FORMS),
  section: z.string().min(1).max(128).optional(),
  key: z.string().min(1).max(128),
  /** Which one counts when it is set more than once; left out: the last. */
  wins: z.enum(['first', 'last']).optional(),
  value: valueTestSchema,
  /** What the program does when nothing is set; left out: then the test fails. */
  default: z.string().max(256).optional(),
});

/** Read-only commands, each with the arguments it is run with: `agent/posture/commands.ts`. */
export const POSTURE_COMMANDS = [
  'aa-status',
  'apt-config',
  'auditctl-rules',
  'auditctl-status',
  'crypto-policy',
  'firewall-cmd-state',
  'getenforce',
  'iptables-rules',
  'nft-ruleset',
  'sshd-effective',
  'ufw-status',
] as const;
export type PostureCommand = (typeof POSTURE_COMMANDS)[number];

export const commandTestSchema = z
  .strictObject({
    run: z.enum(POSTURE_COMMANDS),
    /** A line of what it writes matches; none does. */
    matches: patternSchema.optional(),
    lacks: patternSchema.optional(),
  })
  .refine(({ matches, lacks }) => matches !== undefined || lacks !== undefined, 'give matches or lacks');

export const permissionTestSchema = z
  .strictObject({
    paths,
    /** Octal: no bit beyond these may be set. */
    modeMax: z
      .string()
      .regex(/^0?[0-7]{3,4}$/, 'must be an octal mode such as 0640')
      .optional(),
    owners: names.optional(),
    groups: names.optional(),
    /** Everything below folders too, so deep and so much at most. */
    below: z
      .strictObject({
        depthMax: z.int().min(1).max(8),
        what: z.enum(['files', 'folders', 'all']).default('all'),
      })
      .optional(),
    /** What it means that none is there; left out: it fails. */
    absent: whenAbsent.optional(),
  })
  .refine(
    ({ modeMax, owners, groups }) => modeMax !== undefined || owners !== undefined || groups !== undefined,
    'give modeMax, owners or groups',
  );

export const serviceTestSchema = z
  .strictObject({
    /** True: one of them is so; false: none is. */
    names,
    enabled: z.boolean().optional(),
    active: z.boolean().optional(),
  })
  .refine(({ enabled, active }) => enabled !== undefined || active !== undefined, 'give enabled or active');

export const packageTestSchema = z.strictObject({
  /** True: one of them is installed; false: none is. */
  names,
  installed: z.boolean(),
  /** Compared as the host's package manager does. */
  versionMin: z.string().min(1).max(128).optional(),
});

export const sysctlTestSchema = z.strictObject({
  key: z.string().regex(/^[a-z0-9_]+(?:[.-][A-Za-z0-9_-]+)+$/, 'must be the name of a kernel parameter'),
  value: valueTestSchema,
  /** What the kernel starts with when no file sets it; left out: then a file must. */
  default: z.string().max(256).optional(),
  /** Whether it must be so after the next start too; left out: yes. */
  persisted: z.boolean().optional(),
});

export const sshdTestSchema = z.strictObject({
  keyword: plainName,
  value: valueTestSchema,
});

export const pamTestSchema = z.strictObject({
  /** Names in /etc/pam.d; the first that is there is read, with what it includes. */
  services: names,
  type: z.enum(['auth', 'account', 'password', 'session']),
  /** One of them is in the stack (or none of them, with `present: false`). */
  modules: names,
  present: z.boolean().optional(),
  controls: z.array(z.string().min(1).max(64)).min(1).max(10).optional(),
  /** An argument of the module: alone, or with a value. */
  argument: z.string().min(1).max(64).optional(),
  value: valueTestSchema.optional(),
});

export const mountTestSchema = z
  .strictObject({
    path: hostPath,
    /** It is a file system of its own. */
    separate: z.boolean().optional(),
    options: names.optional(),
  })
  .refine(
    ({ separate, options }) => separate !== undefined || options !== undefined,
    'give separate or options',
  );

export const moduleTestSchema = z.strictObject({
  /** None of them is loaded, nor can be by itself: blocked in modprobe.d, or not there at all. */
  blocked: names,
});

export const ACCOUNT_FACTS = [
  'empty-password',
  'root-uid-shared',
  'uid-shared',
  'name-twice',
  'group-id-shared',
  'group-name-twice',
  'group-missing',
  'not-shadowed',
  'weak-hash',
  'system-account-with-shell',
  'home-missing',
  'home-open',
  'password-age-over',
  'password-changed-in-future',
  'idle-over',
  'inactive-over',
  'root-group-shared',
  'shadow-group-member',
  'dangerous-file-at-home',
] as const;
export type AccountFact = (typeof ACCOUNT_FACTS)[number];

/** Facts about local accounts of which there must be none; names are told, hashes never. */
export const accountsTestSchema = z.strictObject({
  none: z.enum(ACCOUNT_FACTS),
  /** Days, for facts with `over`. */
  daysMax: z.int().min(1).max(36_500).optional(),
  /** Only accounts that may administer: root, and members of sudo, wheel, admin. */
  administrators: z.literal(true).optional(),
  except: names.optional(),
});

const directiveFields = {
  directive: plainName,
  /** The first argument, where a directive may stand several times: `X-Frame-Options` of `add_header`. */
  about: z.string().min(1).max(128).optional(),
  value: valueTestSchema.optional(),
  /** What the program does when nothing is set; left out: that it is absent fails, unless `present` is false. */
  default: z.string().max(256).optional(),
  /** False: it must stand nowhere (with such a value, if one is given). */
  present: z.boolean().optional(),
};

export const nginxTestSchema = z.strictObject({
  ...directiveFields,
  /** Of every such block, with what it inherits. */
  in: z.enum(['main', 'http', 'server', 'location']),
  /** Only server blocks that listen with TLS. */
  tls: z.literal(true).optional(),
});

export const apacheTestSchema = z.strictObject({
  ...directiveFields,
  /** Of the server as a whole; of every virtual host, with what it inherits; of the section of a folder. */
  in: z.enum(['server', 'virtual-host', 'directory']),
  /** Of which folder's section, for `directory`. */
  folder: z.string().min(1).max(256).optional(),
  /** Only virtual hosts with SSLEngine on. */
  tls: z.literal(true).optional(),
});

export const postgresqlTestSchema = z.strictObject({
  /** In every cluster of the host. */
  setting: plainName,
  value: valueTestSchema,
  default: z.string().max(256).optional(),
});

/** Lines of pg_hba.conf of which there must be none (or one, with `present: true`). */
export const hbaTestSchema = z.strictObject({
  types: z
    .array(z.enum(['local', 'host', 'hostssl', 'hostnossl', 'hostgssenc', 'hostnogssenc']))
    .min(1)
    .optional(),
  methods: names.optional(),
  users: z.array(z.string().min(1).max(64)).min(1).max(LIST_MAX).optional(),
  databases: z.array(z.string().min(1).max(64)).min(1).max(LIST_MAX).optional(),
  /** Addresses with a prefix shorter than this: IPv4 as it is, IPv6 four times as long. */
  prefixBelow: z.int().min(1).max(32).optional(),
  /** Of connections from elsewhere only. */
  remote: z.literal(true).optional(),
  present: z.boolean().optional(),
});

export const SUDO_FACTS = ['nopasswd', 'no-authenticate', 'all-for-everyone', 'open-file'] as const;

export const sudoersTestSchema = z
  .strictObject({
    /** Rules of which there must be none. */
    none: z.enum(SUDO_FACTS).optional(),
    /** A Defaults option that must be on, or have such a value. */
    option: plainName.optional(),
    value: valueTestSchema.optional(),
    default: z.string().max(256).optional(),
  })
  .refine(
    ({ none, option }) => (none === undefined) !== (option === undefined),
    'give either none or option',
  );

export const cronTestSchema = z.strictObject({
  /** Jobs of root, of which there must be none, whose program somebody else can change or put in place. */
  none: z.literal('changeable-program'),
});

/** Of the machine's settings, or below `HKU\*` of each user who is signed in; not of what holds secrets. */
const registryKey = z
  .string()
  .max(256)
  .regex(
    /^(?:HKLM\\(?:SOFTWARE|SYSTEM)|HKU\\\*\\(?:Software|Control Panel))(?:\\[^\\/:*?"<>|\p{Cc}]+)+$/u,
    'must be a key such as HKLM\\SOFTWARE\\... or HKU\\*\\Software\\...',
  );

export const registryTestSchema = z
  .strictObject({
    key: registryKey,
    name: z.string().max(128),
    value: valueTestSchema.optional(),
    /** What Windows does when nothing is set; left out: then the test fails. */
    default: z.string().max(256).optional(),
    /** It is set (to anything), or it is not. */
    exists: z.boolean().optional(),
  })
  .refine(
    ({ value, exists }) => (value === undefined) !== (exists === undefined),
    'give either value or exists',
  );

/** Of `secedit /export`: passwords, lockout, privileges. */
export const secpolTestSchema = z.strictObject({
  section: z.enum(['System Access', 'Event Audit', 'Privilege Rights']),
  name: plainName,
  value: valueTestSchema,
  default: z.string().max(256).optional(),
});

/** Of the audit policy in force. */
export const auditpolTestSchema = z.strictObject({
  /** The subcategory's number. */
  subcategory: z
    .string()
    .regex(/^\{[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}\}$/, 'must be a GUID in upper case'),
  audits: z.enum(['success', 'failure', 'both']),
});

export const eventlogTestSchema = z.strictObject({
  log: z.string().regex(/^[A-Za-z][A-Za-z0-9 /()_-]{0,127}$/, 'must be the name of a log'),
  bytesMin: z.int().min(1),
});

/** What Windows tells of itself: `agent/windows/cim-sections.ts`. */
export const WINDOWS_FACTS = [
  'administrators',
  'antivirus',
  'bitlocker',
  'defender',
  'firewall',
  'hotfixes',
  'services',
  'users',
] as const;
export type WindowsFacts = (typeof WINDOWS_FACTS)[number];

/** How many of them there may be that are so. */
export const windowsTestSchema = z
  .strictObject({
    of: z.enum(WINDOWS_FACTS),
    /** By field; of a time the field with `Days` behind it is how many days ago it was. */
    where: z.record(plainName, valueTestSchema).default({}),
    min: z.int().min(0).optional(),
    max: z.int().min(0).optional(),
  })
  .refine(({ min, max }) => min !== undefined || max !== undefined, 'give min or max');

export const listeningTestSchema = z.strictObject({
  protocol: z.enum(['tcp', 'udp']),
  ports: z.array(z.int().min(1).max(65_535)).min(1).max(LIST_MAX),
  /** None of them is open; none beyond this host's own addresses 127.0.0.0/8 and ::1. */
  open: z.enum(['never', 'loopback']),
});
