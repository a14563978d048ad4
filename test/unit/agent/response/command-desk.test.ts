/** What a host does of commands, true and false ones: real processes, real files, the session is the test. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import zlib from 'node:zlib';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { CommandAction, CommandBody, CommandReport } from '#protocol/command.ts';
import type { ResponseRecord } from '#protocol/response-record.ts';
import { responseRecordSchema } from '#protocol/response-record.ts';
import { commandReportSchema } from '#protocol/command.ts';
import type { UpMessage } from '#protocol/up.ts';
import { systemClock } from '../../../../agent/clock.ts';
import { thisHost, type Host } from '../../../../agent/host/host.ts';
import { runProgram } from '../../../../agent/host/run-program.ts';
import { CommandBook } from '../../../../agent/response/command-book.ts';
import { CommandDesk } from '../../../../agent/response/command-desk.ts';
import { readProcess } from '../../../../agent/response/kill-process.ts';
import { responseSchema } from '../../../../agent/response/response-config.ts';
import { PinnedKeys } from '../../../../agent/signing-keys.ts';
import { commandBody, signCommand } from '../../../support/agent/signed-command.ts';
import { newKey, tellKeys } from '../../../support/agent/signed-policy.ts';
import { makeFolder, removeFolder } from '../../../support/agent/spool-fixture.ts';

const AGENT = '6a2f41a3-c54c-4fce-8d37-2b5a8e1f0c11';
const ALL = ['isolate', 'kill-process', 'quarantine-file', 'disable-account', 'collect-bundle'];
const isRoot = process.getuid?.() === 0;

let folder: string;
const key = newKey();
beforeEach(() => {
  folder = makeFolder();
});
afterEach(() => removeFolder(folder));

/** One process of the agent on the folder, with a session open. */
function start(options: { allow?: readonly string[]; host?: Host; fileBytesMax?: number } = {}) {
  const { allow = ALL, host = thisHost, fileBytesMax = 1_000_000 } = options;
  const said: CommandReport[] = [];
  const records: ResponseRecord[] = [];
  const keys = new PinnedKeys(folder);
  keys.hear(tellKeys(newKey(), key));
  const desk = new CommandDesk({
    book: new CommandBook(folder),
    keys,
    agentId: AGENT,
    logger: pino({ level: 'silent' }),
    stateDir: folder,
    settings: responseSchema().parse({ allow, fileBytesMax }),
    host,
    clock: systemClock,
    signal: new AbortController().signal,
    put: (item) => records.push(...item.records.map((record) => responseRecordSchema.parse(record))),
  });
  const send = (message: UpMessage): void => void said.push(commandReportSchema.parse(message));
  desk.opened(send, { address: '127.0.0.1', port: 8443 });
  let counter = Date.now();
  /** Tells a command and waits until it is done. */
  const told = async (body: CommandBody): Promise<CommandReport | undefined> => {
    desk.receive(signCommand(key, body));
    await desk.settled();
    return said.at(-1);
  };
  const give = (command: CommandAction, more: Partial<CommandBody> = {}) =>
    told(commandBody(command, { counter: (counter += 1), ...more }));
  return { desk, said, records, told, do: give };
}

describe('a command is not begun when it', () => {
  const bundle: CommandAction = { action: 'collect-bundle' };
  const cheats: [string, () => ReturnType<typeof signCommand>, string][] = [
    ['is signed with another key', () => signCommand(newKey(), commandBody(bundle)), 'does not fit'],
    [
      'was changed on the way',
      () => ({ ...signCommand(key, commandBody(bundle)), body: JSON.stringify(commandBody(bundle)) }),
      'does not fit',
    ],
    [
      'is cut off',
      () => {
        const whole = signCommand(key, commandBody(bundle));
        return { ...whole, body: whole.body.slice(0, -3) };
      },
      'does not fit',
    ],
    [
      'holds a line break',
      () => ({ ...signCommand(key, commandBody(bundle)), body: '{\n}' }),
      'does not fit',
    ],
    ['is no JSON, though signed', () => signCommand(key, '{"id":'), 'no command that this version knows'],
    [
      'has fields that nobody knows',
      () => signCommand(key, JSON.stringify({ ...commandBody(bundle), also: 1 })),
      'no command',
    ],
    [
      'is an action that nobody knows',
      () => signCommand(key, JSON.stringify({ ...commandBody(bundle), command: { action: 'format-disk' } })),
      'no command',
    ],
    [
      'is meant for another host',
      () => signCommand(key, commandBody(bundle, { agentId: AGENT.replace('6', '7') })),
      'another host',
    ],
  ];
  test.each(cheats)('%s', async (_, cheat, why) => {
    const { desk, said, records } = start();
    desk.receive(cheat());
    await desk.settled();
    expect(said).toEqual([]);
    expect(records).toMatchObject([{ state: 'refused', detail: { forged: true } }]);
    expect(records[0]?.reason).toContain(why);
  });

  test('is forged again and again: after twenty nothing is said any more', () => {
    const { desk, records } = start();
    for (let count = 0; count < 100; count += 1) desk.receive(signCommand(newKey(), commandBody(bundle)));
    expect(records).toHaveLength(20);
  });

  test('is not allowed on this host, which allows nothing by default', async () => {
    const { do: give } = start({ allow: responseSchema().parse({}).allow });
    expect(await give(bundle)).toMatchObject({
      state: 'refused',
      message: expect.stringContaining('response.allow'),
    });
    expect(await give({ action: 'release' })).toMatchObject({ state: 'refused' });
  });

  test('came after its time', async () => {
    const { do: give } = start();
    expect(await give(bundle, { expiresMs: Date.now() - 1 })).toMatchObject({ state: 'refused' });
  });

  test('takes something away, and one person alone wanted it', async () => {
    const { do: give } = start();
    const kill: CommandAction = { action: 'kill-process', pid: 999_999, startedMs: 0, executable: '/bin/x' };
    for (const approvedBy of [undefined, 'user:an'])
      expect(await give(kill, { approvedBy })).toMatchObject({
        state: 'refused',
        message: expect.stringContaining('second person'),
      });
    expect(await give(kill, { approvedBy: undefined, dryRun: true })).toMatchObject({ state: 'failed' });
  });

  test('was sent before: by its number, and by its id it only tells again', async () => {
    const first = start();
    const body = commandBody(bundle, { counter: 20 });
    await first.told(body);
    const before = first.records.length;
    expect(first.said.at(-1)).toMatchObject({ id: body.id, state: 'done' });
    expect(await first.told(body)).toMatchObject({ id: body.id, state: 'done' });
    expect(first.records).toHaveLength(before);
    first.desk.receive(signCommand(key, commandBody(bundle, { counter: 19 })));
    expect(first.records.at(-1)).toMatchObject({
      state: 'refused',
      reason: expect.stringContaining('before'),
    });
    // After a restart, too.
    const second = start();
    second.desk.receive(signCommand(key, commandBody(bundle, { counter: 20 })));
    expect(second.records.at(-1)).toMatchObject({ state: 'refused' });
  });
});

describe('what became of a command', () => {
  const bundle: CommandAction = { action: 'collect-bundle' };

  test('is told until the collector has written it down, over sessions and restarts', async () => {
    const first = start();
    const body = commandBody(bundle);
    await first.told(body);
    expect(first.said.map(({ state }) => state)).toEqual(['accepted', 'done']);
    const second = start();
    expect(second.said).toMatchObject([{ id: body.id, state: 'done' }]);
    const { report = 0 } = second.said[0] ?? {};
    second.desk.receive({ type: 'command-ack', id: body.id, report });
    expect(start().said).toEqual([]);
  });

  test('is unknown when the agent ended in the middle of it, and it is never done again', async () => {
    const body = commandBody(bundle);
    new CommandBook(folder).begin({ id: body.id, counter: body.counter, action: 'collect-bundle' });
    const next = start();
    await next.desk.begin();
    expect(next.said).toMatchObject([{ id: body.id, state: 'unknown' }]);
    await next.told(body);
    expect(next.records.map(({ state }) => state)).toEqual(['unknown']);
  });

  test('is on record at the host with who wanted it, who approved it, and why', async () => {
    const { do: give, records } = start({ allow: ['collect-bundle'] });
    await give(bundle, { dryRun: true });
    expect(records[0]).toMatchObject({
      state: 'accepted',
      action: 'collect-bundle',
      reason: 'alert 81',
      detail: { requestedBy: 'user:an', approvedBy: 'user:binh', dryRun: true },
    });
    expect(records.at(-1)).toMatchObject({ state: 'rehearsed' });
  });

  test('a damaged book lets no old command in', () => {
    fs.writeFileSync(path.join(folder, 'commands.json'), '{');
    expect(() => new CommandBook(folder)).toThrow('commands.json');
  });
});

describe.skipIf(process.platform !== 'linux')('killing a process', () => {
  const children: ReturnType<typeof spawn>[] = [];
  afterEach(() => children.splice(0).forEach((child) => child.kill('SIGKILL')));
  async function sleeper() {
    const child = spawn('/bin/sleep', ['600'], { stdio: 'ignore' });
    children.push(child);
    await once(child, 'spawn');
    const { pid = 0 } = child;
    // Until it has become the program it was started as.
    let found = readProcess(pid);
    while (
      !(found?.executable ?? '').endsWith('/sleep') &&
      !(found?.executable ?? '').endsWith('coreutils')
    ) {
      await new Promise((resolve) => setTimeout(resolve, 5)); // the pace of looking
      found = readProcess(pid);
    }
    const { startedMs = 0, executable = '' } = found ?? {};
    return {
      child,
      command: { action: 'kill-process' as const, pid, startedMs: Math.round(startedMs), executable },
    };
  }

  test('ends the one that is meant, after a rehearsal that does not', async () => {
    const { do: give } = start();
    const { child, command } = await sleeper();
    expect(await give(command, { dryRun: true })).toMatchObject({
      state: 'rehearsed',
      detail: { pid: command.pid },
    });
    expect(child.exitCode).toBeNull();
    const ended = once(child, 'exit');
    expect(await give(command)).toMatchObject({ state: 'done', detail: { pid: command.pid } });
    expect((await ended)[1]).toBe('SIGKILL');
    expect(await give(command)).toMatchObject({
      state: 'failed',
      message: expect.stringContaining('no process'),
    });
  });

  test('leaves one that is not meant running: another file, another begin', async () => {
    const { do: give } = start();
    const { child, command } = await sleeper();
    const others = [
      { ...command, executable: '/bin/other' },
      { ...command, startedMs: command.startedMs - 10_000 },
    ];
    for (const other of others) expect(await give(other)).toMatchObject({ state: 'refused' });
    expect(readProcess(command.pid)).toBeDefined();
    expect(child.exitCode).toBeNull();
  });

  test('never ends the agent, what it lives by, or threads of the kernel', async () => {
    const { do: give } = start();
    for (const pid of [process.pid, process.ppid]) {
      const { startedMs = 0, executable = '/x' } = readProcess(pid) ?? {};
      const command: CommandAction = {
        action: 'kill-process',
        pid,
        startedMs: Math.round(startedMs),
        executable,
      };
      expect(await give(command)).toMatchObject({
        state: 'refused',
        message: expect.stringContaining('lives by it'),
      });
    }
    const thread = fs
      .readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name) && name !== '1')
      .map((name) => readProcess(Number(name)))
      .find((one) => one?.isKernelThread === true);
    if (thread === undefined) return;
    const command: CommandAction = {
      action: 'kill-process',
      pid: thread.pid,
      startedMs: 0,
      executable: '/x',
    };
    expect(await give(command)).toMatchObject({
      state: 'refused',
      message: expect.stringContaining('kernel'),
    });
  });
});

describe('quarantine', () => {
  const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
  const content = '#!/bin/sh\necho bad\n';
  let file: string;
  beforeEach(() => {
    const elsewhere = path.join(folder, 'srv');
    fs.mkdirSync(elsewhere);
    folder = path.join(folder, 'state');
    fs.mkdirSync(folder);
    file = path.join(elsewhere, 'bad.sh');
    fs.writeFileSync(file, content, { mode: 0o751 });
    fs.chmodSync(file, 0o751);
  });
  const take = (named = file): CommandAction => ({
    action: 'quarantine-file',
    path: named,
    sha256: sha256(content),
  });

  test('takes a file away, encoded and for its owner alone, and gives it back as it was', async () => {
    const { do: give } = start();
    expect(await give(take(), { dryRun: true })).toMatchObject({ state: 'rehearsed' });
    expect(fs.existsSync(file)).toBe(true);
    const taken = await give(take());
    expect(taken).toMatchObject({
      state: 'done',
      detail: { path: fs.realpathSync(path.dirname(file)) + '/bad.sh' },
    });
    expect(fs.existsSync(file)).toBe(false);
    const store = path.join(folder, 'quarantine');
    expect(fs.statSync(store).mode & 0o777).toBe(0o700);
    expect(fs.readFileSync(path.join(store, `${taken?.id}.masked`)).includes('echo')).toBe(false);
    const back: CommandAction = { action: 'restore-file', quarantineId: taken?.id ?? '' };
    expect(await give(back)).toMatchObject({ state: 'done' });
    expect(fs.readFileSync(file, 'utf8')).toBe(content);
    expect(fs.statSync(file).mode & 0o777).toBe(0o751);
    expect(fs.readdirSync(store)).toEqual([]);
    expect(await give(back)).toMatchObject({ state: 'failed' });
  });

  test('gives nothing back over another file', async () => {
    const { do: give } = start();
    const taken = await give(take());
    fs.writeFileSync(file, 'new');
    const back: CommandAction = { action: 'restore-file', quarantineId: taken?.id ?? '' };
    expect(await give(back)).toMatchObject({
      state: 'failed',
      message: expect.stringContaining('another file'),
    });
    expect(fs.readFileSync(file, 'utf8')).toBe('new');
    expect(fs.readdirSync(path.dirname(file))).toEqual(['bad.sh']);
  });

  test('gives nothing back through a link that has taken the place of its folder', async () => {
    const { do: give } = start();
    const taken = await give(take());
    const was = path.dirname(file);
    const elsewhere = path.join(path.dirname(was), 'cron.d');
    fs.renameSync(was, `${was}-moved`);
    fs.mkdirSync(elsewhere);
    fs.symlinkSync(elsewhere, was);
    const back: CommandAction = { action: 'restore-file', quarantineId: taken?.id ?? '' };
    expect(await give(back)).toMatchObject({ state: 'failed' });
    expect(fs.readdirSync(elsewhere)).toEqual([]);
    expect(fs.readdirSync(path.join(folder, 'quarantine'))).toHaveLength(2);
  });

  test('takes nothing that is not meant, no link, no folder, nothing too large, nothing of the agent or the system', async () => {
    const { do: give } = start({ fileBytesMax: 100 });
    const link = path.join(path.dirname(file), 'link');
    fs.symlinkSync(file, link);
    const own = path.join(folder, 'identity.json');
    fs.writeFileSync(own, content);
    const large = path.join(path.dirname(file), 'large');
    fs.writeFileSync(large, 'x'.repeat(200));
    const wanted: [CommandAction, string][] = [
      [{ ...take(), sha256: sha256('other') } as CommandAction, 'another one'],
      [take(link), 'is a link'],
      [take(path.dirname(file)), 'no regular file'],
      [take(large), 'at most 100'],
      [take(own), 'belongs to the agent'],
      [take(path.join(folder, 'quarantine/../identity.json')), 'belongs to the agent'],
      [take('/proc/self/stat'), 'would not work'],
      [take(process.execPath), 'belongs to the agent'],
    ];
    for (const [command, why] of wanted)
      expect(await give(command)).toMatchObject({ state: 'refused', message: expect.stringContaining(why) });
    expect(await give(take('/nowhere/at/all'))).toMatchObject({ state: 'failed' });
    expect(fs.existsSync(file)).toBe(true);
    expect(
      fs.existsSync(path.join(folder, 'quarantine')) ? fs.readdirSync(path.join(folder, 'quarantine')) : [],
    ).toEqual([]);
  });
});

describe('a bundle', () => {
  test('holds processes, connections and accounts, without secrets, and is kept and sent', async () => {
    const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)', '--', '--password=hunter2'], {
      stdio: 'ignore',
    });
    await once(child, 'spawn');
    const { do: give, records } = start();
    const done = await give({ action: 'collect-bundle' });
    child.kill('SIGKILL');
    expect(done).toMatchObject({ state: 'done' });
    const facts = records.filter(({ detail }) => detail?.['fact'] !== undefined);
    expect(facts.length).toBe(done?.detail?.['facts']);
    const kinds = new Set(facts.map(({ detail }) => detail?.['fact']));
    for (const kind of ['process', 'account']) expect(kinds).toContain(kind);
    expect(facts.find(({ detail }) => detail?.['pid'] === process.pid)?.detail).toMatchObject({
      executable: process.execPath,
    });
    expect(JSON.stringify(facts)).not.toContain('hunter2');
    const text = zlib.gunzipSync(fs.readFileSync(String(done?.detail?.['file']))).toString();
    expect(text.trim().split('\n')).toHaveLength(facts.length);
    expect(text).not.toContain('hunter2');
  });
});

describe.skipIf(!isRoot || !fs.existsSync('/usr/sbin/usermod'))('disabling an account (root only)', () => {
  let host: Host;
  const shadow = (): Record<string, string[]> =>
    Object.fromEntries(
      fs
        .readFileSync(path.join(host.root, 'etc/shadow'), 'utf8')
        .trim()
        .split('\n')
        .map((line) => [line.split(':')[0] ?? '', line.split(':')]),
    );
  beforeEach(() => {
    const root = path.join(folder, 'root');
    fs.mkdirSync(path.join(root, 'etc'), { recursive: true });
    const write = (name: string, text: string): void =>
      fs.writeFileSync(path.join(root, 'etc', name), text, { mode: 0o640 });
    write(
      'passwd',
      'root:x:0:0::/root:/bin/sh\nan:x:1000:1000::/home/an:/bin/sh\nbinh:x:1001:1001::/home/binh:/bin/sh\n',
    );
    write('group', 'root:x:0:\nan:x:1000:\nbinh:x:1001:\nsudo:x:27:an,binh\n');
    write(
      'shadow',
      'root:*:20000:0:99999:7:::\nan:$y$aa:20000:0:99999:7::20700:\nbinh:$y$bb:20000:0:99999:7:::\n',
    );
    host = { root, run: runProgram };
  });
  const of = (action: 'disable-account' | 'enable-account', user: string): CommandAction => ({
    action,
    user,
  });

  test('locks it and lets it expire, and gives it back as it was', async () => {
    const { do: give } = start({ host });
    expect(await give(of('disable-account', 'an'), { dryRun: true })).toMatchObject({ state: 'rehearsed' });
    expect(shadow()['an']?.[1]).toBe('$y$aa');
    expect(await give(of('disable-account', 'an'))).toMatchObject({ state: 'done' });
    expect(shadow()['an']?.[1]).toBe('!$y$aa');
    expect(shadow()['an']?.[7]).toBe('1');
    // A second time must not lose what it was at first.
    await give(of('disable-account', 'an'));
    expect(await give(of('enable-account', 'an'))).toMatchObject({ state: 'done' });
    expect(shadow()['an']).toMatchObject({ 1: '$y$aa', 7: '20700' });
    expect(await give(of('enable-account', 'an'))).toMatchObject({ state: 'refused' });
  });

  test('never root, never the last who can administer, nobody who is not there', async () => {
    const { do: give } = start({ host });
    expect(await give(of('disable-account', 'root'))).toMatchObject({ state: 'refused' });
    expect(await give(of('disable-account', 'nobody-here'))).toMatchObject({ state: 'failed' });
    expect(await give(of('disable-account', 'an'))).toMatchObject({ state: 'done' });
    expect(await give(of('disable-account', 'binh'))).toMatchObject({
      state: 'refused',
      message: expect.stringContaining('last account'),
    });
    expect(shadow()['binh']?.[1]).toBe('$y$bb');
  });
});
