import { expect, it } from 'vitest';
import { readLine } from './helpers.ts';

it.each([
  [
    'install nmap:amd64 <none> 7.93-1',
    'package_installed',
    { 'package.name': 'nmap', 'package.version': '7.93-1', 'package.architecture': 'amd64' },
  ],
  [
    'upgrade libc6:amd64 2.36-9 2.36-10',
    'package_upgraded',
    { 'package.previous_version': '2.36-9', 'package.version': '2.36-10' },
  ],
  [
    'remove rsyslog:amd64 8.2302.0-1 <none>',
    'package_removed',
    { 'package.name': 'rsyslog', 'package.previous_version': '8.2302.0-1' },
  ],
  ['status installed libc6:amd64 2.36-10', 'package_status', { 'package.state': 'installed' }],
  ['configure nmap:amd64 7.93-1 <none>', 'package_configured', { 'package.version': '7.93-1' }],
  ['startup archives unpack', 'package_manager_started', { 'package.operation': 'archives unpack' }],
  [
    'conffile /etc/ssh/sshd_config keep',
    'package_conffile',
    { 'file.path': '/etc/ssh/sshd_config', 'package.decision': 'keep' },
  ],
])('%s', (text, action, fields) => {
  const event = readLine('dpkg', `2025-06-15 09:00:00 ${text}`);
  expect(event.parsed).toBe(true);
  expect(event.fields.toRecord()).toMatchObject({ 'event.action': action, ...fields });
  expect(event.logsources).toEqual([{ product: 'linux', service: 'dpkg' }]);
  expect(new Date(event.timeMs).toISOString()).toBe('2025-06-15T02:00:00.000Z');
});

it('keeps an unknown verb whole', () => {
  const event = readLine('dpkg', '2025-06-15 09:00:00 ponder x:amd64 1 2');
  expect(event.parsed).toBe(false);
  expect(event.message).toContain('ponder');
});
