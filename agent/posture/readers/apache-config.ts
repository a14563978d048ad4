/**
 * Apache's configuration as a tree, includes in place (httpd.apache.org/docs/2.4/configuring.html). IfModule is decided
 * by what is loaded or always built in, IfDefine by what is defined here or where its start is set; IfVersion and If
 * count as fulfilled: what might hold is looked at.
 */
import path from 'node:path';
import { NotAssessedError } from '../finding.ts';
import type { HostView, Line } from '../host-view.ts';
import { DIRECTIVES_MAX, INCLUDE_DEPTH_MAX, type Directive } from './directives.ts';

const MAINS = ['/etc/apache2/apache2.conf', '/etc/httpd/conf/httpd.conf', '/etc/apache2/httpd.conf'];

/** Built in rather than loaded, on Debian more than elsewhere; where they are not, they are loaded all the same. */
const BUILT_IN = ['core', 'so', 'http', 'unixd', 'log_config', 'logio', 'version', 'watchdog'];
/** Names of source files that do not begin with `mod_`. */
const FILES: Readonly<Record<string, string>> = {
  'core.c': 'core_module',
  'http_core.c': 'http_module',
  'event.c': 'mpm_event_module',
  'worker.c': 'mpm_worker_module',
  'prefork.c': 'mpm_prefork_module',
};
/** Sections that are looked into as if they were not there. */
const TRANSPARENT: ReadonlySet<string> = new Set([
  'ifversion',
  'if',
  'else',
  'elseif',
  'ifdirective',
  'ifsection',
  'iffile',
]);
/** Settings of its start, which may define names. */
const STARTS = ['/etc/apache2/envvars', '/etc/sysconfig/httpd', '/etc/sysconfig/apache2'];

export interface ApacheConfig {
  tree: Directive[];
  /** Names as in IfModule, e.g. `ssl_module`. */
  modules: ReadonlySet<string>;
}

interface Reading {
  view: HostView;
  modules: Set<string>;
  variables: Map<string, string>;
  defined: Set<string>;
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
    const reading: Reading = {
      view,
      modules: new Set(BUILT_IN.map((name) => `${name}_module`)),
      variables,
      defined: await definedAtStart(view),
      serverRoot,
      left: DIRECTIVES_MAX,
    };
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
      else if (name === 'ifdefine') isOff ||= !holds(args[0] ?? '', (each) => reading.defined.has(each));
      else if (!TRANSPARENT.has(name)) {
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
    if (name === 'define' && args[0] !== undefined) {
      reading.variables.set(args[0], args[1] ?? '');
      reading.defined.add(args[0]);
    }
    if (name === 'undefine' && args[0] !== undefined) {
      reading.variables.delete(args[0]);
      reading.defined.delete(args[0]);
    }
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

/** Names that it is started with, e.g. `-D SSL`. */
async function definedAtStart(view: HostView): Promise<Set<string>> {
  const names = new Set<string>();
  for (const file of STARTS) {
    for (const { text } of (await view.lines(file)) ?? []) {
      if (!/^\s*(?:export\s+)?(?:APACHE_ARGUMENTS|OPTIONS|APACHE_SERVER_FLAGS)=/.test(text)) continue;
      for (const [, name = ''] of text.matchAll(/-D\s*(\w+)/g)) names.add(name);
    }
  }
  return names;
}

function moduleHolds(condition: string, modules: ReadonlySet<string>): boolean {
  return holds(condition.toLowerCase(), (name) => {
    // `mod_ssl.c` and `ssl_module` are the same one.
    const [, file] = /^mod_(\w+)\.c$/.exec(name) ?? [];
    return modules.has(FILES[name] ?? (file === undefined ? name : `${file}_module`));
  });
}

/** @param condition a name, or with `!` before it that it is not so */
function holds(condition: string, test: (name: string) => boolean): boolean {
  return condition.startsWith('!') ? !test(condition.slice(1)) : test(condition);
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
