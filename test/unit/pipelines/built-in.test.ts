/** The pipelines that come with the engine: where real kinds of events belong, and what their fields are called. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { builtInPipelines } from '../../../rules/pipelines/index.ts';
import { compile, createRouter, parsePipelines, parseRules } from '../../../rules/sigma/index.ts';
import type { LogSource, Pipeline } from '../../../rules/sigma/index.ts';
import { readLine } from '../normalize/helpers.ts';

const pipelines = builtInPipelines();
const router = createRouter(pipelines);
type Fields = Record<string, unknown>;

const show = ({ product = '-', category = '-', service = '-' }: LogSource): string =>
  `${product}/${category}/${service}`;
const SYSMON = 'Microsoft-Windows-Sysmon/Operational';
const ecs = (category: string, type: string, os = 'windows', more: Fields = {}): Fields => ({
  event: { category: [category], type: [type] },
  host: { os: { type: os } },
  ...more,
});

describe('where events belong', () => {
  test.each<[event: Fields, want: string[] | undefined]>([
    [{ Channel: 'Security', EventID: 4624 }, ['windows/-/security']],
    [{ Channel: 'Security', EventID: 4688 }, ['windows/-/security', 'windows/process_creation/-']],
    [{ Channel: 'Security', EventID: 4657 }, ['windows/-/security']],
    [{ Channel: 'security', EventID: '5145' }, ['windows/-/security']],
    [{ Channel: 'Somewhere/Else', EventID: 1 }, ['windows/-/-']],
    [{ Channel: SYSMON, EventID: 1 }, ['windows/-/sysmon', 'windows/process_creation/-']],
    [{ Channel: SYSMON, EventID: 12 }, ['windows/-/sysmon', 'windows/registry_event/-']],
    [
      { Channel: SYSMON, EventID: 12, EventType: 'CreateKey' },
      ['windows/-/sysmon', 'windows/registry_event/-', 'windows/registry_add/-'],
    ],
    [
      { Channel: SYSMON, EventID: 12, EventType: 'DeleteValue' },
      ['windows/-/sysmon', 'windows/registry_event/-', 'windows/registry_delete/-'],
    ],
    [
      { Channel: SYSMON, EventID: 13 },
      ['windows/-/sysmon', 'windows/registry_event/-', 'windows/registry_set/-'],
    ],
    [
      { Channel: SYSMON, EventID: 14 },
      ['windows/-/sysmon', 'windows/registry_event/-', 'windows/registry_rename/-'],
    ],
    [{ Channel: SYSMON, EventID: 255 }, ['windows/-/sysmon', 'windows/sysmon_error/-']],
    [{ Channel: SYSMON, EventID: 200 }, ['windows/-/sysmon']],
    [
      { Channel: 'Microsoft-Windows-PowerShell/Operational', EventID: 4104 },
      ['windows/-/powershell', 'windows/ps_script/-'],
    ],
    [
      { Channel: 'PowerShellCore/Operational', EventID: 4103 },
      ['windows/-/powershell', 'windows/ps_module/-'],
    ],
    [
      { Channel: 'Windows PowerShell', EventID: 400 },
      ['windows/-/powershell-classic', 'windows/ps_classic_start/-'],
    ],
    [
      { Channel: 'Microsoft-Windows-Windows Defender/Operational', EventID: 1116 },
      ['windows/-/windefend', '-/antivirus/-'],
    ],
    [{ Channel: 'Microsoft-Windows-Windows Defender/Operational', EventID: 5001 }, ['windows/-/windefend']],
    [{ Channel: 'Linux-Sysmon/Operational', EventID: 11 }, ['linux/-/sysmon', 'linux/file_event/-']],
    [{ type: 'EXECVE', a0: 'id' }, ['linux/-/auditd']],
    [{ type: 'execve' }, undefined],
    [{ type: 'PATH', nametype: 'NORMAL', name: '/etc/x' }, ['linux/-/auditd']],
    [{ type: 'PATH', nametype: 'CREATE', name: '/etc/x' }, ['linux/-/auditd', 'linux/file_event/-']],
    [{ type: 'SYSCALL', SYSCALL: 'execve', exe: '/usr/bin/id' }, ['linux/-/auditd']],
    [
      { type: 'SYSCALL', SYSCALL: 'execve', exe: '/usr/bin/id', proctitle: 'id -u' },
      ['linux/-/auditd', 'linux/process_creation/-'],
    ],
    [
      { type: 'SYSCALL', arch: 'c000003e', syscall: 59, exe: '/usr/bin/id', proctitle: 'id' },
      ['linux/-/auditd', 'linux/process_creation/-'],
    ],
    [
      { type: 'SYSCALL', arch: 'c00000b7', syscall: 59, exe: '/usr/bin/id', proctitle: 'id' },
      ['linux/-/auditd'],
    ],
    [{ SYSLOG_IDENTIFIER: 'sshd', MESSAGE: 'x' }, ['linux/-/syslog', 'linux/-/sshd', 'linux/-/auth']],
    [{ programname: 'sudo' }, ['linux/-/syslog', 'linux/-/sudo', 'linux/-/auth']],
    [{ PROGRAM: 'CRON' }, ['linux/-/syslog', 'linux/-/cron']],
    [{ appname: 'su' }, ['linux/-/syslog', 'linux/-/auth']],
    [{ SYSLOG_IDENTIFIER: 'kernel' }, ['linux/-/syslog']],
    [{ 'cs-method': 'GET', 'cs-uri-stem': '/', 'sc-status': 200 }, ['-/webserver/-']],
    [{ 'cs-method': 'GET', 'c-uri': 'http://a/', 'sc-status': 200 }, ['-/proxy/-']],
    [
      { eventSource: 'iam.amazonaws.com', awsRegion: 'us-east-1', eventName: 'CreateUser' },
      ['aws/-/cloudtrail'],
    ],
    [{ apiVersion: 'audit.k8s.io/v1', kind: 'Event' }, ['kubernetes/application/audit']],
    [
      { winlog: { channel: 'Security' }, event: { code: 4688 } },
      ['windows/-/security', 'windows/process_creation/-'],
    ],
    [ecs('process', 'start'), ['windows/process_creation/-']],
    [ecs('process', 'start', 'linux'), ['linux/process_creation/-']],
    [ecs('process', 'end', 'macos'), undefined],
    [ecs('file', 'creation', 'linux'), ['linux/file_event/-']],
    [ecs('registry', 'change'), ['windows/registry_event/-', 'windows/registry_set/-']],
    [ecs('library', 'start'), ['windows/image_load/-']],
    [ecs('network', 'connection'), ['windows/network_connection/-']],
    [
      ecs('network', 'connection', 'windows', { dns: { question: { name: 'a.example' } } }),
      ['-/dns/-', 'windows/dns_query/-'],
    ],
    [{ event: { category: 'web' }, http: { response: { status_code: 404 } } }, ['-/webserver/-']],
    [
      { event: { category: 'web' }, observer: { type: 'proxy' }, http: { response: { status_code: 404 } } },
      ['-/proxy/-'],
    ],
    [{ 'event.dataset': 'system.auth', process: { name: 'sshd' } }, ['linux/-/auth', 'linux/-/sshd']],
    [{ CommandLine: 'whoami' }, undefined],
  ])('%j', (event, want) => {
    expect(router.route(event)?.map(show)).toEqual(want);
  });
});

describe('what fields are called', () => {
  test.each<[event: Fields, added: Fields]>([
    [
      { Channel: 'Security', EventID: 4688, NewProcessName: 'C:\\a.exe', ParentProcessName: 'C:\\b.exe' },
      { Image: 'C:\\a.exe', ParentImage: 'C:\\b.exe' },
    ],
    [{ Channel: SYSMON, EventID: 1, Image: 'C:\\a.exe' }, {}],
    [
      {
        Channel: 'Microsoft-Windows-Windows Defender/Operational',
        EventID: 1116,
        ThreatName: 'T',
        Path: 'p',
      },
      { Signature: 'T', Filename: 'p' },
    ],
    [
      { type: 'SYSCALL', SYSCALL: 'execve', exe: '/bin/id', proctitle: 'id -u', pid: 5 },
      { Image: '/bin/id', CommandLine: 'id -u', ProcessId: 5 },
    ],
    [{ type: 'PATH', nametype: 'CREATE', name: '/etc/x' }, { TargetFilename: '/etc/x' }],
    [
      ecs('process', 'start', 'linux', {
        process: { executable: '/bin/id', command_line: 'id', parent: { executable: '/bin/sh' } },
      }),
      { Image: '/bin/id', CommandLine: 'id', ParentImage: '/bin/sh' },
    ],
    [
      ecs('registry', 'change', 'windows', { registry: { path: 'HKEY_LOCAL_MACHINE\\a' } }),
      { TargetObject: ['HKLM\\a', 'HKEY_LOCAL_MACHINE\\a'] },
    ],
    [
      ecs('network', 'start', 'windows', { network: { direction: 'egress' }, destination: { port: 53 } }),
      { Initiated: ['true', 'egress'], DestinationPort: 53 },
    ],
    [
      {
        event: { category: 'web' },
        http: { request: { method: 'GET' }, response: { status_code: 404 } },
        url: { path: '/a' },
      },
      { 'cs-method': 'GET', 'sc-status': 404, 'cs-uri-stem': '/a' },
    ],
  ])('%j', (event, added) => {
    expect({ ...(router.prepare(event).event as Fields) }).toEqual({ ...event, ...added });
  });

  test('in the lines that our own readers make: web servers and sudo, by the spellings of public rules', () => {
    const rule = (id: string, logsource: string, selection: string): string =>
      `title: ${id}\nid: ${id}\nlogsource: ${logsource}\ndetection: {s: {${selection}}, condition: s}\n`;
    const engine = compile(
      [
        parseRules(
          [
            rule('uri', '{category: webserver}', 'c-uri|contains: /../'),
            rule('agent', '{category: webserver}', 'c-useragent|startswith: sqlmap'),
            rule('query', '{category: webserver}', 'cs-uri-query|contains: union'),
            rule('status', '{category: webserver}', 'sc-status: 404'),
            rule('sudo', '{product: linux, service: sudo}', 'USER: root'),
          ].join('---\n'),
          { source: 't' },
        ),
      ],
      { pipelines },
    );
    expect(engine.errors).toEqual([]);
    expect(engine.unmapped).toEqual([]);
    const ids = (channel: 'web-access' | 'linux-syslog', text: string): string[] => {
      const { fields, logsources } = readLine(channel, text);
      return engine.match(fields, logsources).map(({ rule: { id } }) => id);
    };
    const line =
      '10.0.0.9 - - [15/Jun/2025:02:00:00 +0000] "GET /a/../b?q=union+select HTTP/1.1" 404 12 "-" "sqlmap/1.7"';
    expect(ids('web-access', line)).toEqual(['uri', 'agent', 'query', 'status']);
    expect(
      ids('linux-syslog', 'Jun 15 02:00:00 srv sudo: ann : TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/id'),
    ).toEqual(['sudo']);
  });
});

describe('the tables themselves', () => {
  test('have names of their own, and are read once', () => {
    const names = pipelines.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(builtInPipelines()).toBe(pipelines);
  });

  test('route each Windows channel to one service, but for one', () => {
    const services = new Map<string, Set<string>>();
    for (const { when, logsource } of pipelines.flatMap(({ routes = [] }) => routes)) {
      const channels = when['Channel'];
      if (!Array.isArray(channels) || Object.keys(when).length > 1) continue;
      const sources: LogSource[] = [];
      for (const { service } of sources.concat(logsource))
        for (const channel of channels as string[])
          if (service !== undefined) services.set(channel, (services.get(channel) ?? new Set()).add(service));
    }
    expect(services.size).toBeGreaterThanOrEqual(60);
    // The two names of the one service that rules know under both.
    expect([...services].filter(([, found]) => found.size > 1).map(([channel]) => channel)).toEqual([
      'Microsoft-ServiceBus-Client/Admin',
      'Microsoft-ServiceBus-Client/Operational',
    ]);
  });
});

describe('README', () => {
  const text = readFileSync(path.resolve(import.meta.dirname, '../../../rules/pipelines/README.md'), 'utf8');
  const examples = [...text.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, yaml = '']) => yaml);
  const read = (yaml = ''): readonly Pipeline[] => {
    const { pipelines: made, errors } = parsePipelines(yaml, { source: 'README.md' });
    expect(errors).toEqual([]);
    return made;
  };

  test('shows pipelines that are right', () => {
    expect(examples.length).toBeGreaterThanOrEqual(2);
    for (const yaml of examples) expect(read(yaml).length).toBeGreaterThan(0);
  });

  test('gives a 4688 its integrity level as it says', () => {
    const added = examples.flatMap(read).filter(({ name }) => name === 'integrity-of-4688');
    const { event } = createRouter([...pipelines, ...added]).prepare({
      Channel: 'Security',
      EventID: 4688,
      MandatoryLabel: 'S-1-16-12288',
    });
    expect((event as Fields)['IntegrityLevel']).toEqual(['High', 'S-1-16-12288']);
  });

  test('names every file of the folder', () => {
    for (const { name } of pipelines) expect(name).toMatch(/^[a-z0-9-]+$/);
    for (const file of [
      'windows-channels',
      'windows-sysmon',
      'windows-security',
      'windows-powershell',
      'windows-defender',
      'linux-sysmon',
      'linux-audit',
      'linux-syslog',
      'web',
      'cloud',
      'ecs',
    ])
      expect(text).toContain(`${file}.yml`);
  });
});
