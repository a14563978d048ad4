/** dpkg.log: which package was installed, upgraded, configured or removed, and from which version to which. */
import type { NormalEvent } from './event.ts';
import { logSources, put, putAction } from './draft.ts';
import { parseIsoMs } from './time.ts';

const DPKG = logSources({ product: 'linux', service: 'dpkg' });

const LINE = /^(\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}) (\S{1,32}) (.*)$/s;
const PACKAGE = /^([a-z0-9][a-z0-9+.-]{0,255})(?::([a-z0-9-]{1,32}))?$/;

const ACTION_OF: ReadonlyMap<string, string> = new Map([
  ['install', 'package_installed'],
  ['upgrade', 'package_upgraded'],
  ['remove', 'package_removed'],
  ['purge', 'package_purged'],
  ['disappear', 'package_removed'],
  ['configure', 'package_configured'],
  ['trigproc', 'package_triggered'],
]);

function putPackage(event: NormalEvent, text: string): boolean {
  const match = PACKAGE.exec(text);
  if (match === null) return false;
  put(event, 'package.name', match[1]);
  put(event, 'package.architecture', match[2]);
  return true;
}

function putVersion(event: NormalEvent, field: string, version: string | undefined): void {
  if (version !== undefined && version !== '' && version !== '<none>') put(event, field, version);
}

function readVerb(event: NormalEvent, verb: string, words: readonly string[], rest: string): boolean {
  const action = ACTION_OF.get(verb);
  if (action !== undefined) {
    putAction(event, action, 'success');
    // install, upgrade: old new; remove, purge: old <none>; configure, trigproc: version <none>.
    const [name = '', first, second] = words;
    const single = verb === 'configure' || verb === 'trigproc';
    putVersion(event, single ? 'package.version' : 'package.previous_version', first);
    if (!single) putVersion(event, 'package.version', second);
    return putPackage(event, name);
  }
  if (verb === 'status') {
    const [state = '', name = '', version] = words;
    putAction(event, 'package_status');
    put(event, 'package.state', state);
    putVersion(event, 'package.version', version);
    return putPackage(event, name);
  }
  if (verb === 'startup') {
    putAction(event, 'package_manager_started');
    put(event, 'package.operation', rest);
    return true;
  }
  if (verb === 'conffile') {
    putAction(event, 'package_conffile');
    const cut = rest.lastIndexOf(' ');
    put(event, 'file.path', rest.slice(0, cut));
    put(event, 'package.decision', rest.slice(cut + 1));
    return cut > 0;
  }
  return false;
}

/** @returns the line's own time, when it says one. */
export function readDpkg(
  event: NormalEvent,
  line: string,
  timeZone: string,
  receivedMs: number,
): number | undefined {
  event.logsources = DPKG;
  const match = LINE.exec(line.trimEnd());
  if (match === null) return undefined;
  const [, time = '', verb = '', rest = ''] = match;
  event.parsed = readVerb(event, verb, rest.split(' ', 8), rest);
  return parseIsoMs(time, timeZone, receivedMs);
}
