/** Modules of the running kernel, and what taints them: unsigned, out of its tree, proprietary, forced. */
import type { Host } from './host.ts';
import { readText, textOr } from './read-text.ts';
import { reading, type Reading } from './reading.ts';

export interface KernelModule {
  name: string;
  sizeBytes: number;
  /** Letters as the kernel writes them, e.g. `OE`; empty for a module of the kernel's own tree. */
  taint: string;
  version: string;
  /** `Live`, `Loading`, `Unloading` */
  state: string;
}

const MODULES_MAX = 5_000;

/** What the letters of the kernel's taint mean for a module (Documentation/admin-guide/tainted-kernels.rst). */
export const TAINT_LETTERS: Readonly<Record<string, string>> = {
  P: 'proprietary',
  F: 'forced',
  O: 'out-of-tree',
  E: 'unsigned',
  C: 'staging',
  K: 'live-patch',
  N: 'test',
};

/** @param text of /proc/modules */
export function parseModules(text: string): Omit<KernelModule, 'version'>[] {
  return text.split('\n').flatMap((line) => {
    const [name, size, , , state, , taint] = line.split(' ');
    if (name === undefined || name === '' || size === undefined) return [];
    return [
      { name, sizeBytes: Number(size), state: state ?? '', taint: (taint ?? '').replace(/[()]/g, '').trim() },
    ];
  });
}

export async function readKernelModules(host: Pick<Host, 'root'>): Promise<Reading<KernelModule>> {
  const result = await readText(host, '/proc/modules');
  // A kernel without loadable modules has no such file.
  if (result.kind === 'absent') return reading();
  if (result.kind === 'unreadable')
    return reading<KernelModule>([], [{ part: '/proc/modules', reason: result.reason }]);
  const modules = parseModules(result.text);
  const items: KernelModule[] = [];
  for (const module of modules.slice(0, MODULES_MAX)) {
    items.push({ ...module, version: (await textOr(host, `/sys/module/${module.name}/version`)) ?? '' });
  }
  return reading(items, [], Math.max(0, modules.length - MODULES_MAX));
}
