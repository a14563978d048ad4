import { describe, expect, it } from 'vitest';
import { readLine } from './helpers.ts';
import { lineRows } from './line-rows.ts';

const HEAD = 'Jun 15 09:00:00 srv ';

describe('ClamAV', () => {
  lineRows({ product: 'linux', service: 'clamav' }, HEAD, [
    [
      'a find',
      'clamd[12]: /srv/a: b/eicar.com: Eicar-Test-Signature FOUND',
      {
        'event.action': 'malware_found',
        'file.path': '/srv/a: b/eicar.com',
        'threat.name': 'Eicar-Test-Signature',
      },
    ],
    [
      'a find with its own time and digest',
      'clamd[12]: Sun Jun 15 09:00:00 2025 -> /srv/x: Trojan.X(44d88612fea8a8f36de82e1278abb02f:68) FOUND',
      { 'threat.name': 'Trojan.X', 'file.hash.md5': '44d88612fea8a8f36de82e1278abb02f', 'file.size': 68 },
    ],
    [
      'signatures',
      'freshclam[12]: daily.cld updated (version: 27300, sigs: 2, f-level: 90, builder: x)',
      { 'event.action': 'signatures_updated', 'clamav.version': '27300' },
    ],
  ]);
});

describe('ESET in JSON', () => {
  const threat = {
    event_type: 'Threat_Event',
    ipv4: '10.0.0.50',
    hostname: 'may-02',
    source_uuid: 'x',
    occured: '15-Jun-2025 01:59:59',
    severity: 'Warning',
    threat_type: 'Virus',
    threat_name: 'Eicar',
    object_type: 'file',
    object_uri: 'file:///C:/tmp/eicar.com',
    action_taken: 'Cleaned by deleting',
    threat_handled: true,
    username: 'AG\\lan',
    hash: '3395856CE81F2B7382DEE72602F798B642F14140',
    need_restart: false,
  };
  const line = (value: unknown): string =>
    `<12>1 2025-06-15T02:00:00Z console ERAServer 12 - - ${JSON.stringify(value)}`;

  lineRows({ category: 'antivirus' }, '', [
    [
      'a threat',
      line(threat),
      {
        'event.action': 'malware_found',
        'event.outcome': 'success',
        'host.name': 'may-02',
        'observer.name': 'console',
        'host.ip': '10.0.0.50',
        'file.path': 'C:\\tmp\\eicar.com',
        'file.hash.sha1': '3395856ce81f2b7382dee72602f798b642f14140',
        'threat.name': 'Eicar',
        'user.name': 'AG\\lan',
        'eset.action_taken': 'Cleaned by deleting',
        'eset.need_restart': false,
      },
    ],
  ]);

  it('takes its own time', () => {
    expect(readLine('linux-syslog', line(threat)).timeMs).toBe(Date.UTC(2025, 5, 15, 1, 59, 59));
  });

  it.each([
    ['other JSON', line({ event_type: 'alert', src_ip: '10.0.0.1' })],
    ['no JSON', `${HEAD}app: {"event_type": oh`],
    ['a list', `${HEAD}app: {"event_type": ["Threat_Event"]}`],
  ])('leaves %s as it was', (_name, text) => {
    const event = readLine('linux-syslog', text);
    expect(event.logsources).toEqual([{ product: 'linux', service: 'syslog' }]);
    expect(event.parsed).toBe(true);
  });
});

describe('Kaspersky', () => {
  lineRows({ category: 'antivirus' }, '', [
    [
      'in its own form',
      '<12>1 2025-06-15T02:00:00Z ksc KES|12.1.0 - GNRL_EV_VIRUS_FOUND [event@23668 p1="44D88612FEA8A8F36DE82E1278ABB02F" p2="C:\\\\tmp\\\\eicar.com" p5="EICAR-Test-File" p7="AG\\\\lan" et="GNRL_EV_VIRUS_FOUND" hdn="MAY-02" hip="10.0.0.50" gn="Office"] Malicious object detected',
      {
        'event.action': 'malware_found',
        'event.code': 'GNRL_EV_VIRUS_FOUND',
        'file.path': 'C:\\tmp\\eicar.com',
        'threat.name': 'EICAR-Test-File',
        'user.name': 'AG\\lan',
        'host.name': 'MAY-02',
        'host.ip': '10.0.0.50',
        'file.hash.md5': '44d88612fea8a8f36de82e1278abb02f',
      },
    ],
    [
      'in CEF',
      '<12>Jun 15 09:00:00 ksc CEF:0|KasperskyLab|SecurityCenter|14.2|GNRL_EV_VIRUS_FOUND|Malicious object detected|4|rt=1749952800000 dhost=MAY-02 dst=10.0.0.50 duser=AG\\\\lan filePath=C:\\\\tmp\\\\eicar.com cs1=EICAR-Test-File cs1Label=VirusName cs9=Office cs9Label=GroupName',
      {
        'event.code': 'GNRL_EV_VIRUS_FOUND',
        'file.path': 'C:\\tmp\\eicar.com',
        'threat.name': 'EICAR-Test-File',
        'user.name': 'AG\\lan',
        'destination.domain': 'MAY-02',
        'destination.ip': '10.0.0.50',
        'cef.GroupName': 'Office',
      },
    ],
    [
      'ESET in LEEF',
      '<12>Jun 15 09:00:00 console LEEF:1.0|ESET|ESET PROTECT|11|Threat|cat=Antivirus\tsrc=10.0.0.50\tusrName=lan\tfilePath=C:\\x\tthreatName=Eicar',
      { 'threat.name': 'Eicar', 'file.path': 'C:\\x', 'user.name': 'lan' },
    ],
  ]);
});
