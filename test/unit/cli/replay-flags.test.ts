/** Flags of `vonggac replay` that would do nothing are refused before anything is sent, with what to write instead. */
import { expect, it } from 'vitest';
import { vonggacHere } from '../../support/vonggac-command.ts';

it.each([
  [['auth.log', '--source', 'sshd', '--dry-run'], /^vonggac: --dry-run goes with --story NAME only/u],
  [['auth.log', '--source', 'sshd', '--speed', '5'], /^vonggac: --speed goes with --story NAME only/u],
  [['--remove-stories', '--dry-run'], /^vonggac: --dry-run goes with --story NAME only/u],
  [['--list', '--among-real'], /^vonggac: --among-real goes with --story NAME only/u],
  [['--story', 'crypto-miner', '--remove-stories'], /^vonggac: one of these at a time: a file, --story/u],
  [['auth.log', '--story', 'crypto-miner'], /^vonggac: one of these at a time: a file, --story/u],
  [['--story', 'crypto-miner', '--source', 'sshd'], /^vonggac: --source says what kind of log a file is/u],
  [['--story', 'crypto-miner', '--speed', '0'], /"0" is not a number above zero/u],
  [['--story', 'crypto-miner', '--at', 'noon'], /^vonggac: "noon" is no time; write it as 2026-/u],
  [['--story', 'crypto-miner', '--at', '2999-01-01'], /would end in the future/u],
  [['--story', 'crypto-miner', '--at', '2026-01-01', '--speed', '2'], /--at does not go with it/u],
  [['--story', 'no-such'], /there is no story "no-such"; there are: angry-administrator/u],
  [['--dry-run'], /^vonggac: --dry-run goes with --story NAME only/u],
  [[], /^vonggac: name a file and its --source, or a story/u],
])('replay %j', async (args, complaint) => {
  const { code, out, err } = await vonggacHere(['replay', ...args]);
  expect([code, out, err]).toEqual([2, '', expect.stringMatching(complaint)]);
});
