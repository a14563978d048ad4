/**
 * Apache's configuration as a tree, includes in place (httpd.apache.org/docs/2.4/configuring.html). IfModule is decided
 * by what is loaded, IfDefine and IfVersion count as fulfilled: what might hold is looked at.
 */
import path from 'node:path';
import { NotAssessedError } from '../finding.ts';
import type { HostView, Line } from '../host-view.ts';
import { DIRECTIVES_MAX, INCLUDE_DEPTH_MAX, type Directive } from './directives.ts';

const MAINS = ['/etc/apache2/apache2.conf', '/etc/httpd/conf/httpd.conf', '/etc/apache2/httpd.conf'];

export interface ApacheConfig {
  tree: Directive[];
  /** Names as in IfModule, e.g. `ssl_module`. */
  modules: ReadonlySet<string>;
}

interface Reading {
  view: HostView;
  modules: Set<string>;
  variables: Map<string, string>;
  serverRoot: string;
  left: number;
}

/** undefined: there is none. @throws NotAssessedError */
export function readApacheConfig(view: HostView): Promise<ApacheConfig | undefined> {
  return view.once('apache', async () => {
    const [main] = await view.expand(MAINS);
    if (main === undefined) return undefined;
    const variables = new Map<string, string>();
    for (const { text } of (await view.lines('/etc/apache2/envvars')) ?? []) {
      const [, name, value = ''] = /^\s*export\s+(\w+)=(.*)$/.exec(text) ?? [];
      if (name !== undefined) variables.set(name, value.replace(/\$SUFFIX/g, '').replace(/^"(.*)"$/, '$1'));
    }
    const serverRoot = main.startsWith('/etc/httpd') ? '/etc/httpd' : '/etc/apache2';
    const reading: Reading = { view, modules: new Set(), variables, serverRoot, left: DIRECTIVES_MAX };
    return { tree: await readFile(main, reading, 0), modules: reading.modules };
  });
}

async function readFile(file: string, reading: Reading, depth: number): Promise<Directive[]> {
  if (depth > INCLUDE_DEPTH_MAX) throw new NotAssessedError('too-large', `${file}: includes inside includes`);
  const lines = joined((await reading.view.lines(file)) ?? []);
  const top: Directive[] = [];
  const open: { into: Directive[]; name: string; isOff: boolean }[] = [];
  let current = top;
  let isOff = false;
  for (const { text, place } of lines) {
    const close = /^<\/(\w+)\s*>$/.exec(text);
    if (close !== null) {
      const last = open.pop();
      if (last !== undefined) ({ into: current, isOff } = last);
      continue;
    }
    const section = /^<(\w+)\s*(.*?)>$/.exec(text);
    const words = wordsOf(
      section === null ? text : `${section[1] ?? ''} ${section[2] ?? ''}`,
      reading.variables,
    );
    const [head = '', ...args] = words;
    const name = head.toLowerCase();
    if (section !== null) {
      open.push({ into: current, name, isOff });
      if (name === 'ifmodule') isOff ||= !moduleHolds(args[0] ?? '', reading.modules);
      else if (
        !['ifdefine', 'ifversion', 'if', 'else', 'elseif', 'ifdirective', 'ifsection', 'iffile'].includes(
          name,
        )
      ) {
        const inside: Directive[] = [];
        if (!isOff) current.push({ name, args, place, inside });
        current = inside;
      }
      continue;
    }
    if (isOff || name === '') continue;
    reading.left -= 1;
    if (reading.left < 0)
      throw new NotAssessedError('too-large', `${file}: more than ${DIRECTIVES_MAX} directives`);
    if (name === 'include' || name === 'includeoptional') {
      const target = args[0] ?? '';
      const full = target.startsWith('/') ? target : path.join(reading.serverRoot, target);
      for (const each of await filesOf(full, reading.view))
        current.push(...(await readFile(each, reading, depth + 1)));
      continue;
    }
    if (name === 'loadmodule' && args[0] !== undefined) reading.modules.add(args[0].toLowerCase());
    if (name === 'serverroot' && args[0] !== undefined) reading.serverRoot = args[0];
    if (name === 'define' && args[0] !== undefined) reading.variables.set(args[0], args[1] ?? '');
    current.push({ name, args, place, inside: undefined });
  }
  return top;
}

/** A file, files by pattern, or all files of a folder. */
async function filesOf(target: string, view: HostView): Promise<string[]> {
  const found = await view.expand([target]);
  const files: string[] = [];
  for (const each of found) {
    if ((await view.facts(each))?.type === 'folder') files.push(...(await view.expand([`${each}/*`])));
    else files.push(each);
  }
  return files;
}

function moduleHolds(condition: string, modules: ReadonlySet<string>): boolean {
  const negated = condition.startsWith('!');
  const name = condition.replace(/^!/, '').toLowerCase();
  // `mod_ssl.c` and `ssl_module` are the same one.
  const [, file] = /^mod_(\w+)\.c$/.exec(name) ?? [];
  return modules.has(file === undefined ? name : `${file}_module`) !== negated;
}

/** Lines that end in a backslash go on in the next; comments and blanks are left out. */
function joined(lines: readonly Line[]): Line[] {
  const result: Line[] = [];
  let carried: Line | undefined;
  for (const { text, place } of lines) {
    const whole =
      carried === undefined
        ? { text: text.trim(), place }
        : { text: `${carried.text}${text.trim()}`, place: carried.place };
    carried = whole.text.endsWith('\\') ? { text: whole.text.slice(0, -1), place: whole.place } : undefined;
    if (carried === undefined && whole.text !== '' && !whole.text.startsWith('#')) result.push(whole);
  }
  return result;
}

function wordsOf(text: string, variables: ReadonlyMap<string, string>): string[] {
  const filled = text.replace(/\$\{(\w+)\}/g, (whole, name: string) => variables.get(name) ?? whole);
  return [...filled.matchAll(/"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|(\S+)/g)].map(
    ([, double, single, word]) => double ?? single ?? word ?? '',
  );
}
