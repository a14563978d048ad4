/** A database of rpm with packages of its own, built by rpmbuild and installed by rpm; needs no root and touches no other. */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

export const rpmIsHere = ['/usr/bin/rpm', '/usr/bin/rpmbuild'].every((file) => fs.existsSync(file));

export interface RpmPackage {
  name: string;
  /** Absolute paths and what they hold; one that ends in `/` is a folder. */
  files: Readonly<Record<string, string>>;
  /** Shell that runs once the files are there. */
  afterwards?: string | undefined;
}

export interface RpmDatabase {
  folder: string;
  /** Arguments that make rpm ask this database. */
  args: readonly string[];
  /** @returns arguments of the rpm that installs it */
  build(one: RpmPackage): readonly string[];
  install(one: RpmPackage): void;
}

/** @param home folder of the test's own */
export function makeRpmDatabase(home: string): RpmDatabase {
  const folder = path.join(home, 'rpmdb');
  const args = ['--dbpath', folder];
  const build = (one: RpmPackage): readonly string[] => {
    const top = path.join(home, 'build', one.name);
    const spec = path.join(top, `${one.name}.spec`);
    fs.mkdirSync(path.join(top, 'content'), { recursive: true });
    const lines = Object.entries(one.files).map(([file, text], index) => {
      if (file.endsWith('/')) return `mkdir -p "%{buildroot}${file}"`;
      fs.writeFileSync(path.join(top, 'content', String(index)), text);
      return `install -D -m 644 "${path.join(top, 'content', String(index))}" "%{buildroot}${file}"`;
    });
    const files = Object.keys(one.files).map((file) =>
      file.endsWith('/') ? `%dir "${file.slice(0, -1)}"` : `"${file}"`,
    );
    const head = `Name: ${one.name}\nEpoch: 1\nVersion: 2.0\nRelease: 3\nSummary: x\nLicense: MIT\nBuildArch: noarch`;
    const after = one.afterwards === undefined ? '' : `%post\n${one.afterwards}\n`;
    fs.writeFileSync(
      spec,
      `${head}\n%description\nx\n%install\n${lines.join('\n')}\n${after}%files\n${files.join('\n')}\n`,
    );
    execFileSync('/usr/bin/rpmbuild', ['--quiet', '--define', `_topdir ${top}`, '-bb', spec], {
      stdio: 'ignore',
    });
    return [...args, '--nodeps', '-i', path.join(top, 'RPMS/noarch', `${one.name}-2.0-3.noarch.rpm`)];
  };
  return {
    folder,
    args,
    build,
    install: (one) => void execFileSync('/usr/bin/rpm', build(one), { stdio: 'ignore' }),
  };
}
