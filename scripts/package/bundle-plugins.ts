/** What the agent's bundles are made with: built-in modules as objects, a logger of one thread, text in ASCII. */
import { isBuiltin } from 'node:module';
import type { Plugin } from 'vite';

/**
 * Importing a built-in module as a module reads each of its exports, and some of them are getters that load what an
 * agent has no use for: a whole HTTP client, worker threads, the text of all root certificates (10 MB in all). Asked for
 * as a built-in object, they stay where they are, and only what is imported of it is read.
 */
export function builtinsAsObjects(): Plugin {
  const prefix = '\0plain:';
  return {
    name: 'builtins-as-objects',
    enforce: 'pre',
    resolveId(source, _importer, { kind }) {
      const name = source.replace(/^node:/, '');
      return kind !== 'require-call' && isBuiltin(source) ? `${prefix}${name}` : undefined;
    },
    load(asked) {
      if (!asked.startsWith(prefix)) return undefined;
      const name = asked.slice(prefix.length);
      // Each by itself and without effects, so that those nobody imports are left out.
      const named = Object.keys(builtin(name))
        .filter((each) => each !== 'default')
        .map((each) => `export const ${each} = /* @__PURE__ */ (() => plain.${each})();\n`);
      return `const plain = process.getBuiltinModule(${JSON.stringify(`node:${name}`)});\nexport default plain;\n${named.join('')}`;
    },
  };
}

/**
 * The logger's library asks for what it needs in programs of several threads (0.7 MB). The agent has one, so each stands
 * for what it would have been.
 */
const IN_ONE_THREAD: Readonly<Record<string, string>> = {
  worker_threads: 'exports.isMainThread = true;',
  'thread-stream': `module.exports = class { constructor() { throw new Error('the agent has one thread'); } };`,
  assert: `module.exports = (holds, message) => { if (!holds) throw new Error(message); };`,
};

export function oneThread(): Plugin {
  const prefix = '\0one-thread:';
  return {
    name: 'one-thread',
    enforce: 'pre',
    resolveId(source, _importer, { kind }) {
      return kind === 'require-call' && source in IN_ONE_THREAD ? `${prefix}${source}.cjs` : undefined;
    },
    load(asked) {
      return asked.startsWith(prefix) ? IN_ONE_THREAD[asked.slice(prefix.length, -'.cjs'.length)] : undefined;
    },
  };
}

function builtin(name: string): object {
  const found: unknown = process.getBuiltinModule(`node:${name}`);
  if (found === null || (typeof found !== 'object' && typeof found !== 'function'))
    throw new Error(`there is no built-in module ${name}`);
  return found;
}

/** One letter beyond Latin-1 would make the engine keep the whole file with two bytes a character. */
export function inAscii(code: string): string {
  return code.replaceAll(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
