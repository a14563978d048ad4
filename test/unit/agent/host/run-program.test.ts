import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runProgram, whyNot } from '../../../../agent/host/run-program.ts';
import { spawnToEnd } from '../../../../agent/host/spawn-to-end.ts';

let folder: string;

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'vonggac-program-'));
});

afterEach(() => {
  fs.rmSync(folder, { recursive: true });
});

function script(name: string, text: string): string {
  const file = path.join(folder, name);
  fs.writeFileSync(file, `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  return file;
}

/** Ended children whose parent has gone may stay as zombies where nobody reaps them. */
function isRunning(pid: number): boolean {
  try {
    return !/\) Z /.test(fs.readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

describe.skipIf(process.platform === 'win32')('a program of the host', () => {
  test('is asked without a shell, in English, and with nothing of our environment', async () => {
    process.env['VONGGAC_TEST_SECRET'] = 'secret';
    try {
      const file = script('say', 'printf "%s|%s|%s" "$1" "$LC_ALL" "$VONGGAC_TEST_SECRET"; exit 3');
      expect(await runProgram(file, ['$(id) ; x'])).toEqual({
        kind: 'ended',
        code: 3,
        stdout: '$(id) ; x|C|',
        stderr: '',
        truncated: false,
      });
    } finally {
      delete process.env['VONGGAC_TEST_SECRET'];
    }
  });

  test('is looked for in the folders of the system, not in PATH', async () => {
    script('only-here', 'echo found');
    const path = process.env['PATH'];
    process.env['PATH'] = folder;
    try {
      expect(await runProgram('only-here', [])).toEqual({ kind: 'absent' });
      expect(await runProgram('only-here', [], { searchPath: [folder] })).toMatchObject({
        stdout: 'found\n',
      });
    } finally {
      process.env['PATH'] = path;
    }
  });

  test('that says too much is ended and what it said is kept', async () => {
    const file = script(
      'endless',
      'while :; do echo yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy; done',
    );
    const result = await runProgram(file, [], { stdoutBytesMax: 1_000 });
    expect(result).toMatchObject({ kind: 'ended', truncated: true });
    expect(result.kind === 'ended' ? result.stdout : '').toHaveLength(1_000);
  });

  test('that takes too long is ended with what it started', async () => {
    const file = script('slow', `sleep 100 &\necho $! > ${folder}/child\nwait`);
    expect(await runProgram(file, [], { timeoutMs: 300 })).toEqual({
      kind: 'failed',
      reason: 'it did not end within 0.3 s',
    });
    const child = Number(fs.readFileSync(path.join(folder, 'child'), 'utf8'));
    await expect.poll(() => isRunning(child)).toBe(false);
  });

  test('that leaves a child with its pipes behind has ended all the same', async () => {
    const file = script('daemon', 'sleep 5 &\necho done');
    expect(await runProgram(file, [])).toMatchObject({ kind: 'ended', code: 0, stdout: 'done\n' });
  });

  test('takes what it leaves behind in its group with it', async () => {
    const file = script('daemon', `sleep 100 >/dev/null 2>&1 &\necho $!`);
    const result = await runProgram(file, []);
    const child = result.kind === 'ended' ? Number(result.stdout) : 0;
    expect(child).toBeGreaterThan(0);
    await expect.poll(() => isRunning(child)).toBe(false);
  });

  test('whose grandchild keeps its output open from a group of its own has ended all the same', async () => {
    const file = script('stray', 'setsid sleep 3 &\necho done');
    expect(await runProgram(file, [])).toMatchObject({ kind: 'ended', code: 0, stdout: 'done\n' });
  });

  test.skipIf(process.platform !== 'linux')('gives way to others when it is asked to', async () => {
    const niceness = await runProgram(script('nice', 'sleep 0.2; nice'), [], { idle: true });
    expect(niceness).toMatchObject({ stdout: `${os.constants.priority.PRIORITY_LOW}\n` });
  });

  test('whose output is dropped beyond the limit goes on to its end', async () => {
    const file = script('long', 'head -c 300000 /dev/zero; exit 4');
    const end = await spawnToEnd(file, [], {
      timeoutMs: 20_000,
      outputBytesMax: 1_000,
      beyond: 'drop',
      complaintBytesMax: 10,
      searchPath: ['/usr/bin', '/bin'],
    });
    expect(end).toMatchObject({ exit: 4, outputBytes: 300_000, failure: undefined });
    expect(end.output).toHaveLength(1_000);
  });

  test('that cannot be started is told in words', async () => {
    const file = script('broken', '');
    fs.writeFileSync(file, '#!/no/such/program\n');
    expect(await runProgram(file, [])).toMatchObject({
      kind: 'failed',
      reason: expect.stringContaining('it cannot be started') as string,
    });
  });

  test('is ended when the agent stops', async () => {
    const stop = new AbortController();
    const answer = runProgram(script('slow', 'sleep 100'), [], { signal: stop.signal });
    stop.abort();
    expect(await answer).toEqual({ kind: 'failed', reason: 'the agent is stopping' });
  });

  test('without an answer is told in words', () => {
    expect(whyNot('rpm', { kind: 'absent' })).toBe('the program rpm is not installed');
    const ended = {
      kind: 'ended',
      code: 1,
      stdout: '',
      stderr: 'no database\nmore',
      truncated: false,
    } as const;
    expect(whyNot('rpm', ended)).toBe('rpm ended with 1: no database');
    expect(whyNot('rpm', { ...ended, code: 0 })).toBeUndefined();
  });
});
