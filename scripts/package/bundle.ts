/**
 * The agent as it is shipped: `agent/cli.ts` and all it imports in JavaScript files that need nothing but Node, with the
 * licences of the libraries inside. What is loaded only for what is used stays in files of its own, so that an agent
 * pays memory only for that.
 */
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { licencesOf } from './licences.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
/** The oldest runtime the agent is run on. */
const TARGET = 'node22';
export const AGENT_ENTRY = 'vonggac-agent.js';

export interface Bundle {
  /** Absolute path of the program. */
  entry: string;
  files: { name: string; bytes: number }[];
  /** `name@version` of each library inside. */
  libraries: string[];
}

/** Replaces what is in `folder`. @throws Error where a library has no licence text */
export async function bundleAgent(folder: string): Promise<Bundle> {
  const modules = new Set<string>();
  await build({
    configFile: false,
    root: ROOT,
    logLevel: 'warn',
    ssr: { noExternal: true, target: 'node' },
    build: {
      ssr: true,
      target: TARGET,
      outDir: folder,
      emptyOutDir: true,
      minify: true,
      sourcemap: false,
      reportCompressedSize: false,
      rolldownOptions: {
        input: path.join(ROOT, 'agent/cli.ts'),
        output: {
          format: 'es',
          entryFileNames: AGENT_ENTRY,
          chunkFileNames: 'parts/[name]-[hash].js',
        },
      },
    },
    plugins: [
      {
        name: 'note-modules',
        generateBundle(_options, output) {
          for (const chunk of Object.values(output))
            if (chunk.type === 'chunk') for (const id of chunk.moduleIds) modules.add(id);
        },
      },
    ],
  });
  const { libraries, text } = licencesOf([...modules]);
  fs.writeFileSync(path.join(folder, 'package.json'), `${JSON.stringify({ type: 'module', private: true })}\n`);
  fs.writeFileSync(path.join(folder, 'THIRD-PARTY-LICENCES.txt'), text);
  fs.copyFileSync(path.join(ROOT, 'LICENSE'), path.join(folder, 'LICENSE'));
  const files = fs
    .readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => ({ name, stat: fs.statSync(path.join(folder, name)) }))
    .flatMap(({ name, stat }) => (stat.isFile() ? [{ name, bytes: stat.size }] : []));
  return { entry: path.join(folder, AGENT_ENTRY), files, libraries };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = path.join(ROOT, 'dist/agent');
  const { entry, files, libraries } = await bundleAgent(folder);
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  process.stdout.write(
    `${path.relative(ROOT, entry)}: ${files.length} files, ${(bytes / 1_048_576).toFixed(2)} MiB, ${libraries.length} libraries: ${libraries.join(', ')}\n`,
  );
}
