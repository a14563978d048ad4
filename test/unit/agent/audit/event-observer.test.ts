import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AccountNames } from '../../../../agent/audit/account-names.ts';
import { ActorBook } from '../../../../agent/audit/actor-book.ts';
import { observeEvents } from '../../../../agent/audit/event-observer.ts';
import { ParentPrograms } from '../../../../agent/audit/parent-programs.ts';
import { callLines, execLines, hex } from '../../../support/audit-records.ts';
import { makeFolder, removeFolder } from '../../../support/agent/spool-fixture.ts';

const BOOT = 1_749_000_000;

let root: string;
let clock = 0;
let actors: ActorBook;

beforeEach(() => {
  root = makeFolder();
  clock = 0;
  actors = new ActorBook({ realFolder: (folder) => folder });
  write(
    'etc/passwd',
    'root:x:0:0::/root:/bin/sh\nan:x:1000:1000::/home/an:/bin/bash\nan2:x:1000:1000::/:/bin/sh\n',
  );
  write('etc/group', 'root:x:0:\ncan-bo:x:1000:an\n');
  write('proc/stat', `cpu 1 2 3\nbtime ${BOOT}\n`);
});

afterEach(() => removeFolder(root));

function write(name: string, text: string): void {
  const file = path.join(root, name);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, text);
}

function makeProcess(pid: number, exe: string, cmdline: string, startedSeconds: number): void {
  const fields = ['S', ...Array.from({ length: 18 }, () => '0'), String((startedSeconds - BOOT) * 100), '0'];
  write(`proc/${pid}/stat`, `${pid} (a) b) ${fields.join(' ')}\n`);
  write(`proc/${pid}/cmdline`, cmdline);
  fs.symlinkSync(exe, path.join(root, 'proc', String(pid), 'exe'));
}

function observer(): (lines: readonly string[]) => string | undefined {
  const observe = observeEvents({
    actors,
    names: new AccountNames(root, () => clock),
    parents: new ParentPrograms(path.join(root, 'proc')),
  });
  return (lines) => {
    const text = lines.join('\n');
    const { record } = observe({
      lane: 'security',
      record: { kind: 'log', at: 1, channel: 'linux-audit', origin: 'x', text },
    });
    expect(record.text.startsWith(text)).toBe(true);
    return record.text === text ? undefined : record.text.slice(text.length + 1);
  };
}

const OWN = 'type=VONGGAC_AGENT msg=audit(1750000000.123:1): ';

describe('names', () => {
  test('are added where auditd wrote none', () => {
    const observe = observer();
    expect(observe(callLines({ syscall: 1, uid: 1_000, euid: 0, auid: 4_294_967_295 }))).toBe(
      `${OWN}uid_1000="an" gid_1000="can-bo" uid_0="root"`,
    );
    expect(observe(callLines({ syscall: 1, uid: 77, euid: 77 }))).toBeUndefined();
  });

  test('are not added beside those of auditd', () => {
    expect(observer()(callLines({ syscall: 1, names: { UID: 'an' } }))).toBeUndefined();
  });

  test('follow the files, looked at every few seconds', () => {
    const observe = observer();
    const lines = callLines({ syscall: 1, uid: 2_000 });
    expect(observe(lines)).toBeUndefined();
    write('etc/passwd', 'moi:x:2000:2000::/:/bin/sh\n');
    fs.utimesSync(path.join(root, 'etc/passwd'), 1_800_000_000, 1_800_000_000);
    expect(observe(lines)).toBeUndefined();
    clock += 6_000;
    expect(observe(lines)).toBe(`${OWN}uid_2000="moi"`);
  });

  test('stand with who changed a file', () => {
    observer()(
      callLines({
        syscall: 268,
        a: ['ffffff9c'],
        key: 'vonggac-fim',
        uid: 1_000,
        euid: 0,
        cwd: '/',
        paths: [{ name: 'etc/x', nametype: 'NORMAL' }],
      }),
    );
    expect(actors.find('/etc/x', 1_750_000_000_000, 1_750_000_001_000)).toMatchObject({
      user: 'root',
      loginUser: 'an',
    });
  });
});

describe('the program that started another', () => {
  const names = { UID: 'an' };

  test('is what /proc shows of the parent', () => {
    makeProcess(4_200, '/usr/sbin/sshd', 'sshd: an [priv]\0', 1_749_999_999);
    expect(observer()(execLines(['id'], { names }))).toBe(
      `${OWN}parent_exe="/usr/sbin/sshd" parent_proctitle=${hex('sshd: an [priv]\0')}`,
    );
  });

  test('is not a process that was started after the event', () => {
    makeProcess(4_200, '/usr/bin/other', 'other\0', 1_750_000_002);
    expect(observer()(execLines(['id'], { names }))).toBeUndefined();
  });

  test('is what the audit told of a parent that has ended', () => {
    const observe = observer();
    expect(
      observe(execLines(['sh', '-c', 'id'], { names, pid: 4_200, ppid: 9, exe: '/usr/bin/dash' })),
    ).toBeUndefined();
    expect(observe(execLines(['id'], { names }))).toBe(
      `${OWN}parent_exe="/usr/bin/dash" parent_proctitle=${hex('sh -c id')}`,
    );
    // So much later the number may be another's.
    expect(observe(execLines(['id'], { names, time: '1750001000.000' }))).toBeUndefined();
  });
});
