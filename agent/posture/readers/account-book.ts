/**
 * Accounts and groups with what their password entries say about themselves: whether there is one, by which scheme, how
 * old. The entries themselves stay in this file's local variables: no hash leaves it.
 */
import type { HostView } from '../host-view.ts';
import { NotAssessedError } from '../finding.ts';

export interface PasswordFacts {
  state: 'none' | 'locked' | 'set';
  /** crypt(5) id such as `6` or `y`; `des` for the old form; empty where no password is set. */
  scheme: string;
  /** Days since 1970; undefined where it does not say. */
  changedDay: number | undefined;
  ageDaysMax: number | undefined;
  inactiveDays: number | undefined;
}

export interface AccountEntry {
  name: string;
  uid: number;
  gid: number;
  home: string;
  shell: string;
  /** The password field of passwd is not `x`, so it is not in shadow. */
  isUnshadowed: boolean;
}

export interface AccountBook {
  accounts: readonly AccountEntry[];
  groups: readonly { name: string; gid: number; members: readonly string[] }[];
  uidMin: number;
  administrators: ReadonlySet<string>;
  /** @throws NotAssessedError when shadow cannot be read */
  passwords: () => ReadonlyMap<string, PasswordFacts>;
}

const UID_MIN = 1_000;
const ADMINISTRATORS: ReadonlySet<string> = new Set(['sudo', 'wheel', 'admin']);

export function readAccountBook(view: HostView): Promise<AccountBook> {
  return view.once('account book', async () => {
    const accounts = fieldsOf(await must('/etc/passwd', view)).map(
      ([name = '', password = '', uid = '', gid = '', , home = '', shell = '']): AccountEntry => ({
        name,
        uid: Number(uid),
        gid: Number(gid),
        home,
        shell,
        isUnshadowed: password !== 'x' && password !== '*' && !password.startsWith('!'),
      }),
    );
    const groups = fieldsOf(await must('/etc/group', view)).map(([name = '', , gid = '', members = '']) => ({
      name,
      gid: Number(gid),
      members: members.split(',').filter((member) => member !== ''),
    }));
    const loginDefs = (await view.text('/etc/login.defs')) ?? '';
    const uidMin = Number(/^\s*UID_MIN\s+(\d+)/m.exec(loginDefs)?.[1] ?? UID_MIN);
    const adminGroups = groups.filter(({ name }) => ADMINISTRATORS.has(name));
    const administrators = new Set([
      ...accounts
        .filter(({ uid, gid }) => uid === 0 || adminGroups.some((group) => group.gid === gid))
        .map(({ name }) => name),
      ...adminGroups.flatMap(({ members }) => members),
    ]);
    const shadow = await shadowOrWhy(view);
    return {
      accounts,
      groups,
      uidMin,
      administrators,
      passwords: () => {
        if (shadow instanceof NotAssessedError) throw shadow;
        return shadow;
      },
    };
  });
}

async function shadowOrWhy(view: HostView): Promise<ReadonlyMap<string, PasswordFacts> | NotAssessedError> {
  try {
    return new Map(
      fieldsOf(await must('/etc/shadow', view)).map(([name = '', ...rest]) => [name, passwordFacts(rest)]),
    );
  } catch (error) {
    if (error instanceof NotAssessedError) return error;
    throw error;
  }
}

function passwordFacts([field = '', changed, , ageMax, , inactive]: readonly (
  string | undefined
)[]): PasswordFacts {
  const state = field === '' ? 'none' : /^[!*]/.test(field) ? 'locked' : 'set';
  const [, id] = /^\$([^$]+)\$/.exec(field) ?? [];
  return {
    state,
    scheme: state === 'set' ? (id ?? (field.startsWith('_') ? 'bsdi' : 'des')) : '',
    changedDay: day(changed),
    ageDaysMax: day(ageMax),
    inactiveDays: day(inactive),
  };
}

function day(text: string | undefined): number | undefined {
  return text === undefined || !/^\d+$/.test(text) ? undefined : Number(text);
}

async function must(file: string, view: HostView): Promise<string> {
  const text = await view.text(file);
  if (text === undefined) throw new NotAssessedError('unreadable', `${file}: it is not there`);
  return text;
}

/** Lines of a directory service (`+`, `-`) are left out. */
function fieldsOf(text: string): string[][] {
  return text
    .split('\n')
    .filter((line) => /^[^#+\-\s:][^:]*:/.test(line))
    .map((line) => line.split(':'));
}
