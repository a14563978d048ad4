/**
 * Real commands under a real auditd: what reaches the store of a real collector, over rotations and killed agents; and
 * the agent's own rules in a real kernel.
 */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import { once } from 'node:events';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { readAuditState } from '../../agent/audit/audit-state.ts';
import { applyRules } from '../../agent/audit/install-rules.ts';
import { countRules, ownRules } from '../../agent/audit/own-rules.ts';
import { thisHost } from '../../agent/host/host.ts';
import { makeFolder, removeFolder } from '../support/agent/spool-fixture.ts';
import { auditdMissing, RealAuditd, TEST_KEY } from '../support/real-auditd.ts';
import { WatchPost } from '../support/watch-post.ts';

const missing = auditdMissing();
/** Commands of this group are those of the test: others that run on the machine are not audited. */
const GROUP = 54_321;

const eventsSchema = z.object({ events: z.array(z.object({ fields: z.record(z.string(), z.unknown()) })) });
type Fields = Record<string, unknown>;

describe.skipIf(missing !== undefined)(`auditd${missing === undefined ? '' : `: ${missing}`}`, () => {
  let folder: string;
  let auditd: RealAuditd;
  let post: WatchPost;

  beforeAll(async () => {
    folder = makeFolder();
    auditd = await RealAuditd.start(folder);
    fs.mkdirSync(path.join(folder, 'canary'));
    const agentArgs = ['--tail', `${auditd.log}=linux-audit`, '--watch', path.join(folder, 'canary')];
    auditd.addRule(`-a always,exit -F arch=b64 -F dir=${path.join(folder, 'canary')} -F perm=wa`, 'canary');
    post = await WatchPost.start({ agentArgs });
    auditd.addRule(`-a always,exit -F arch=b64 -S execve -F gid=${GROUP} -F success=1`, 'exec');
    // What is rotated away before the agent's first look is history, which is not read.
    sh('/bin/true ready');
    await post.until(starts, (found) => found.some(({ a1 }) => a1 === 'ready'));
  });

  afterAll(async () => {
    // What could not be started is not there.
    const started: { auditd: RealAuditd | undefined; post: WatchPost | undefined } = { auditd, post };
    await started.auditd?.stop();
    await started.post?.remove();
    removeFolder(folder);
  });

  const sh = (script: string): void => {
    execFileSync('/bin/sh', ['-c', script], { gid: GROUP, cwd: folder, stdio: 'ignore' });
  };

  async function stored(query: string): Promise<Fields[]> {
    const page = eventsSchema.safeParse(
      await post.get(`/events?channel=log/linux-audit&limit=1000&${query}`),
    );
    return page.success ? page.data.events.map(({ fields }) => fields) : [];
  }

  const starts = (): Promise<Fields[]> => stored('action=process_started');

  test('commands, files and connections are stored with who, what and from where', async () => {
    const watched = path.join(folder, 'watched');
    fs.mkdirSync(watched);
    auditd.addRule(`-a always,exit -F arch=b64 -S connect -F gid=${GROUP}`, 'connect');
    auditd.addRule(`-a always,exit -F arch=b64 -F dir=${watched} -F perm=wa`, 'files');
    const server = net.createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    sh(`cd watched && echo x > 'bí mật.txt' && /bin/chmod 600 'bí mật.txt' && /bin/mv 'bí mật.txt' b`);
    sh(`/usr/bin/env printf '%s' 'xin chào "bạn"'; true`);
    execFileSync(
      process.execPath,
      ['-e', `require('net').connect(${port}, '127.0.0.1').on('connect', () => process.exit())`],
      {
        gid: GROUP,
      },
    );
    server.close();

    const programs = await post.until(starts, (found) => found.some(({ a0 }) => a0 === 'printf'));
    expect(programs.find(({ a0 }) => a0 === 'printf')).toMatchObject({
      a1: '%s',
      a2: 'xin chào "bạn"',
      CommandLine: 'printf %s xin chào "bạn"',
      User: 'root',
      UID: 'root',
      CurrentDirectory: folder,
      key: `${TEST_KEY}-exec`,
      SYSCALL: 'execve',
    });
    const chmod = programs.find(({ a0 }) => a0 === '/bin/chmod');
    expect(chmod).toMatchObject({ CommandLine: '/bin/chmod 600 bí mật.txt', CurrentDirectory: watched });
    // The shell is gone by then: the audit itself told what it was.
    expect(String(chmod?.['ParentImage'])).toMatch(/\/(?:da|ba)?sh$/);
    expect(String(chmod?.['ParentCommandLine'])).toContain('echo x');

    const files = await post.until(
      () => stored(`file=${encodeURIComponent(`${watched}/b`)}`),
      (found) => found.length > 0,
    );
    expect(files[0]).toMatchObject({
      'event.action': 'file_renamed',
      nametype: expect.arrayContaining(['DELETE', 'CREATE']),
    });
    const secret = await stored(`file=${encodeURIComponent(`${watched}/bí mật.txt`)}`);
    expect(secret.map((fields) => String(fields['event.action'])).sort()).toEqual([
      'file_attributes_changed',
      'file_created',
    ]);

    const network = await post.until(
      () => stored('action=network_connected'),
      (found) => found.length > 0,
    );
    expect(network[0]).toMatchObject({
      DestinationIp: '127.0.0.1',
      DestinationPort: port,
      Initiated: 'true',
    });
  });

  test('integrity says who changed a watched file', async () => {
    const canary = path.join(folder, 'canary', 'tệp.txt');
    sh(`/usr/bin/tee canary/tệp.txt </etc/hostname`);
    const changes = async (): Promise<Fields[]> => {
      const page = eventsSchema.safeParse(
        await post.get(`/events?channel=integrity&file=${encodeURIComponent(canary)}`),
      );
      return page.success ? page.data.events.map(({ fields }) => fields) : [];
    };
    const [change] = await post.until(changes, (found) => found.length > 0);
    expect(change).toMatchObject({
      'process.executable': '/usr/bin/tee',
      'process.command_line': '/usr/bin/tee canary/tệp.txt',
      'user.name': 'root',
    });
  });

  test('every event once, whole, while the log rotates and the agent is killed', async () => {
    const rounds = 6;
    const perRound = 25;
    for (let round = 0; round < rounds; round += 1) {
      const numbers = Array.from({ length: perRound }, (_, index) => round * perRound + index);
      sh(numbers.map((number) => `/bin/true run-${number}`).join('\n'));
      if (round % 2 === 0) await auditd.rotate();
      else {
        const before = post.restarts.agent;
        await post.kill('agent');
        // One that is not back yet cannot be killed again.
        await post.until(
          ({ restarts }) => Promise.resolve(restarts.agent),
          (restarts) => restarts > before,
        );
      }
    }
    const wanted = Array.from({ length: rounds * perRound }, (_, number) => `run-${number}`).sort();
    const ran = async (): Promise<unknown[]> =>
      (await starts()).map(({ a1 }) => a1).filter((a1) => /^run-\d/.test(String(a1)));
    const found = await post.until(ran, (all) => all.length >= wanted.length);
    expect(found.map(String).sort()).toEqual(wanted);
    expect(post.restarts.agent).toBeGreaterThanOrEqual(rounds / 2);
  });
});

describe.skipIf(missing !== undefined)(
  `rules in a real kernel${missing === undefined ? '' : `: ${missing}`}`,
  () => {
    test('the rules of this agent are loaded by a real kernel, replaced, and taken away', async () => {
      const folder = makeFolder();
      const rules = path.join(folder, '60-vonggac.rules');
      // Rules of others, and what augenrules would write, are this machine's: only auditctl is run.
      const host = {
        root: '/',
        run: (name: string, args: readonly string[]) =>
          name === 'augenrules' ? Promise.resolve({ kind: 'absent' as const }) : thisHost.run(name, args),
      };
      const text = ownRules(thisHost, { stateDir: folder, watch: [{ path: '/etc' }], connections: true });
      const loaded = async (): Promise<number> => {
        const reading = await readAuditState(host);
        if (reading.kind !== 'read') throw new Error('the audit cannot be asked');
        return [...reading.state.rules.values()].reduce((sum, count) => sum + count, 0);
      };
      try {
        expect(await applyRules(host, { file: rules, before: undefined }, text)).toEqual({ kind: 'loaded' });
        expect(await loaded()).toBe(countRules(text));
        const wrong = `${text}-a always,exit -S no_such_call -F key=vonggac-x\n`;
        expect(await applyRules(host, { file: rules, before: text }, wrong)).toMatchObject({
          kind: 'failed',
        });
        expect(await loaded()).toBe(countRules(text));
      } finally {
        await applyRules(host, { file: rules, before: text }, undefined);
        removeFolder(folder);
      }
      expect(await loaded()).toBe(0);
    });
  },
);
