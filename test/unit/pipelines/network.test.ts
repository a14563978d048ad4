/** Rules in Sigma's names find what our readers of network devices and virus scanners made of a line. */
import { describe, expect, it } from 'vitest';
import { builtInPipelines } from '../../../rules/pipelines/index.ts';
import { compile, parseRules } from '../../../rules/sigma/index.ts';
import { readLine } from '../normalize/helpers.ts';

function matches(logsource: string, detection: string, line: string): boolean {
  const text = `title: t\nid: 3f7d5a34-6a1c-4b7e-9a0b-0d5c9f1e2a11\nlogsource: ${logsource}\ndetection:\n  s:\n${detection}\n  condition: s\n`;
  const engine = compile([parseRules(text, { source: 't.yml' })], { pipelines: builtInPipelines() });
  expect(engine.errors).toEqual([]);
  const event = readLine('linux-syslog', line);
  return engine.match(event.fields, event.logsources).length > 0;
}

describe('category firewall', () => {
  const rule = (more: string): string => `    dst_port: [23, 3306]\n    src_ip|cidr: 203.0.113.0/24\n${more}`;
  const cef = (act: string, port = 3306): string =>
    `<134>Jun 15 09:00:00 gw CEF:0|Check Point|Gate|1|x|y|5|src=203.0.113.9 dst=10.0.0.5 dpt=${String(port)} act=${act}`;

  it.each([
    ['    action: accept', cef('Accept'), true],
    ['    action: [forward, accept, 2]', cef('allow'), true],
    ['    action: accept', cef('Drop'), false],
    ["    blocked: 'false'", cef('Accept'), true],
    ["    blocked: 'true'", cef('Drop'), true],
    ["    blocked: 'false'", cef('Drop'), false],
    ['    action: accept', cef('Accept', 443), false],
  ])('%s of %s: %s', (more, line, want) => {
    expect(matches('{ category: firewall }', rule(more), line)).toBe(want);
  });
});

describe('product fortigate', () => {
  const line = (path: string): string =>
    `<189>date=2025-06-15 time=09:00:00 devname="FG" devid="F1" logid="0100044547" type="event" subtype="system" logdesc="Object attribute configured" user="admin" ui="ssh(10.0.0.7)" action="Add" cfgpath="${path}" cfgobj="lan2"`;

  it.each([
    ['system.admin', true],
    ['user.local', false],
  ])('a new object of %s: %s', (path, want) => {
    const detection = "    action: 'Add'\n    cfgpath: 'system.admin'";
    expect(matches('{ product: fortigate, service: event }', detection, line(path))).toBe(want);
  });
});

describe('other categories', () => {
  const antivirus = "    Signature|contains: eicar\n    Filename|endswith: '.com'";

  it.each([
    [
      '{ category: antivirus }',
      antivirus,
      'Jun 15 09:00:00 srv clamd[1]: /srv/eicar.com: Eicar-Test FOUND',
      true,
    ],
    [
      '{ category: antivirus }',
      antivirus,
      'Jun 15 09:00:00 srv clamd[1]: /srv/eicar.txt: Eicar-Test FOUND',
      false,
    ],
    [
      '{ category: firewall }',
      '    dst_port: 23\n    action: [deny, drop]',
      'Jun 15 09:00:00 srv kernel: [UFW BLOCK] IN=eth0 OUT= SRC=203.0.113.9 DST=10.0.0.5 PROTO=TCP SPT=50123 DPT=23',
      true,
    ],
    [
      '{ category: dns }',
      "    query|endswith: '.example.vn'\n    record_type: TXT",
      'Jun 15 09:00:00 gw dnsmasq[1]: query[TXT] x.example.vn from 10.0.0.7',
      true,
    ],
    [
      '{ category: database }',
      '    db.operation: DROP',
      'Jun 15 09:00:00 db postgres[1]: [1-1] LOG:  statement: drop table x',
      true,
    ],
    [
      '{ product: linux, service: postfix }',
      '    event.action: mail_login_failed',
      'Jun 15 09:00:00 mx postfix/smtpd[1]: warning: unknown[203.0.113.9]: SASL PLAIN authentication failed:',
      true,
    ],
  ])('%s', (source, detection, line, want) => {
    expect(matches(source, detection, line)).toBe(want);
  });
});
