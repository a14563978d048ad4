/** Ports, firewalls, programs against malware, encryption. */
import { describe, expect, it } from 'vitest';
import { antivirusKind } from '../../../../collector/compliance/evidence/kinds/antivirus.ts';
import { encryptionKind } from '../../../../collector/compliance/evidence/kinds/encryption.ts';
import { firewallKind } from '../../../../collector/compliance/evidence/kinds/firewall.ts';
import { listeningKind } from '../../../../collector/compliance/evidence/kinds/listening.ts';
import { AT_MS, DAY_MS } from '../a-system.ts';
import { judged, type Fleet } from './a-fleet.ts';

type Facts = Record<string, string>;
const telling =
  (category: string) =>
  (items: Record<string, Facts>): Fleet[string] => ({ items: { [category]: items } });

describe('listening ports', () => {
  const port = (protocol: string, address: string, number: number, process = ''): [string, Facts] => [
    `${protocol} ${address}:${number}`,
    { protocol, address, port: String(number), process },
  ];
  const listens = (...ports: [string, Facts][]): Fleet[string] =>
    telling('listening-port')(Object.fromEntries(ports));

  it('are met without insecure ones that others reach', async () => {
    const fleet = {
      a: listens(port('tcp', '0.0.0.0', 22, 'sshd'), port('tcp', '127.0.0.1', 23)),
      b: listens(port('tcp6', '::', 23, 'telnetd')),
      c: listens(port('udp', '0.0.0.0', 23)),
      d: listens(port('tcp', '10.0.0.5', 5_903)),
      e: listens(),
    };
    expect(await judged(listeningKind, fleet)).toEqual([
      'a met closed',
      'b not-met open',
      'c met closed',
      'd not-met open',
      'e met closed',
    ]);
  });

  it('are held against those that the catalogue forbids', async () => {
    const fleet = { a: listens(port('tcp', '0.0.0.0', 22)), b: listens(port('tcp', '0.0.0.0', 2_222)) };
    const params = { forbid: ['tcp/22', 'tcp/3389'] };
    expect(await judged(listeningKind, fleet, { params })).toEqual(['a not-met open', 'b met closed']);
    expect(listeningKind.check({ forbid: ['tcp/70000'] })).toHaveLength(1);
    expect(listeningKind.check({ forbid: ['22'] })).toHaveLength(1);
  });
});

describe('firewalls', () => {
  const has = telling('firewall');

  it('are met where one of Linux, or each profile of Windows is on', async () => {
    const fleet = {
      a: has({ nftables: { active: 'true', inputPolicy: 'drop' }, ufw: { active: 'false' } }),
      b: has({ ufw: { active: 'false' } }),
      c: has({}),
      d: has({ domain: { active: 'true' }, private: { active: 'true' }, public: { active: 'false' } }),
      e: has({ domain: { active: 'true' }, private: { active: 'true' }, public: { active: 'true' } }),
      f: has({ iptables: {} }),
      g: has({ domain: { active: 'true' }, public: {} }),
    };
    expect(await judged(firewallKind, fleet)).toEqual([
      'a met active',
      'b not-met inactive',
      'c not-met none',
      'd not-met profile-off',
      'e met active',
      'f not-assessed unknown',
      'g not-assessed unknown',
    ]);
  });

  it('that could not be asked may be on', async () => {
    const partial = { firewall: { state: 'partial', unread: 'nftables: permission denied' } };
    const fleet = {
      a: { ...has({}), stands: partial },
      b: { ...has({ ufw: { active: 'false' } }), stands: partial },
      c: { ...has({ ufw: { active: 'true' } }), stands: partial },
    };
    expect(await judged(firewallKind, fleet)).toEqual([
      'a not-assessed partly-read',
      'b not-assessed partly-read',
      'c met active',
    ]);
  });

  it('must deny by default where that is asked', async () => {
    const fleet = {
      a: has({ nftables: { active: 'true', inputPolicy: 'accept' } }),
      b: has({ nftables: { active: 'true', inputPolicy: 'drop' } }),
    };
    expect(await judged(firewallKind, fleet, { params: { denyByDefault: true } })).toEqual([
      'a not-met lets-all-in',
      'b met active',
    ]);
  });
});

describe('programs against malware', () => {
  const has = (products: Record<string, Facts>, services?: Record<string, Facts>): Fleet[string] => ({
    items: { antivirus: products, ...(services === undefined ? {} : { service: services }) },
  });
  const day = (days: number): string => new Date(AT_MS - days * DAY_MS).toISOString();

  it('must be there and run', async () => {
    const fleet = {
      a: has({ ClamAV: { running: 'true' } }),
      b: has({ ClamAV: { running: 'false' } }),
      c: has({ rkhunter: { running: '' } }),
      d: has({ Sophos: { running: '' } }),
      e: has({ ClamAV: { running: 'false' }, 'Microsoft Defender': { running: 'true' } }),
    };
    expect(await judged(antivirusKind, fleet)).toEqual([
      'a met running',
      'b not-met stopped',
      'c not-met none',
      'd not-assessed state-unknown',
      'e met running',
    ]);
  });

  it('must have fresh signatures and guard in real time', async () => {
    const fleet = {
      a: has({ ClamAV: { running: 'true', signaturesAt: day(1) } }),
      b: has({ ClamAV: { running: 'true', signaturesAt: day(8) } }),
      c: has({ Sophos: { running: 'true' } }),
      d: { ...has({ Sophos: { running: 'true' } }), events: { 'signatures-updated': DAY_MS } },
      e: has({ Defender: { running: 'true', signaturesAt: day(1), realTime: 'false' } }),
      f: {
        ...has({ ClamAV: { running: 'true', signaturesAt: day(30) } }),
        events: { 'signatures-updated': DAY_MS },
      },
    };
    expect(await judged(antivirusKind, fleet, { params: { check: 'up-to-date' } })).toEqual([
      'a met fresh',
      'b not-met old',
      'c not-assessed age-unknown',
      'd met fresh',
      'e not-met no-real-time',
      'f met fresh',
    ]);
  });

  it('may have to be managed from one place', async () => {
    const on = { running: 'true' };
    const fleet = {
      a: has({ Kaspersky: on }, { 'klnagent64.service': on }),
      b: has({ ClamAV: on }, { 'clamav-daemon.service': on }),
      c: has({ Defender: { ...on, managed: 'true' } }),
      d: has({ Defender: on }),
      e: has({ Kaspersky: on }, { 'klnagent64.service': { running: 'false' } }),
    };
    expect(await judged(antivirusKind, fleet, { params: { check: 'central' } })).toEqual([
      'a met managed',
      'b not-met not-managed',
      'c met managed',
      'd not-assessed management-unknown',
      'e not-met not-managed',
    ]);
  });
});

it('volumes with data must be encrypted', async () => {
  const has = telling('mount');
  const fleet = {
    a: has({ '/': { encrypted: 'true' }, '/boot': { encrypted: 'false' }, '/tmp': { fsType: 'tmpfs' } }),
    b: has({ '/': { encrypted: 'true' }, '/srv': { encrypted: 'false', fsType: 'ext4' } }),
    c: has({ '/': {} }),
    d: has({ 'C:': { encrypted: 'true' }, 'D:': { encrypted: 'true' } }),
    e: has({ '/mnt': { network: 'true', encrypted: 'false' } }),
  };
  expect(await judged(encryptionKind, fleet)).toEqual([
    'a met encrypted',
    'b not-met plain',
    'c not-assessed unknown',
    'd met encrypted',
    'e not-assessed no-facts',
  ]);
});
