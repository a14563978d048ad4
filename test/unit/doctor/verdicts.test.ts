import { expect, test } from 'vitest';
import {
  type CollectorFacts,
  type FindingName,
  findings,
  type Level,
} from '../../../collector/doctor/verdicts.ts';

const GIB = 1_073_741_824;
const DAY_MS = 86_400_000;
const NOW = 1_790_000_000_000;

const HEALTHY: CollectorFacts = {
  nowMs: NOW,
  version: '1.0.0',
  live: {
    checks: [
      { name: 'event store', ok: true },
      { name: 'writer', ok: true },
    ],
    storedBatch: 40,
    projectedBatch: 40,
    workersWanted: 2,
    workersRunning: 2,
    scanner: { state: 'ok', message: '' },
  },
  folderMode: 0o40700,
  diskFreeBytes: 500 * GIB,
  diskBytes: 1_000 * GIB,
  openFilesMax: 65_536,
  memoryBytes: 16 * GIB,
  clockSynchronised: true,
  certificateExpiresMs: NOW + 400 * DAY_MS,
  registryFault: '',
  rejectedRules: 0,
  lastBackupMs: NOW - DAY_MS,
  agents: 100,
  agentsSkewed: 0,
  agentsOtherVersion: 0,
};

test('of a healthy collector everything is found to be well', () => {
  expect(findings(HEALTHY).filter(({ level }) => level !== 'ok')).toEqual([]);
});

const live = (changes: Partial<NonNullable<CollectorFacts['live']>>): Partial<CollectorFacts> => ({
  live: {
    checks: [],
    storedBatch: 40,
    projectedBatch: 40,
    workersWanted: 0,
    workersRunning: 0,
    scanner: { state: 'off', message: '' },
    ...changes,
  },
});

const ROWS: [change: Partial<CollectorFacts>, name: FindingName, level: Level, args: (string | number)[]][] =
  [
    [{ live: undefined }, 'running', 'warn', ['1.0.0']],
    [{ live: undefined }, 'store', 'unknown', []],
    [{ live: undefined }, 'projector', 'unknown', []],
    [live({ checks: [{ name: 'event store', ok: false, message: 'gone' }] }), 'store', 'fail', ['gone']],
    [live({ checks: [{ name: 'writer', ok: false, message: 'behind' }] }), 'writer', 'fail', ['behind']],
    [live({ storedBatch: 141 }), 'projector', 'warn', [101]],
    [live({ storedBatch: 140 }), 'projector', 'ok', [100]],
    [live({}), 'workers', 'ok', [0, 0]],
    [live({ workersWanted: 2, workersRunning: 1 }), 'workers', 'warn', [1, 2]],
    [live({ scanner: { state: 'away', message: 'x' } }), 'scanner', 'warn', ['away', 'x']],
    [live({ scanner: { state: 'off', message: '' } }), 'scanner', 'ok', ['off', '']],
    [{ live: undefined }, 'workers', 'unknown', []],
    [{ folderMode: 0o40755 }, 'data-folder', 'fail', ['755']],
    [{ folderMode: undefined }, 'data-folder', 'unknown', []],
    [{ diskFreeBytes: 149 * GIB }, 'disk', 'warn', [149, 15]],
    [{ diskFreeBytes: 49 * GIB }, 'disk', 'fail', [49, 5]],
    [{ openFilesMax: 1_123 }, 'files', 'fail', [1_123, 1_124]],
    [{ openFilesMax: undefined }, 'files', 'unknown', []],
    [{ memoryBytes: 2 * GIB }, 'memory', 'warn', [2]],
    [{ clockSynchronised: false }, 'clock', 'fail', []],
    [{ clockSynchronised: undefined }, 'clock', 'unknown', []],
    [{ certificateExpiresMs: NOW + 59 * DAY_MS }, 'certificate', 'warn', [59]],
    [{ certificateExpiresMs: NOW - 1 }, 'certificate', 'fail', [-1]],
    [{ registryFault: 'row 3 missing' }, 'control-plane', 'fail', ['row 3 missing']],
    [{ registryFault: undefined }, 'control-plane', 'unknown', []],
    [{ rejectedRules: 2 }, 'rules', 'warn', [2]],
    [{ lastBackupMs: undefined }, 'backup', 'warn', []],
    [{ lastBackupMs: NOW - 8 * DAY_MS }, 'backup', 'warn', [8]],
    [{ agentsSkewed: 3 }, 'agents-skew', 'warn', [3, 100]],
    [{ agentsOtherVersion: 4 }, 'agents-version', 'warn', [4, 100]],
  ];

test.each(ROWS)('%o: %s is %s', (change, name, level, args) => {
  expect(findings({ ...HEALTHY, ...change }).find((finding) => finding.name === name)).toEqual({
    name,
    level,
    args,
  });
});
