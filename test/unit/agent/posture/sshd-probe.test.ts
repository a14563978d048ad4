/** What is in force by `sshd -T`, by the files where it does not answer, and what Match blocks weaken. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Finding } from '../../../../agent/posture/finding.ts';
import { HostView } from '../../../../agent/posture/host-view.ts';
import { probeSshd } from '../../../../agent/posture/probes/sshd-probe.ts';

let root: string;
beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), 'sshd-'));
  fs.mkdirSync(path.join(root, 'etc/ssh'), { recursive: true });
});
afterEach(() => fs.rmSync(root, { recursive: true }));

function ask(config: string, keyword: string, is: string, told?: string): Promise<Finding> {
  fs.writeFileSync(path.join(root, 'etc/ssh/sshd_config'), config);
  const view = new HostView(
    {
      root,
      run: () =>
        Promise.resolve(
          told === undefined
            ? { kind: 'absent' }
            : { kind: 'ended', code: 0, stdout: told, stderr: '', truncated: false },
        ),
    },
    Date.now,
  );
  return probeSshd({ keyword, value: { is } }, view);
}

test('the first value of a keyword counts, in quotes or behind an equals sign', async () => {
  expect(await ask('X11Forwarding no\nX11Forwarding yes\n', 'X11Forwarding', 'no')).toMatchObject({
    ok: true,
  });
  expect(await ask('x11forwarding="no"\n', 'X11Forwarding', 'no')).toMatchObject({ ok: true });
  expect(await ask('X11Forwarding = yes # here\n', 'X11Forwarding', 'no')).toMatchObject({
    ok: false,
    observed: 'X11Forwarding yes (/etc/ssh/sshd_config:1)',
  });
});

test('what sshd says of itself counts over its files', async () => {
  const told = 'x11forwarding no\nport 22\n';
  expect(await ask('X11Forwarding yes\n', 'X11Forwarding', 'no', told)).toMatchObject({ ok: true });
});

test('a Match block may not weaken it', async () => {
  const config = 'X11Forwarding no\nMatch User lan\n  X11Forwarding yes\nMatch all\nUsePAM yes\n';
  expect(await ask(config, 'X11Forwarding', 'no', 'x11forwarding no\n')).toMatchObject({
    ok: false,
    observed: 'Match User lan: X11Forwarding yes (/etc/ssh/sshd_config:3)',
  });
  expect(await ask(config, 'UsePAM', 'yes')).toMatchObject({ ok: true });
});

test('an older name of a keyword is known', async () => {
  expect(
    await ask('ChallengeResponseAuthentication no\n', 'KbdInteractiveAuthentication', 'no'),
  ).toMatchObject({ ok: true });
});

test('a default that nobody knows is not guessed', async () => {
  await expect(ask('', 'Ciphers', 'x')).rejects.toMatchObject({ code: 'not-tellable' });
});
