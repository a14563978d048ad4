import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { compareHardware } from '#protocol/hardware.ts';
import { discardIdentity } from '../../../../agent/discard-identity.ts';
import { isBoundHere, saveBinding } from '../../../../agent/hardware/binding.ts';
import { isJunk, isMadeUpAddress } from '../../../../agent/hardware/junk.ts';
import { readLinuxHardware } from '../../../../agent/hardware/read-hardware.ts';
import { machineNumber, makeMachine } from '../../../support/agent/fake-machine.ts';
import { makeFolder, removeFolder } from '../../../support/agent/spool-fixture.ts';

const AGENT = '6a2f41a3-c54c-4fce-8d37-2b5a8e1f0c11';
let folder: string;
beforeEach(() => (folder = makeFolder()));
afterEach(() => removeFolder(folder));
const root = (name: string): string => path.join(folder, name);

describe('serial numbers', () => {
  test.each([
    'To be filled by O.E.M.',
    'Default string',
    'System Serial Number',
    'Chassis Serial Number',
    'Base Board Serial Number',
    'Not Specified',
    'Not Applicable',
    'None',
    'N/A',
    '123456789',
    '0123456789ABCDEF',
    '00000000',
    'FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF',
    '00000000-0000-0000-0000-000000000000',
    '03000200-0400-0500-0006-000700080009',
    '4C4C4544-0000-2010-8020-80C04F202020',
    'XXXXXXXX',
    '..................',
    '   ',
    'A1',
    't10.ATA     QEMU HARDDISK                           QM00001',
  ])('that makers leave everywhere are no serial numbers: %j', (value) => {
    expect(isJunk(value)).toBe(true);
  });

  test.each([
    'PF0X17A',
    '4C4C4544-0051-3510-8052-B4C04F573332',
    'naa.5000c500a1b2c3d4',
    '/7XK2QD2/CN129635CG0015/',
    'eui.0025385b71b0a1c2',
    'VB7d8f3a51-b24c6e10',
    'S3Z9NB0K123456A',
  ])('of real machines are: %j', (value) => {
    expect(isJunk(value)).toBe(false);
  });

  test('of network cards are those burnt in', () => {
    expect(isMadeUpAddress('54:e1:ad:10:20:30')).toBe(false);
    // Containers, virtual machines, groups, nothing at all.
    for (const mac of [
      '02:42:ac:11:00:02',
      '01:00:5e:00:00:01',
      '00:00:00:00:00:00',
      'ff:ff:ff:ff:ff:ff',
      '',
    ]) {
      expect(isMadeUpAddress(mac)).toBe(true);
    }
  });
});

describe('the facts of a machine', () => {
  test('are read from where the system keeps them, without sticks, docks and what the system made up', () => {
    const machine = machineNumber(root('pc'), 7);
    const facts = readLinuxHardware(machine);
    expect(facts.map(({ kind }) => kind)).toEqual([
      'product-uuid',
      'product-serial',
      'board-serial',
      'disk',
      'mac',
    ]);
    makeMachine(machine, { disks: { sdb: 'naa.1122334455667788' }, cards: { docker0: '02:42:ac:11:00:02' } });
    fs.writeFileSync(path.join(machine, 'sys/block/sdb/removable'), '1\n');
    fs.mkdirSync(path.join(machine, 'sys/block/loop0'));
    const stick = path.join(machine, 'devices/usb1/1-1/block/sdc');
    fs.mkdirSync(path.join(stick, 'device'), { recursive: true });
    fs.writeFileSync(path.join(stick, 'device/wwid'), 'naa.99887766\n');
    fs.symlinkSync(stick, path.join(machine, 'sys/block/sdc'));
    expect(readLinuxHardware(machine)).toEqual(facts);
  });

  test('of two machines of one make whose maker left the serials out do not agree', () => {
    const junk = {
      uuid: '03000200-0400-0500-0006-000700080009',
      serial: 'To be filled by O.E.M.',
      board: 'Default string',
    };
    const one = makeMachine(root('a'), {
      ...junk,
      disks: { sda: 'naa.5000a1' },
      cards: { eth0: '54:e1:ad:00:00:01' },
    });
    const two = makeMachine(root('b'), {
      ...junk,
      disks: { sda: 'naa.5000b2' },
      cards: { eth0: '54:e1:ad:00:00:02' },
    });
    expect(compareHardware(readLinuxHardware(one), readLinuxHardware(two)).verdict).toBe('other');
  });

  test('are none where nothing can be read', () => {
    expect(readLinuxHardware(root('nothing'))).toEqual([]);
  });
});

describe('a key', () => {
  test('is bound to the machine of its first use, and stays bound part after part', () => {
    const machine = machineNumber(root('pc'), 1);
    expect(isBoundHere(folder, AGENT, readLinuxHardware(machine))).toBe(true);
    for (const parts of [
      { cards: { eth0: '54:e1:ad:99:99:99' } },
      { disks: { sda: 'naa.77aa77aa77' } },
      { disks: { sdb: 'naa.88bb88bb88' } },
    ]) {
      makeMachine(machine, parts);
      expect(isBoundHere(folder, AGENT, readLinuxHardware(machine))).toBe(true);
    }
    // As a user who may not read the firmware's table.
    const unprivileged = readLinuxHardware(machine).filter(({ kind }) => kind === 'disk' || kind === 'mac');
    expect(isBoundHere(folder, AGENT, unprivileged)).toBe(true);
    expect(isBoundHere(folder, AGENT, [])).toBe(true);
    expect(isBoundHere(folder, AGENT, readLinuxHardware(machineNumber(root('other'), 2)))).toBe(false);
  });

  test('is not bound by what another identity left, nor by a damaged file', () => {
    saveBinding(folder, AGENT, readLinuxHardware(machineNumber(root('pc'), 1)));
    const other = readLinuxHardware(machineNumber(root('other'), 2));
    expect(isBoundHere(folder, 'b7c9a1de-4f1b-4c3e-9a55-0d3f6a1b2c3d', other)).toBe(true);
    fs.writeFileSync(path.join(folder, 'hardware.json'), '{');
    expect(isBoundHere(folder, AGENT, other)).toBe(true);
    expect(fs.statSync(path.join(folder, 'hardware.json')).mode & 0o777).toBe(0o600);
  });

  test('that is discarded is gone; its spool is set aside, once', () => {
    for (const name of [
      'identity.json',
      'hardware.json',
      'spool.db',
      'spool.db-wal',
      'agent.json',
      'enrolment.json',
    ]) {
      fs.writeFileSync(path.join(folder, name), name);
    }
    const aside = discardIdentity(folder);
    expect(aside).toBe(path.join(folder, 'spool.db.other-machine'));
    fs.writeFileSync(path.join(folder, 'spool.db'), 'second');
    discardIdentity(folder);
    expect(fs.readdirSync(folder).toSorted()).toEqual([
      'agent.json',
      'enrolment.json',
      'spool.db.other-machine',
    ]);
    expect(fs.readFileSync(aside ?? '', 'utf8')).toBe('second');
    expect(discardIdentity(folder)).toBeUndefined();
  });
});
