import { describe, expect, it } from 'vitest';
import { compareReleases } from '../../../collector/rollout/compare-releases.ts';
import { parsePackageName } from '../../../collector/rollout/package-name.ts';

describe('names of packages', () => {
  it.each([
    ['vonggac-agent-0.1.0-x64.msi', { kind: 'msi', platform: 'windows', arch: 'x64', version: '0.1.0' }],
    ['vonggac-agent-0.1.0-windows-x64.msi', { kind: 'msi', platform: 'windows', version: '0.1.0' }],
    ['vonggac-agent_0.2.0-1_amd64.deb', { kind: 'deb', platform: 'linux', arch: 'x64', version: '0.2.0' }],
    ['vonggac-agent_0.2.0~rc.1_arm64.deb', { kind: 'deb', arch: 'arm64', version: '0.2.0-rc.1' }],
    ['vonggac-agent-1.12.3-linux-x64.tar.gz', { kind: 'tar.gz', platform: 'linux', version: '1.12.3' }],
  ])('%s', (name, said) => {
    expect(parsePackageName(name)).toMatchObject({ name, ...said });
  });

  it.each([
    '../vonggac-agent-0.1.0-x64.msi',
    'vonggac-agent-0.1.0-x64.msi/..',
    'vonggac-agent-0.1.0-x64.MSI.exe',
    'vonggac-agent-0.1.0-linux-x64.msi',
    'vonggac-agent-0.1.0-windows-x64.deb',
    'vonggac-agent-x64.msi',
    'vonggac-collector_0.1.0_amd64.deb',
    'vonggac-agent-0.1.0-x64.msi\n',
    '.vonggac-agent-0.1.0-x64.msi',
    'vonggac-agent-0.1.0-$(id)-x64.msi',
    '',
  ])('%j is none', (name) => {
    expect(parsePackageName(name)).toBeUndefined();
  });

  it('orders versions as numbers, a candidate before its release', () => {
    const sorted = ['0.10.0', '0.2.0', '0.2.0-rc.1', '0.9.1'].toSorted(compareReleases);
    expect(sorted).toEqual(['0.2.0-rc.1', '0.2.0', '0.9.1', '0.10.0']);
  });
});
