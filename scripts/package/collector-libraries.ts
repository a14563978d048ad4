/** Which folders of `node_modules` the collector needs to run: package.json's dependencies without the console's, and theirs. */
import fs from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { ROOT } from './agent-folder.ts';

/** Inside the console's build already, or what builds it; the collector imports none of them. */
export const OF_THE_CONSOLE: ReadonlySet<string> = new Set([
  '@fontsource-variable/inter',
  '@tanstack/react-query',
  '@vitejs/plugin-react',
  'antd',
  'dayjs',
  'marked',
  'react',
  'react-dom',
  'uplot',
  'vite',
]);

const names = z.record(z.string(), z.string()).default({});
const manifestSchema = z.object({
  dependencies: names,
  optionalDependencies: names,
  peerDependencies: names,
  peerDependenciesMeta: z.record(z.string(), z.object({ optional: z.boolean().optional() })).default({}),
});

const readManifest = (folder: string): z.infer<typeof manifestSchema> =>
  manifestSchema.parse(JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8')));

/**
 * @param modules `node_modules` as npm has laid it out
 * @returns folders relative to it, sorted
 * @throws Error for a library that is not installed
 */
export function librariesFor(modules: string): string[] {
  const { dependencies } = readManifest(ROOT);
  const found = new Set<string>();
  const add = (name: string, from: string, isOptional: boolean): void => {
    const folder = nearest(name, from, modules);
    if (folder === undefined) {
      if (isOptional) return;
      throw new Error(`${name}, which ${path.basename(from)} needs, is not installed; run "npm install"`);
    }
    const relative = path.relative(modules, folder);
    if (found.has(relative)) return;
    found.add(relative);
    const manifest = readManifest(folder);
    for (const each of Object.keys(manifest.dependencies)) add(each, folder, false);
    for (const each of Object.keys(manifest.optionalDependencies)) add(each, folder, true);
    for (const each of Object.keys(manifest.peerDependencies))
      if (manifest.peerDependenciesMeta[each]?.optional !== true) add(each, folder, true);
  };
  for (const name of Object.keys(dependencies)) if (!OF_THE_CONSOLE.has(name)) add(name, ROOT, false);
  return [...found].toSorted();
}

/** As Node looks for it: beside whoever asks, then further up. */
function nearest(name: string, from: string, modules: string): string | undefined {
  for (let at = from; at.startsWith(path.dirname(modules)); at = path.dirname(at)) {
    if (path.basename(at) === 'node_modules') continue;
    const folder = path.join(at, 'node_modules', name);
    if (fs.existsSync(path.join(folder, 'package.json'))) return folder;
  }
  return undefined;
}
