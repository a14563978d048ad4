/** Debian's rsyslog sends to the receiver over UDP, TCP and TLS; the collector reads what arrives. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { SyslogListenerOptions } from '../../agent/sources/syslog/syslog-source.ts';
import { makeCertificate } from '../support/agent/certificate.ts';
import { receiver } from '../support/syslog-senders.ts';
import { start, texts } from '../unit/agent/sources/source-harness.ts';
import { readLine } from '../unit/normalize/helpers.ts';

const PROGRAM = ['/usr/sbin/rsyslogd', '/sbin/rsyslogd'].find((file) => fs.existsSync(file));
const TLS_DRIVER = [
  '/usr/lib/x86_64-linux-gnu/rsyslog/lmnsd_gtls.so',
  '/usr/lib/aarch64-linux-gnu/rsyslog/lmnsd_gtls.so',
].find((file) => fs.existsSync(file));
const LINES = 300;

let folder: string;
let daemon: ChildProcess | undefined;

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'vonggac-rsyslog-'));
});

afterEach(async () => {
  if (daemon !== undefined && daemon.exitCode === null && daemon.signalCode === null) {
    const end = once(daemon, 'exit');
    daemon.kill('SIGKILL');
    await end;
  }
  daemon = undefined;
  await fs.promises.rm(folder, { recursive: true });
});

/** A log that rsyslog reads, and the action by which it passes each line on. */
function startRsyslog(action: string): void {
  const lines = Array.from({ length: LINES }, (_, index) => `deny tcp 192.0.2.${index % 250} số ${index}\n`);
  fs.writeFileSync(path.join(folder, 'in.log'), lines.join(''));
  const settings = [
    `global(workDirectory="${folder}" localHostname="fw-01" defaultNetstreamDriverCAFile="${folder}/cert.pem")`,
    'module(load="imfile")',
    `input(type="imfile" File="${folder}/in.log" Tag="filter:" Facility="local4" Severity="warning")`,
    action,
  ];
  fs.writeFileSync(path.join(folder, 'rsyslog.conf'), `${settings.join('\n')}\n`);
  daemon = spawn(PROGRAM ?? 'rsyslogd', ['-n', '-f', `${folder}/rsyslog.conf`, '-i', `${folder}/pid`], {
    stdio: 'ignore',
  });
}

interface Way {
  name: string;
  listener: Partial<SyslogListenerOptions> & Pick<SyslogListenerOptions, 'protocol'>;
  action: string;
}

const WAYS: readonly Way[] = [
  {
    name: 'UDP, RFC 5424',
    listener: { protocol: 'udp' },
    action: 'Protocol="udp" Template="RSYSLOG_SyslogProtocol23Format"',
  },
  {
    name: 'TCP, octets counted, RFC 5424',
    listener: { protocol: 'tcp' },
    action: 'Protocol="tcp" TCP_Framing="octet-counted" Template="RSYSLOG_SyslogProtocol23Format"',
  },
  {
    name: 'TCP, line ends, RFC 3164 with the time of ISO 8601',
    listener: { protocol: 'tcp' },
    action: 'Protocol="tcp" Template="RSYSLOG_ForwardFormat"',
  },
  {
    name: 'TLS, line ends, RFC 3164',
    listener: { protocol: 'tls' },
    action:
      'Protocol="tcp" Template="RSYSLOG_TraditionalForwardFormat" StreamDriver="gtls" StreamDriverMode="1" StreamDriverAuthMode="x509/certvalid"',
  },
];

describe.skipIf(PROGRAM === undefined)('rsyslog', () => {
  test.each(WAYS)('$name: every line once, in order, and read', async ({ listener, action }) => {
    if (listener.protocol === 'tls' && TLS_DRIVER === undefined) {
      throw new Error('rsyslog-gnutls is not installed beside rsyslog');
    }
    const { cert, key } = await makeCertificate(undefined, ['localhost']);
    fs.writeFileSync(path.join(folder, 'cert.pem'), cert);
    fs.writeFileSync(path.join(folder, 'key.pem'), key);
    const certificate = { certFile: path.join(folder, 'cert.pem'), keyFile: path.join(folder, 'key.pem') };
    const { source, port } = receiver({
      ...listener,
      ...(listener.protocol === 'tls' && { tls: certificate }),
    });
    const run = start(source);
    const reading = run.until((records) => records.length >= LINES);
    startRsyslog(`action(type="omfwd" Target="127.0.0.1" Port="${await port}" ${action})`);
    const records = await reading;
    await run.stop();
    const lines = texts(records);
    expect(lines.map((line) => /số (\d+)$/.exec(line)?.[1])).toEqual(
      Array.from({ length: LINES }, (_, index) => String(index)),
    );
    expect(records.every((record) => record.kind === 'log' && record.origin === 'syslog://127.0.0.1')).toBe(
      true,
    );
    const event = readLine('linux-syslog', lines[0] ?? '');
    expect(event.parsed).toBe(true);
    expect(event.fields.toRecord()).toMatchObject({
      'host.name': 'fw-01',
      'process.name': 'filter',
      'log.syslog.facility.code': 20,
      'log.syslog.severity.code': 4,
    });
  });
});
