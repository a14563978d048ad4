/**
 * The collector's program folder as it lies on a host: sources as they are tested, the console as it was built, the
 * libraries that run, and a runtime. Nothing in it is written by the collector.
 */
import fs from 'node:fs';
import path from 'node:path';
import { build } from 'vite';
import { z } from 'zod';
import { ROOT } from './agent-folder.ts';
import { librariesFor } from './collector-libraries.ts';
import type { Runtime } from './runtimes.ts';

/** What belongs to the host: command, unit, settings, maintainer scripts. */
export const COLLECTOR_HOST = path.join(ROOT, 'scripts/package/collector-host');
/** The agent's sources are what `vonggac replay` sends with. */
const SOURCES = ['agent', 'bin', 'collector', 'rules'] as const;
/** Of libraries: what only editors and debuggers read. */
const FOR_PEOPLE = /\.(?:map|d\.[cm]?ts|tsbuildinfo)$/;

export interface CollectorFolderOptions {
  /** Made by buildConsole(). */
  console: string;
  runtime: Runtime;
  /** The version it is said to be. */
  version: string;
  /** Of `node_modules`, relative; default: all that runs. */
  libraries?: readonly string[] | undefined;
}

/** Replaces what is in `folder`. */
export async function buildConsole(folder: string): Promise<string> {
  await build({
    configFile: path.join(ROOT, 'dashboards/console/vite.config.ts'),
    root: path.join(ROOT, 'dashboards/console'),
    logLevel: 'warn',
    build: { outDir: folder, emptyOutDir: true, reportCompressedSize: false },
  });
  return folder;
}

export function fillCollectorFolder(folder: string, options: CollectorFolderOptions): void {
  const { runtime, version, libraries = librariesFor(path.join(ROOT, 'node_modules')) } = options;
  for (const name of SOURCES)
    fs.cpSync(path.join(ROOT, name), path.join(folder, name), { recursive: true, dereference: true });
  for (const name of libraries)
    fs.cpSync(path.join(ROOT, 'node_modules', name), path.join(folder, 'node_modules', name), {
      recursive: true,
      // Those inside another are listed by themselves.
      filter: (file) => path.basename(file) !== 'node_modules' && !FOR_PEOPLE.test(file),
    });
  fs.cpSync(options.console, path.join(folder, 'dashboards/console/dist'), { recursive: true });
  const manifest: unknown = JSON.parse(fs.readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
  fs.writeFileSync(
    path.join(folder, 'package.json'),
    `${JSON.stringify({ ...z.looseObject({}).parse(manifest), version }, null, 2)}\n`,
  );
  fs.copyFileSync(path.join(ROOT, 'LICENSE'), path.join(folder, 'LICENSE'));
  const there = path.join(folder, 'runtime');
  fs.mkdirSync(there);
  fs.copyFileSync(runtime.program, path.join(there, 'node'));
  fs.chmodSync(path.join(there, 'node'), 0o755);
  fs.copyFileSync(runtime.licence, path.join(there, 'LICENSE'));
  fs.copyFileSync(path.join(COLLECTOR_HOST, 'vonggac'), path.join(folder, 'vonggac'));
  fs.chmodSync(path.join(folder, 'vonggac'), 0o755);
}
