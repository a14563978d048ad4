/**
 * The agent as it is shipped: `agent/cli.ts` and all it imports in JavaScript files that need nothing but Node, with the
 * licences of the libraries inside. What is loaded only for what is used stays in files of its own, so that an agent
 * pays memory only for that.
 */
import fs from 'node:fs';
import path from 'node:path';
import { build, type Rollup } from 'vite';
import { AGENT_ENVIRONMENT, AGENT_NODE_FLAGS } from './agent-node-flags.ts';
import { builtinsAsObjects, inAscii, oneThread } from './bundle-plugins.ts';
import { licencesOf, type Library } from './licences.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
/** The oldest runtime the agent is run on. */
export const TARGET = 'node22';
const AGENT_ENTRY = 'vonggac-agent.js';
const AGENT_LAUNCHER = 'vonggac-agent';
/** Of schemas what the agent and the protocol use. */
export const LEAN_ZOD = path.join(ROOT, 'agent/lean-zod/zod.ts');
const RUN_COMMAND = path.join(ROOT, 'agent/commands/run-command.ts');

export interface Bundle {
  /** Absolute path of the program. */
  entry: string;
  files: { name: string; bytes: number }[];
  /** `name@version` of each library inside. */
  libraries: string[];
  components: Library[];
  /** What an agent that runs has loaded whatever its settings say: paths of modules, from the product's root. */
  startModules: string[];
}

/** Of the command line and of `run`, with all they import at once. */
function modulesAtStart(output: Rollup.OutputBundle): Set<string> {
  const found = new Set<string>();
  const seen = new Set<string>();
  const add = (name: string): void => {
    const chunk = output[name];
    if (chunk?.type !== 'chunk' || seen.has(name)) return;
    seen.add(name);
    for (const id of chunk.moduleIds) found.add(id);
    for (const imported of chunk.imports) add(imported);
  };
  for (const [name, chunk] of Object.entries(output))
    if (chunk.type === 'chunk' && (chunk.isEntry || chunk.moduleIds.includes(RUN_COMMAND))) add(name);
  return found;
}

/** For shells and service managers; the runtime is `node` of the PATH, or what VONGGAC_NODE names. */
function launcher(): string {
  const flags = AGENT_NODE_FLAGS.join(' ');
  const environment = Object.entries(AGENT_ENVIRONMENT)
    .map(([name, value]) => `export ${name}="\${${name}:-${value}}"\n`)
    .join('');
  return `#!/bin/sh\n${environment}exec "\${VONGGAC_NODE:-node}" ${flags} "$(dirname "$(readlink -f "$0")")/${AGENT_ENTRY}" "$@"\n`;
}

/** Replaces what is in `folder`. @throws Error where a library has no licence text */
export async function bundleAgent(folder: string): Promise<Bundle> {
  const modules = new Set<string>();
  const startModules = new Set<string>();
  await build({
    configFile: false,
    root: ROOT,
    logLevel: 'warn',
    ssr: { noExternal: true, target: 'node' },
    // What it takes of zod itself has longer names.
    resolve: { alias: [{ find: /^zod$/, replacement: LEAN_ZOD }] },
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
      oneThread(),
      builtinsAsObjects(),
      {
        name: 'note-modules',
        generateBundle(_options, output) {
          for (const id of modulesAtStart(output)) startModules.add(path.relative(ROOT, id));
          for (const chunk of Object.values(output))
            if (chunk.type === 'chunk') {
              for (const id of chunk.moduleIds) modules.add(id);
              chunk.code = inAscii(chunk.code);
            }
        },
      },
    ],
  });
  fs.cpSync(path.join(ROOT, 'agent/posture-policies'), path.join(folder, 'posture-policies'), {
    recursive: true,
  });
  const { libraries, text } = licencesOf([...modules]);
  fs.writeFileSync(
    path.join(folder, 'package.json'),
    `${JSON.stringify({ type: 'module', private: true })}\n`,
  );
  fs.writeFileSync(path.join(folder, 'THIRD-PARTY-LICENCES.txt'), text);
  fs.writeFileSync(path.join(folder, AGENT_LAUNCHER), launcher(), { mode: 0o755 });
  fs.copyFileSync(path.join(ROOT, 'LICENSE'), path.join(folder, 'LICENSE'));
  const files = fs
    .readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => ({ name, stat: fs.statSync(path.join(folder, name)) }))
    .flatMap(({ name, stat }) => (stat.isFile() ? [{ name, bytes: stat.size }] : []));
  return {
    entry: path.join(folder, AGENT_ENTRY),
    files,
    libraries: libraries.map(({ name, version }) => `${name}@${version}`),
    components: libraries,
    startModules: [...startModules],
  };
}
