/** SigmaHQ's own rules for firewalls, virus scanners and databases find our events (skipped where the corpus is missing). */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { builtInPipelines } from '../../rules/pipelines/index.ts';
import { compile, parseRules } from '../../rules/sigma/index.ts';
import { CORPUS, readLine } from '../unit/normalize/helpers.ts';

const RULES = path.join(CORPUS, 'sigma/rules/core');
const FOLDERS = [
  'network/fortinet/fortigate',
  'network/cisco/aaa',
  'network/firewall',
  'linux/builtin/clamav',
  'category/antivirus',
  'category/database',
];
const FORTIGATE =
  '<189>date=2025-06-15 time=09:00:00 devname="FG" devid="F" logid="0100044547" type="event" subtype="system"';

describe.skipIf(!existsSync(RULES))('SigmaHQ rules over lines of devices', () => {
  const build = (): ReturnType<typeof compile> => {
    const files = FOLDERS.flatMap((folder) =>
      readdirSync(path.join(RULES, folder))
        .filter((name) => name.endsWith('.yml'))
        .map((name) => path.join(RULES, folder, name)),
    );
    return compile(
      files.map((file) => parseRules(readFileSync(file, 'utf8'), { source: path.basename(file) })),
      { pipelines: builtInPipelines() },
    );
  };

  it.each([
    [
      `${FORTIGATE} user="admin" action="Add" cfgpath="system.admin" cfgobj="x"`,
      'FortiGate - New Administrator Account Created',
    ],
    [
      `${FORTIGATE} user="admin" action="Edit" cfgpath="vpn.ssl.settings"`,
      'FortiGate - VPN SSL Settings Modified',
    ],
    [
      '<189>42: sw: *Jun 15 09:00:00.123: %PARSER-5-CFGLOG_LOGGEDCMD: User:admin  logged command:no logging host 1.2.3.4',
      'Cisco Disabling Logging',
    ],
    [
      '<134>Jun 15 09:00:00 pf filterlog[1]: 5,,,1,igb0,match,pass,in,4,0x0,,64,1,0,DF,6,tcp,60,203.0.113.9,10.0.0.5,50123,23,0,S',
      'Cleartext Protocol Usage',
    ],
    [
      'Jun 15 09:00:00 srv clamd[1]: /srv/x.php: Php.Webshell.Trojan-1 FOUND',
      'Antivirus - Web Shell Detection Signature',
    ],
    ['Jun 15 09:00:00 srv clamd[1]: /srv/x.php: Php.Webshell.Trojan-1 FOUND', 'Relevant ClamAV Message'],
    [
      '<12>Jun 15 09:00:00 ksc CEF:0|KasperskyLab|SecurityCenter|14|GNRL_EV_VIRUS_FOUND|x|4|filePath=C:\\\\a.exe cs1=HackTool.Win64.Mimikatz cs1Label=VirusName',
      'Antivirus - Password Dumper Signature',
    ],
    ['Jun 15 09:00:00 db postgres[1]: lan@app LOG:  statement: drop table x', 'Suspicious SQL Query'],
  ])('%s: %s', (line, title) => {
    const engine = build();
    expect(engine.errors).toEqual([]);
    expect(engine.unmapped).toEqual([]);
    const event = readLine('linux-syslog', line);
    // As the detector lends it: keyword rules read the line too.
    const found = event.fields.lend('message', String(event.message), () =>
      engine.match(event.fields, event.logsources),
    );
    expect(found.map(({ rule }) => rule.title)).toContain(title);
  });
});
