/**
 * What the doctor makes of programs that guard a host, of blocked connections and files, and of Windows: by answers written the way the
 * programs of Windows write them, since none of them runs here.
 */
import 'reflect-metadata';
import fs from 'node:fs';
import path from 'node:path';
import { X509CertificateGenerator } from '@peculiar/x509';
import { describe, expect, test } from 'vitest';
import { checkProtectors } from '../../../../agent/doctor/check-protectors.ts';
import { checkWindowsAge, checkWindowsRights, unfitness } from '../../../../agent/doctor/check-windows.ts';
import { checkWriting } from '../../../../agent/doctor/check-writing.ts';
import type { Check } from '../../../../agent/doctor/check.ts';
import { adviceOf, inspectorOf, troubleOf } from '../../../../agent/doctor/connect-advice.ts';
import {
  findProtectors,
  LINUX_PROTECTORS,
  parseTasklist,
  WINDOWS_PROTECTORS,
} from '../../../../agent/doctor/protectors.ts';
import type { Host } from '../../../../agent/host/host.ts';
import { en } from '../../../../agent/messages/en.ts';
import { vi } from '../../../../agent/messages/vi.ts';
import { ConnectError, PinMismatchError } from '../../../../agent/transport/transport.ts';
import { makeFolder, removeFolder } from '../../../support/agent/spool-fixture.ts';

const TASKLIST = [
  '"System Idle Process","0","Services","0","8 K"',
  '"MsMpEng.exe","3120","Services","0","201,544 K"',
  '"BkavService.exe","4711","Services","0","88,120 K"',
  '"explorer.exe","5210","Console","1","140,008 K"',
].join('\r\n');

const excluded = {
  folders: [String.raw`C:\Program Files\VongGac\Agent`, String.raw`C:\ProgramData\VongGac\Agent`],
  program: String.raw`C:\Program Files\VongGac\Agent\runtimes\node.exe`,
  address: 'soc.tinh.example:8443',
};

function windows(answers: Readonly<Record<string, string>>): Host {
  return {
    root: '/nowhere',
    platform: 'win32',
    run: (name, args) => {
      const stdout = answers[`${name} ${args[0] ?? ''}`] ?? answers[name];
      return Promise.resolve(
        stdout === undefined
          ? { kind: 'absent' }
          : { kind: 'ended', code: 0, stdout, stderr: '', truncated: false },
      );
    },
  };
}

const antivirus = (...rows: { displayName: string; productState: number }[]): string =>
  `<<antivirus ok ${JSON.stringify(rows)}>>\r\n`;

describe('programs that guard the host', () => {
  test.each([
    ['guards', 0x04_11_00, true],
    ['snoozes', 0x04_01_00, false],
    ['guards with old signatures', 0x06_10_10, true],
    ['is off', 0x06_00_10, false],
  ])('a registered one that %s', (_, state, isOn) => {
    expect(findProtectors(WINDOWS_PROTECTORS, [], [{ name: 'ESET Security', state }])).toEqual([
      { key: 'eset', name: 'ESET Security', isOn },
    ]);
  });

  test('Defender that gave way to another one is off, whatever its process says', () => {
    const found = findProtectors(WINDOWS_PROTECTORS, parseTasklist(TASKLIST), [
      { name: 'Windows Defender', state: 0x06_01_00 },
      { name: 'Bkav Pro Internet Security', state: 0x04_10_00 },
      { name: 'Người Gác', state: undefined },
    ]);
    expect(found.map(({ key, isOn }) => [key, isOn])).toEqual([
      ['bkav', true],
      ['other', undefined],
      ['defender', false],
    ]);
  });

  test.each([
    ['avp.exe', 'kaspersky'],
    ['CMCCore.exe', 'cmc'],
    ['ekrn.exe', 'eset'],
    ['NTRtScan.exe', 'trend-micro'],
    ['ccSvcHst.exe', 'symantec'],
    ['AvastSvc.exe', 'avast'],
    ['CSFalconService.exe', 'crowdstrike'],
  ])('%s is known by its process, as on servers that register nothing', (process, key) => {
    expect(findProtectors(WINDOWS_PROTECTORS, [process], [])).toMatchObject([{ key, isOn: true }]);
  });

  test('is named with what to exclude; as the likely cause only where something failed', async () => {
    const state = antivirus({ displayName: 'Bkav Pro', productState: 0x04_10_00 });
    const host = windows({ tasklist: TASKLIST, powershell: state });
    const blocked: Check[] = [{ name: 'collector', level: 'fail', message: '' }];
    const found = await checkProtectors(host, excluded, blocked, vi);
    const bkav = found.find(({ message }) => message.includes('Bkav'));
    expect(bkav).toMatchObject({ name: 'protector', level: 'warn' });
    expect(bkav?.message).toContain('có thể Bkav Pro đang cản tác nhân');
    for (const part of [...excluded.folders, excluded.program, excluded.address])
      expect(bkav?.message).toContain(part);
    const quiet = await checkProtectors(host, excluded, [{ name: 'disk', level: 'fail', message: '' }], en);
    expect(quiet.every(({ level }) => level === 'ok')).toBe(true);
  });

  test('is found by its process where PowerShell is forbidden', async () => {
    const found = await checkProtectors(windows({ tasklist: TASKLIST }), excluded, [], en);
    expect(found.map(({ message }) => message.split(' guards')[0])).toEqual(['Microsoft Defender', 'Bkav']);
  });

  test('on Linux, by what the kernel calls it', async () => {
    const root = makeFolder();
    for (const [pid, comm] of [
      [1, 'systemd'],
      [77, 'clamonacc'],
      [78, 'osqueryd'],
    ] as const) {
      fs.mkdirSync(path.join(root, 'proc', String(pid)), { recursive: true });
      fs.writeFileSync(path.join(root, 'proc', String(pid), 'comm'), `${comm}\n`);
    }
    const host: Host = { root, run: () => Promise.resolve({ kind: 'absent' }) };
    const found = await checkProtectors(host, { ...excluded, folders: ['/var/lib/vonggac-agent'] }, [], en);
    expect(found.map(({ message }) => message)).toEqual([
      expect.stringMatching(/OnAccessExcludePath.*\/var\/lib\/vonggac-agent/),
      expect.stringContaining('--disable_audit=true'),
    ]);
    removeFolder(root);
  });

  test('every name of a process is as the kernel keeps it', () => {
    const long = LINUX_PROTECTORS.flatMap(({ processes }) => processes).filter((name) => name.length > 15);
    expect(long).toEqual([]);
  });
});

const withCode = (code: string): Error => Object.assign(new Error(code), { code });
const failed = (cause: unknown): ConnectError => new ConnectError('cannot connect', { cause });

describe('a connection that failed', () => {
  test.each([
    ['EACCES', 'filtered'],
    ['EPERM', 'filtered'],
    ['ECONNREFUSED', 'refused'],
    ['ECONNRESET', 'reset'],
    ['ETIMEDOUT', 'silent'],
    ['ENETUNREACH', 'no-way'],
  ])('by %s is %s', (code, trouble) => {
    expect(troubleOf(failed(withCode(code)))).toBe(trouble);
    expect(troubleOf(failed(new AggregateError([withCode(code)])))).toBe(trouble);
    expect(adviceOf(failed(withCode(code)), 'soc:8443', vi)).not.toBe('');
  });

  test('without an answer is dropped, cut in the handshake is reset, and what is not known is not guessed', () => {
    expect(troubleOf(new ConnectError('soc:8443 did not answer within 10000 ms'))).toBe('silent');
    expect(troubleOf(new ConnectError('soc closed the connection during the TLS handshake'))).toBe('reset');
    expect(adviceOf(failed(withCode('EMFILE')), 'soc:8443', en)).toBe('');
  });

  test('at somebody who opens TLS names who made the certificate', async () => {
    const make = async (name: string): Promise<Uint8Array> => {
      const keys = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, [
        'sign',
        'verify',
      ]);
      const made = await X509CertificateGenerator.createSelfSigned({
        name,
        keys,
        signingAlgorithm: { name: 'ECDSA', hash: 'SHA-256' },
      });
      return new Uint8Array(made.rawData);
    };
    const kaspersky = await make('CN=Kaspersky Anti-Virus Personal Root Certificate, O=AO Kaspersky Lab');
    expect(inspectorOf(kaspersky)?.known).toBe('Kaspersky');
    const pin = (der: Uint8Array): string => adviceOf(new PinMismatchError('a', 'b', der), 'soc:8443', en);
    expect(pin(kaspersky)).toContain('made by Kaspersky');
    expect(pin(kaspersky)).toContain('soc:8443');
    expect(pin(await make('CN=Loc web xa'))).toContain('issued by "Loc web xa"');
    expect(adviceOf(new PinMismatchError('a', 'b'), 'soc:8443', en)).toBe('');
  });
});

describe('the state folder', () => {
  test('is written to, and nothing is left behind', () => {
    const folder = makeFolder();
    expect(checkWriting(folder, en)).toMatchObject([{ level: 'ok', name: 'spool' }]);
    expect(fs.readdirSync(folder)).toEqual([]);
    removeFolder(folder);
  });

  test.each([
    ['EBUSY', 'held by another program'],
    ['EPERM', 'may not be written'],
    ['ENOSPC', 'full'],
    ['EROFS', 'read-only'],
    ['EIO', 'check the disk'],
  ])('where a file cannot be replaced (%s) it is said why', (code, words) => {
    const folder = makeFolder();
    const renameSync = (): never => {
      throw withCode(code);
    };
    const [check] = checkWriting(folder, en, { ...fs, renameSync });
    expect(check?.level).toBe('fail');
    expect(check?.message).toContain(words);
    expect(fs.readdirSync(folder)).toEqual([]);
    removeFolder(folder);
  });
});

describe('Windows', () => {
  test.each([
    ['6.1.7601', 'x64', undefined, 'old-system'],
    ['6.3.9600', 'x64', undefined, 'old-system'],
    ['10.0.10240', 'x64', undefined, 'old-system'],
    ['10.0.14393', 'x64', undefined, undefined],
    ['10.0.22631', 'x64', undefined, undefined],
    ['10.0.19045', 'ia32', undefined, 'not-64-bit'],
    ['10.0.19045', 'ia32', 'AMD64', undefined],
  ])('%s %s (%s)', (release, arch, wow64, unfit) => {
    expect(unfitness({ release, arch, wow64 })).toBe(unfit);
    expect(checkWindowsAge({ release, arch, wow64 }, vi)[0]?.level).toBe(unfit === undefined ? 'ok' : 'fail');
  });

  const LABEL = (sid: string): string =>
    String.raw`"Mandatory Label\Level","Label","${sid}",""` +
    '\r\n"BUILTIN\\Administrators","Alias","S-1-5-32-544",""';
  test.each([
    ['the system', String.raw`"nt authority\system","S-1-5-18"`, LABEL('S-1-16-16384'), 'ok'],
    ['an administrator', String.raw`"pc\an","S-1-5-21-1-2-3-1001"`, LABEL('S-1-16-12288'), 'ok'],
    ['one without the rights', String.raw`"pc\an","S-1-5-21-1-2-3-1001"`, LABEL('S-1-16-8192'), 'fail'],
    ['a user', String.raw`"pc\ba","S-1-5-21-1-2-3-1002"`, '"x","Label","S-1-16-8192",""', 'fail'],
  ])('asked as %s', async (_, user, groups, level) => {
    const host = windows({ 'whoami /user': user, 'whoami /groups': groups });
    expect(await checkWindowsRights(host, en)).toMatchObject([{ name: 'rights', level }]);
  });
});
