import { expect, test } from 'vitest';
import { checkJournal } from '../../../agent/doctor/check-journal.ts';
import { en } from '../../../agent/messages/en.ts';

test('without the journal there is nothing to say of it', async () => {
  expect(await checkJournal(undefined, [], en)).toEqual([]);
});

test('a file that holds the same messages is named, also when a pattern finds it', async () => {
  const tail = { channel: 'auto', encoding: 'auto', startAt: 'end', optional: true } as const;
  const tails = [
    { path: '/var/log/auth.log', ...tail },
    { path: '/var/log/sys*', ...tail },
    { path: '/var/log/nginx/access.log', ...tail },
  ];
  const checks = await checkJournal({ directory: '/nowhere', startAt: 'end' }, tails, en);
  expect(checks.slice(1).map(({ level, message }) => [level, message.split(' ')[0]])).toEqual([
    ['warn', '/var/log/auth.log'],
    ['warn', '/var/log/syslog'],
  ]);
  // Either journalctl is absent, or it says that the folder is.
  expect(checks[0]).toMatchObject({ name: 'journal', level: 'fail' });
});
