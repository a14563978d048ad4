/** What disks say of their health, in the JSON of smartctl 7. */
import fs from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DiskHealth, parseSmart } from '../../../../agent/host/disk-health.ts';
import { readDisks } from '../../../../agent/host/disks.ts';
import { runProgram } from '../../../../agent/host/run-program.ts';
import { disksCollector } from '../../../../agent/sources/inventory/collect/storage.ts';
import { hostFolder, type HostFolder } from './host-folder.ts';

/** Of a smartctl that ended so. */
function said(exitStatus: number, message?: string, facts: object = {}): string {
  const messages = message === undefined ? [] : [{ string: message, severity: 'error' }];
  return JSON.stringify({ smartctl: { version: [7, 3], exit_status: exitStatus, messages }, ...facts });
}

const ATA = {
  model_name: 'X',
  serial_number: 'S',
  firmware_version: 'F',
  smart_status: { passed: false },
  power_on_time: { hours: 7 },
  ata_smart_attributes: { table: [{ id: 5, raw: { value: 12 } }] },
};

let host: HostFolder;
let answer: string;

beforeEach(() => {
  const folder = hostFolder();
  const run = (): ReturnType<typeof runProgram> =>
    Promise.resolve({ kind: 'ended', code: 0, stdout: answer, stderr: '', truncated: false });
  host = { ...folder, run };
  host.put('/sys/block/sda/size', '2048\n');
});

afterEach(() => {
  host.remove();
});

test('of ATA, NVMe and SCSI are told in the same words', () => {
  // 8: the disk is failing; that is an answer.
  expect(parseSmart(said(8, undefined, ATA)).facts).toMatchObject({
    model: 'X',
    firmware: 'F',
    health: 'failing',
    powerOnHours: 7,
    reallocatedSectors: 12,
  });
  const nvme = { smart_status: { passed: true }, nvme_smart_health_information_log: { percentage_used: 3 } };
  expect(parseSmart(said(0, undefined, nvme)).facts).toMatchObject({ health: 'passed', wearPercent: 3 });
  const scsi = { scsi_model_name: 'HP X', scsi_revision: 'R1', scsi_grown_defect_list: 4 };
  expect(parseSmart(said(0, undefined, scsi)).facts).toMatchObject({
    model: 'HP X',
    firmware: 'R1',
    health: undefined,
    reallocatedSectors: 4,
  });
});

test('a disk that cannot be asked says why', async () => {
  answer = said(2, 'Smartctl open device: /dev/sda failed: DELL or MegaRaid controller');
  expect((await readDisks(host)).unread).toEqual([
    {
      part: 'health of /dev/sda',
      reason: 'Smartctl open device: /dev/sda failed: DELL or MegaRaid controller',
    },
  ]);
  answer = 'smartctl 6.5\n';
  expect((await readDisks(host)).unread).toMatchObject([{ reason: expect.stringContaining('7.0') }]);
  // Sticks seldom can be asked, and nobody expects it of them.
  host.put('/sys/block/sda/removable', '1\n');
  expect((await readDisks(host)).unread).toEqual([]);
});

test('a disk that sleeps is as it was when it last spoke', async () => {
  const collector = disksCollector(host);
  const look = { signal: new AbortController().signal, turn: () => Promise.resolve() };
  answer = said(0, undefined, ATA);
  const awake = await collector.collect(look);
  answer = said(2, 'Device is in STANDBY mode, exit(2)');
  expect(await collector.collect(look)).toEqual(awake);
  expect(awake.items).toMatchObject([{ key: 'disk sda', detail: { health: 'failing', serial: 'S' } }]);
  // One that was never awake has no health, and nobody is at fault.
  expect(await new DiskHealth().ask(host, '/dev/sdb', undefined)).toEqual({ facts: {}, unread: undefined });
});

describe.skipIf(!fs.existsSync('/usr/sbin/smartctl'))('smartctl', () => {
  test('of a device that is not there says so', async () => {
    const here = { root: host.root, run: runProgram };
    const { facts, unread } = await new DiskHealth().ask(here, '/dev/vonggac-none', undefined);
    expect(facts).toEqual({});
    expect(unread).toMatch(/vonggac-none/);
  });
});
