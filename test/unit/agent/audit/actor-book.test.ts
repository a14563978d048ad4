import { describe, expect, test } from 'vitest';
import { ActorBook } from '../../../../agent/audit/actor-book.ts';
import { auditFacts } from '../../../../agent/audit/event-facts.ts';
import { callLines, execLines, type CallOptions } from '../../../support/audit-records.ts';

const AT = 1_750_000_000_123;
const MODIFY = { syscall: 268, a: ['ffffff9c', '7f', '1ff', '0'], key: 'vonggac-fim', cwd: '/etc' } as const;

function book(...events: readonly Partial<CallOptions>[]): ActorBook {
  const made = new ActorBook({ realFolder: (folder) => folder });
  for (const event of events) {
    const facts = auditFacts(callLines({ ...MODIFY, ...event }).join('\n'));
    if (facts !== undefined) made.learn(facts);
  }
  return made;
}

describe('facts of an event', () => {
  test('are who, by which program, and which files', () => {
    const lines = callLines({
      ...MODIFY,
      exe: '/usr/bin/nano',
      euid: 0,
      proctitle: 'nano\0mật khẩu',
      names: { SYSCALL: 'fchmodat', AUID: 'an', UID: 'an', EUID: 'root' },
      paths: [
        { name: 'a b', nametype: 'NORMAL' },
        { name: '/srv/../etc/x', nametype: 'CREATE' },
      ],
    });
    expect(auditFacts(lines.join('\n'))).toEqual({
      at: AT,
      success: true,
      keys: ['vonggac-fim'],
      exe: '/usr/bin/nano',
      pid: 4_242,
      parentPid: 4_200,
      user: 'root',
      loginUser: 'an',
      commandLine: 'nano mật khẩu',
      isStart: false,
      files: [
        { name: 'a b', nametype: 'NORMAL', path: '/etc/a b' },
        { name: '/srv/../etc/x', nametype: 'CREATE', path: '/etc/x' },
      ],
    });
  });

  test('are none without a system call', () => {
    expect(
      auditFacts("type=USER_LOGIN msg=audit(1750000000.123:1): pid=1 msg='op=login res=success'"),
    ).toBeUndefined();
    expect(auditFacts('')).toBeUndefined();
  });
});

describe('who changed a file', () => {
  test('is found by the whole path and the time', () => {
    const actors = book({ paths: [{ name: 'passwd', nametype: 'NORMAL' }], exe: '/usr/bin/vipw' });
    expect(actors.find('/etc/passwd', AT - 10, AT + 10)).toMatchObject({ process: '/usr/bin/vipw', at: AT });
    expect(actors.find('/etc/passwd', AT + 1_000, AT + 2_000)).toBeUndefined();
    expect(actors.find('/etc/shadow', AT - 10, AT + 10)).toBeUndefined();
    expect(actors.find('/srv/passwd', AT - 10, AT + 10)).toBeUndefined();
  });

  test('is the last one of that time', () => {
    const paths = [{ name: '/etc/hosts', nametype: 'NORMAL' }];
    const actors = book(
      { paths, pid: 1 },
      { paths, pid: 2, time: '1750000001.000' },
      { paths, pid: 3, time: '1750000060.000' },
    );
    expect(actors.find('/etc/hosts', AT - 10, AT + 5_000)?.pid).toBe(2);
  });

  test('is known of both names of a file that was renamed', () => {
    const paths = [
      { name: '/etc/', nametype: 'PARENT' },
      { name: 'old', nametype: 'DELETE' },
      { name: 'new', nametype: 'CREATE' },
    ];
    const actors = book({ syscall: 82, a: ['7f00', '7f0000'], paths, key: 'anything' });
    for (const name of ['/etc/old', '/etc/new']) expect(actors.find(name, AT, AT)?.pid).toBe(4_242);
    expect(actors.find('/etc', AT, AT)).toBeUndefined();
  });

  test('is found by the name alone where the folder was named by a number', () => {
    const actors = book({ syscall: 263, a: ['5', '7f'], paths: [{ name: 'gone.txt', nametype: 'DELETE' }] });
    expect(actors.find('/srv/deep/gone.txt', AT, AT)?.pid).toBe(4_242);
  });

  test('is nobody who failed, only looked, or started a program', () => {
    const paths = [{ name: '/etc/hosts', nametype: 'NORMAL' }];
    const actors = book(
      { paths, success: false, exit: -13 },
      { paths, key: 'reading' },
      { paths, key: 'vonggac-exec' },
    );
    const facts = auditFacts(execLines(['/etc/hosts'], { key: 'vonggac-fim' }).join('\n'));
    if (facts !== undefined) actors.learn(facts);
    expect(actors.changes).toBe(0);
  });

  test('is found behind links', () => {
    const actors = new ActorBook({ realFolder: (folder) => folder.replace(/^\/bin/, '/usr/bin') });
    const facts = auditFacts(
      callLines({ ...MODIFY, paths: [{ name: '/bin/ls', nametype: 'NORMAL' }] }).join('\n'),
    );
    if (facts !== undefined) actors.learn(facts);
    expect(actors.find('/usr/bin/ls', AT, AT)?.pid).toBe(4_242);
    expect(actors.find('/bin/ls', AT, AT)?.pid).toBe(4_242);
  });

  test('is forgotten in time: memory is bounded', () => {
    const actors = new ActorBook({ changesMax: 100, perFileMax: 3, realFolder: (folder) => folder });
    for (let index = 0; index < 500; index += 1) {
      const name = `/etc/${index < 50 ? 'same' : index}`;
      const facts = auditFacts(callLines({ ...MODIFY, paths: [{ name, nametype: 'NORMAL' }] }).join('\n'));
      if (facts !== undefined) actors.learn(facts);
    }
    expect(actors.changes).toBe(100);
    expect(actors.find('/etc/499', AT, AT)).toBeDefined();
    expect(actors.find('/etc/same', AT, AT)).toBeUndefined();
  });
});
