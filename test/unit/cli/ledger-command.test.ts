/** `vonggac ledger`: one table, the reasons, and an exit code that scripts can trust. */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { messagesIn, type Language } from '../../../collector/cli/language.ts';
import { runProgram } from '../../../collector/cli/program.ts';
import { dataFolder } from '../../../collector/registry/data-folder.ts';
import { openRegistry } from '../../../collector/registry/database.ts';
import { enrolAgent } from '../../../collector/registry/enrolment.ts';
import { createJoinToken } from '../../../collector/registry/join-tokens.ts';
import { applyCount } from '../../../collector/registry/ledger-count.ts';
import { recordAccounts } from '../../../collector/registry/ledger-told.ts';
import { enrolRequest, temporaryFolder } from '../registry/registry-fixture.ts';

const HOUR_MS = 3_600_000;
const HOUR = Math.floor(Date.now() / HOUR_MS);

let folder: { path: string; remove: () => void };
let dataDir: string;
let agentId: string;

beforeEach(() => {
  folder = temporaryFolder();
  dataDir = path.join(folder.path, 'data');
  mkdirSync(dataDir);
});
afterEach(() => folder.remove());

/** One host that read 100 records, of which a limit held back 10, and `stored` are stored. */
async function write(stored: number): Promise<void> {
  const registry = await openRegistry({ file: dataFolder(dataDir).registry });
  const outcome = await enrolAgent(registry, enrolRequest(await createJoinToken(registry, {}, 'test')), '');
  if (!outcome.ok) throw new Error(outcome.fault);
  ({ agentId } = outcome);
  const place = { lane: 1, channel: 'log/sshd' };
  const entry = { ...place, hourMs: HOUR * HOUR_MS, produced: 100, limited: { rate: 10 }, dropped: {} };
  const epoch = 'e'.repeat(32);
  const account = { agentId, epoch, countsId: epoch, entries: [entry], sinceMs: 0 };
  await recordAccounts(registry.db, [{ ...account, lanes: [{ lane: 1, seq: 90 }] }], Date.now());
  const tally = { agentId, epoch, ...place, readHour: HOUR, rejected: false, rows: stored };
  const tallies = [{ ...tally, seqMin: 91 - stored, seqMax: 90 }];
  await applyCount(registry.db, { afterBatch: 0, toBatch: 1, tallies, resets: [], nowMs: Date.now() });
  await registry.close();
}

async function ledger(
  args: string[],
  language: Language = 'en',
): Promise<{ exitCode: number; lines: string[] }> {
  const lines: string[] = [];
  const exitCode = await runProgram(['ledger', ...args], {
    m: messagesIn(language),
    language,
    env: { VONGGAC_DATA: dataDir },
    version: '1.2.3',
    print: (line) => lines.push(line),
    complain: (line) => lines.push(line),
  });
  return { exitCode, lines };
}

describe('vonggac ledger', () => {
  it('says what became of the records, with the reasons, and leaves out what is 0', async () => {
    await write(90);
    const { exitCode, lines } = await ledger([]);
    expect(exitCode).toBe(0);
    expect(lines).toEqual([
      'Channel   Read  Limited  Spooled  Arrived  Stored  Difference',
      'log/sshd   100       10       90       90      90           0',
      'All        100       10       90       90      90           0',
      'Limited: rate 10',
      'The ledger balances: everything that was read is stored, waiting, or lost with a name.',
    ]);
    expect((await ledger(['--check'])).exitCode).toBe(0);
  });

  it('exits with 1 for --check when anything is missing, and names host, channel, hour and difference', async () => {
    await write(88);
    const { exitCode, lines } = await ledger(['--check']);
    expect(exitCode).toBe(1);
    expect(lines[0]).toContain(`pc-01 (${agentId}), log/sshd, hour of `);
    expect(lines[0]).toContain(': 2 read and neither stored nor named as lost');
    expect(lines[1]).toBe(`pc-01 (${agentId}), lane 1, sequences 1 to 90: 2 are missing`);
    expect(lines.at(-1)).toBe('The ledger does not balance in 2 places.');
    expect((await ledger([])).exitCode).toBe(0);
    expect((await ledger(['--check', '--to', '2020-01-02'])).exitCode).toBe(0);
    expect((await ledger(['--check'], 'vi')).lines.at(-1)).toBe('Sổ không cân bằng ở 2 chỗ.');
  });

  it('gives machines the whole of it, by any grouping', async () => {
    await write(90);
    for (const by of ['channel', 'hour', 'agent', 'agency']) {
      const { lines } = await ledger(['--by', by, '--json']);
      expect(JSON.parse(lines.join('\n'))).toMatchObject({
        by,
        balanced: true,
        total: { produced: 100, limited: 10, stored: 90 },
      });
    }
  });

  it('refuses a time that is none', async () => {
    await write(90);
    const { exitCode, lines } = await ledger(['--from', 'hôm qua']);
    expect(exitCode).toBe(2);
    expect(lines[0]).toContain('"hôm qua" is not a time');
  });
});
