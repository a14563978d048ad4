/** The agent as one script for Node's single executables, which run nothing but a script of one file. */
import fs from 'node:fs';
import path from 'node:path';
import { build, type Plugin } from 'vite';
import { ROOT } from './agent-folder.ts';
import { LEAN_ZOD, TARGET } from './bundle.ts';
import { builtinsAsObjects, inAscii, oneThread } from './bundle-plugins.ts';

/** What modules ask of their own place: there it is the program's file, and what stood beside them is in it. */
const OWN_PLACE: Readonly<Record<string, string>> = {
  'import.meta.dirname': "(process.execPath + '/parts')",
  'import.meta.filename': 'process.execPath',
};

function placeOfProgram(): Plugin {
  return {
    name: 'place-of-program',
    enforce: 'pre',
    transform(code, id) {
      if (!id.startsWith(path.join(ROOT, 'agent'))) return undefined;
      return Object.entries(OWN_PLACE).reduce(
        (text, [asked, answer]) => text.replaceAll(asked, answer),
        code,
      );
    },
  };
}

export const SEA_SCRIPT = 'agent.js';

/** Replaces what is in `folder`. @throws Error when what comes out is more than a script */
export async function makeSeaScript(folder: string): Promise<void> {
  await build({
    configFile: false,
    root: ROOT,
    logLevel: 'warn',
    ssr: { noExternal: true, target: 'node' },
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
        output: { format: 'es', entryFileNames: SEA_SCRIPT, codeSplitting: false },
      },
    },
    plugins: [oneThread(), builtinsAsObjects(), placeOfProgram()],
  });
  const file = path.join(folder, SEA_SCRIPT);
  // The bundler's own way to built-in modules that libraries require.
  const code = inAscii(fs.readFileSync(file, 'utf8'))
    .replaceAll('import.meta.url', 'process.execPath')
    .replace(/export\s*\{\s*\};?\s*$/, '');
  const left = /\bimport\.meta\.\w+|\bimport\s*\(|^(?:import|export)\b.*/m.exec(code);
  if (left !== null) throw new Error(`the agent's single script is not whole: ${left[0].slice(0, 80)}`);
  fs.writeFileSync(file, `(async()=>{${code}\n})();\n`);
}
