/** A Debian package of a staged tree: control file, conffiles, maintainer scripts; the same bytes of the same tree. */
import fs from 'node:fs';
import path from 'node:path';
import { settle } from './source-date.ts';
import { runTool } from './run-tool.ts';

/** What packages of one run have in common. */
export interface DebMaking {
  version: string;
  /** `NAME` or `NAME <ADDRESS>`. */
  maintainer: string;
  epoch: number;
  /** Folder that gets it. */
  out: string;
  /** For tests, which have no use for a small package. */
  isPacked?: boolean | undefined;
}

export interface DebOptions extends DebMaking {
  /** What is installed, from the root; DEBIAN is added. */
  tree: string;
  name: string;
  summary: string;
  /** Paragraphs. */
  description: readonly string[];
  depends: readonly string[];
  recommends?: readonly string[];
  suggests?: readonly string[];
  /** Folder of postinst, prerm, postrm. */
  scripts: string;
  /** Absolute on the host. */
  conffiles: readonly string[];
}

/** @returns the file it made */
export function makeDeb(options: DebOptions): string {
  const { tree, name, version, epoch, out, scripts, conffiles, isPacked = true } = options;
  const control = path.join(tree, 'DEBIAN');
  const list = (field: string, values: readonly string[] = []): string =>
    values.length === 0 ? '' : `${field}: ${values.join(', ')}\n`;
  const installedKib = Math.ceil(bytesBelow(tree) / 1024);
  fs.mkdirSync(control);
  fs.writeFileSync(
    path.join(control, 'control'),
    `Package: ${name}\nVersion: ${version}\nArchitecture: amd64\nMaintainer: ${options.maintainer}\n` +
      `Installed-Size: ${installedKib}\n${list('Depends', options.depends)}${list('Recommends', options.recommends)}` +
      `${list('Suggests', options.suggests)}Section: admin\nPriority: optional\nDescription: ${options.summary}\n` +
      options.description.map((paragraph) => ` ${paragraph}\n`).join(' .\n'),
  );
  if (conffiles.length > 0) fs.writeFileSync(path.join(control, 'conffiles'), `${conffiles.join('\n')}\n`);
  for (const script of fs.readdirSync(scripts)) {
    fs.copyFileSync(path.join(scripts, script), path.join(control, script));
    fs.chmodSync(path.join(control, script), 0o755);
  }
  settle(tree, epoch);
  const file = path.join(out, `${name}_${version}_amd64.deb`);
  const packing = isPacked ? ['-Zxz', '-z6', '--threads-max=2'] : ['-Znone'];
  runTool('dpkg-deb', ['--root-owner-group', ...packing, '--build', tree, file], {
    env: { SOURCE_DATE_EPOCH: String(epoch) },
  });
  return file;
}

function bytesBelow(folder: string): number {
  return fs
    .readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => fs.lstatSync(path.join(folder, name)))
    .reduce((sum, stat) => sum + (stat.isFile() ? stat.size : 0), 0);
}
