/** Last logons and where updates come from. */
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readLastLogons } from '../../../../agent/host/last-logons.ts';
import { aptUrls, readUpdateSources, repositoryUrls } from '../../../../agent/host/update-sources.ts';
import { hostFolder, type HostFolder } from './host-folder.ts';

let host: HostFolder;

beforeEach(() => {
  host = hostFolder();
});
afterEach(() => host.remove());

/** As login(1) writes it. */
function lastlog(...logons: readonly (readonly [uid: number, at: string])[]): void {
  host.put('/var/log/lastlog', '');
  const file = fs.openSync(path.join(host.root, '/var/log/lastlog'), 'r+');
  for (const [uid, at] of logons) {
    const record = Buffer.alloc(292);
    record.writeUInt32LE(Date.parse(at) / 1_000, 0);
    record.write('pts/0', 4);
    fs.writeSync(file, record, 0, 292, uid * 292);
  }
  fs.closeSync(file);
}

describe('last logons', () => {
  test('are told by day; an account without one never logged on', () => {
    lastlog([0, '2026-11-20T23:59:59Z'], [1_000, '2026-01-01T00:00:00Z']);
    expect([...readLastLogons(host, [0, 1_000, 999, 65_534])]).toEqual([
      [0, '2026-11-20'],
      [1_000, '2026-01-01'],
      [999, 'never'],
      [65_534, 'never'],
    ]);
  });

  test('are not known where nobody writes the file', () => {
    expect(readLastLogons(host, [0]).size).toBe(0);
    lastlog();
    expect(readLastLogons(host, [0]).size).toBe(0);
  });
});

describe('sources of updates', () => {
  test('of apt are in lines and in stanzas, without what is switched off', () => {
    expect(
      aptUrls(
        'deb [signed-by=/a b=c] https://kho.tinh.gov.vn/debian bookworm main\n# deb http://old/ x\ndeb-src http://src/ x',
      ),
    ).toEqual(['https://kho.tinh.gov.vn/debian', 'http://src/']);
    const stanzas =
      'Types: deb\nURIs: http://a/debian\n  http://b/debian\nSuites: x\n\nEnabled: no\nURIs: http://c/\n';
    expect(aptUrls(stanzas)).toEqual(['http://a/debian', 'http://b/debian']);
  });

  test('of dnf and zypper are in sections', () => {
    const text =
      '[base]\nmirrorlist = https://m.example/x?a=b\nenabled=1\n[old]\nbaseurl=http://old/\nenabled=0\n';
    expect(repositoryUrls(text)).toEqual(['https://m.example/x?a=b']);
  });

  test('are told as hosts with the proxy, without passwords', async () => {
    host.put(
      '/etc/apt/sources.list',
      'deb http://user:secret@Kho.Tinh.gov.vn:3142/debian x main\ndeb file:/srv/repo x\n',
    );
    host.put('/etc/apt/sources.list.d/a.sources', 'Types: deb\nURIs: mirror+https://deb.example/list\n');
    host.put('/etc/apt/sources.list.d/a.save', 'deb http://gone/ x\n');
    host.put(
      '/etc/apt/apt.conf.d/01proxy',
      'Acquire::http::Proxy "http://an:secret@proxy.tinh.gov.vn:3128/";\n',
    );
    host.put('/etc/yum.repos.d/x.repo', '[x]\nbaseurl=https://[2001:db8::1]/x\n');
    const found = await readUpdateSources(host);
    expect(found).toEqual({
      servers: ['[2001:db8::1]', 'deb.example', 'kho.tinh.gov.vn'],
      proxy: 'proxy.tinh.gov.vn:3128',
    });
    host.remove();
    host = hostFolder();
    expect(await readUpdateSources(host)).toEqual({ servers: [], proxy: '' });
    host.put('/etc/apt/apt.conf', 'Acquire::http::Proxy "DIRECT";\n');
    host.put('/etc/dnf/dnf.conf', '[main]\nproxy=http://p:1\n');
    expect((await readUpdateSources(host)).proxy).toBe('p:1');
  });
});
