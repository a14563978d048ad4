/** What the install commands hold: read as texts, since neither cmd nor PowerShell runs here. */
import { expect, test } from 'vitest';
import { installCommands } from '../../../collector/rollout/install-commands.ts';

const token = `vgjoin1.${'a'.repeat(12)}.${'b'.repeat(32)}.${'c'.repeat(43)}`;
const pin = 'd4'.repeat(32);
const msi = {
  name: 'vonggac-agent-0.2.0-x64.msi',
  kind: 'msi',
  version: '0.2.0',
  arch: 'x64',
  sha256: 'ab'.repeat(32),
} as const;
const facts = { url: 'https://soc.tinh.example:8443', token, pin, packages: [msi] };
const textOf = (way: string): string =>
  installCommands(facts).find((command) => command.way === way)?.text ?? '';

test.each(['powershell', 'gpo'])(
  '%s: an old Windows is told to the collector it pins, and refused',
  (way) => {
    const text = textOf(way);
    expect(text).toContain('https://soc.tinh.example:8443/agent/v1/refusal');
    expect(text).toContain(pin);
    expect(text).toContain("throw 'Vong Gac: 64-bit Windows 10 / Server 2016+ only'");
    expect(text.indexOf('old-system')).toBeLessThan(text.indexOf('msiexec'));
  },
);

test('in a batch file the check is one line between quotation marks, without what cmd would read for itself', () => {
  const line =
    textOf('gpo')
      .split('\r\n')
      .find((one) => one.startsWith('powershell')) ?? '';
  const [, inside = '', after] =
    /^powershell -NoProfile -NonInteractive -Command "(.*)"(.*)$/.exec(line) ?? [];
  expect(inside).not.toMatch(/["%!]/);
  expect(after).toBe(' || exit /b 1');
  // cmd takes lines of at most 8,191 characters.
  expect(line.length).toBeLessThan(4_000);
});
