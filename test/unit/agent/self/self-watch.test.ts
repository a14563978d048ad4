/** The agent looks after itself: clock, freezes, tracers, own files, over made moments and made folders. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { AgentRecord } from '#protocol/record.ts';
import { OWN_FILES_KEY, OwnFiles, type OwnFile } from '../../../../agent/self/own-files.ts';
import { SelfWatch } from '../../../../agent/self/self-watch.ts';
import type { SourceItem } from '../../../../agent/sources/source.ts';

let folder: string;
let moment: { wallMs: number; monotonicMs: number; uptimeMs: number | undefined; cpuMs: number };

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'vonggac-self-'));
  fs.mkdirSync(path.join(folder, 'self'));
  fs.writeFileSync(path.join(folder, 'self/status'), 'Name:\tnode\nTracerPid:\t0\n');
  moment = { wallMs: 1_767_600_000_000, monotonicMs: 1_000, uptimeMs: 50_000, cpuMs: 500 };
});

afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

function watch(files: readonly OwnFile[] = []): SelfWatch {
  return new SelfWatch({
    now: () => moment.wallMs,
    monotonicMs: () => moment.monotonicMs,
    uptimeMs: () => moment.uptimeMs,
    cpuMs: () => moment.cpuMs,
    files: new OwnFiles(files, '0.1.0'),
    procRoot: folder,
  });
}

function pass(ms: number, { wallMs = ms, sleptMs = 0, cpuMs = 5 } = {}): void {
  moment.monotonicMs += ms;
  moment.wallMs += wallMs;
  if (moment.uptimeMs !== undefined) moment.uptimeMs += ms + sleptMs;
  moment.cpuMs += cpuMs;
}

const said = (items: readonly SourceItem[]): Pick<AgentRecord, 'action' | 'subject' | 'detail'>[] =>
  items.flatMap(({ records }) =>
    records.flatMap((record) =>
      record.kind === 'agent'
        ? [{ action: record.action, subject: record.subject, detail: record.detail }]
        : [],
    ),
  );

describe('clock and process', () => {
  test('an ordinary look says nothing', () => {
    const self = watch();
    for (let turn = 0; turn < 100; turn += 1) {
      pass(3_000 + turn);
      expect(self.look()).toEqual([]);
    }
  });

  test.each([
    ['forward', 3_600_000],
    ['back', -86_400_000],
  ])('a clock set %s', (direction, byMs) => {
    const self = watch();
    pass(3_000, { wallMs: 3_000 + byMs });
    expect(said(self.look())).toMatchObject([
      { action: 'clock-jumped', detail: { direction, byMs: Math.abs(byMs) } },
    ]);
    pass(3_000);
    expect(self.look()).toEqual([]);
  });

  test('a machine that slept has set no clock', () => {
    const self = watch();
    pass(3_000, { wallMs: 3_000 + 7_200_000, sleptMs: 7_200_000 });
    expect(self.look()).toEqual([]);
  });

  test('stopped for a minute without doing anything is frozen, busy for a minute is not', () => {
    const self = watch();
    pass(60_000, { cpuMs: 2 });
    expect(said(self.look())).toEqual([
      { action: 'frozen', subject: 'process', detail: { gapMs: 60_000, cpuMs: 2 } },
    ]);
    pass(60_000, { cpuMs: 55_000 });
    expect(self.look()).toEqual([]);
  });

  test('a tracer is told once, with its program; another one again', () => {
    const self = watch();
    const attach = (pid: number): void =>
      fs.writeFileSync(path.join(folder, 'self/status'), `Name:\tnode\nTracerPid:\t${pid}\n`);
    fs.mkdirSync(path.join(folder, '4242'));
    fs.writeFileSync(path.join(folder, '4242/cmdline'), 'gdb\0-p\u0000100\0');
    fs.symlinkSync('/usr/bin/gdb', path.join(folder, '4242/exe'));
    attach(4_242);
    expect(said(self.look())).toEqual([
      {
        action: 'traced',
        subject: 'process',
        detail: { pid: 4_242, image: '/usr/bin/gdb', commandLine: 'gdb -p 100' },
      },
    ]);
    expect(self.look()).toEqual([]);
    attach(4_243);
    expect(said(self.look())).toMatchObject([{ action: 'traced', detail: { pid: 4_243, image: '' } }]);
  });
});

describe('own files', () => {
  const files = (): OwnFile[] => [
    { subject: 'program', path: path.join(folder, 'agent.js'), by: 'content' },
    { subject: 'settings', path: path.join(folder, 'agent.json'), by: 'content' },
    { subject: 'spool', path: path.join(folder, 'spool.db'), by: 'place' },
  ];

  beforeEach(() => {
    fs.writeFileSync(path.join(folder, 'agent.js'), 'one');
    fs.writeFileSync(path.join(folder, 'spool.db'), 'records');
  });

  const kept = (items: readonly SourceItem[]): string | undefined =>
    items.flatMap(({ positions }) => positions).findLast(({ key }) => key === OWN_FILES_KEY)?.value;

  test('changed, made, deleted and replaced while it runs; what it writes itself is none', () => {
    const self = watch(files());
    pass(20_000, { cpuMs: 15_000 });
    fs.appendFileSync(path.join(folder, 'spool.db'), 'more');
    expect(self.look()).toEqual([]);
    fs.writeFileSync(path.join(folder, 'agent.js'), 'evil');
    fs.writeFileSync(path.join(folder, 'agent.json'), '{}');
    fs.writeFileSync(path.join(folder, 'other'), 'emptied');
    fs.renameSync(path.join(folder, 'other'), path.join(folder, 'spool.db'));
    pass(20_000, { cpuMs: 15_000 });
    expect(said(self.look())).toMatchObject([
      { action: 'tampered', subject: 'program', detail: { change: 'changed', offline: false } },
      { action: 'tampered', subject: 'settings', detail: { change: 'created' } },
      { action: 'tampered', subject: 'spool', detail: { change: 'replaced' } },
    ]);
    fs.rmSync(path.join(folder, 'agent.js'));
    pass(20_000, { cpuMs: 15_000 });
    expect(said(self.look())).toMatchObject([{ subject: 'program', detail: { change: 'deleted' } }]);
  });

  test('a change while it was away is told, an upgrade is none', () => {
    const row = kept(new OwnFiles(files(), '0.1.0').atStart(undefined, 1));
    expect(said(new OwnFiles(files(), '0.1.0').atStart(row, 1))).toEqual([]);
    fs.writeFileSync(path.join(folder, 'agent.js'), 'two');
    expect(said(new OwnFiles(files(), '0.1.0').atStart(row, 1))).toMatchObject([
      { action: 'tampered', subject: 'program', detail: { change: 'changed', offline: true } },
    ]);
    expect(said(new OwnFiles(files(), '0.2.0').atStart(row, 1))).toEqual([]);
    fs.writeFileSync(path.join(folder, 'agent.json'), '{}');
    expect(said(new OwnFiles(files(), '0.2.0').atStart(row, 1))).toMatchObject([
      { subject: 'settings', detail: { change: 'created', offline: true } },
    ]);
  });

  test.each(['', '{}', '[1]', 'null'].filter((text) => text !== ''))(
    'a row that holds %s is a first start',
    (row) => {
      expect(said(new OwnFiles(files(), '0.1.0').atStart(row, 1))).toEqual([]);
    },
  );
});
