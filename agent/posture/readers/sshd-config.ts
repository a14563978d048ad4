/**
 * sshd_config as sshd reads it (sshd_config(5)): the first value of a keyword counts, Include in place, Match blocks
 * apart. Keywords in small letters.
 */
import type { HostView } from '../host-view.ts';

export interface SshdSetting {
  value: string;
  place: string;
}

export interface SshdConfig {
  global: ReadonlyMap<string, SshdSetting>;
  matches: readonly { criteria: string; settings: ReadonlyMap<string, SshdSetting> }[];
}

const FILES = ['/etc/ssh/sshd_config', '/usr/etc/ssh/sshd_config'];
const DEPTH_MAX = 16;
/** Their lines add to each other. */
const LISTS: ReadonlySet<string> = new Set([
  'allowusers',
  'allowgroups',
  'denyusers',
  'denygroups',
  'acceptenv',
  'port',
]);

interface Block {
  criteria: string;
  settings: Map<string, SshdSetting>;
}

/** undefined: there is no such file. */
export function readSshdConfig(view: HostView): Promise<SshdConfig | undefined> {
  return view.once('sshd_config', async () => {
    const [file] = await view.expand(FILES);
    if (file === undefined) return undefined;
    const global: Block = { criteria: '', settings: new Map() };
    const blocks: Block[] = [];
    await readInto(file, global, blocks, global, view, 0);
    return { global: global.settings, matches: blocks };
  });
}

/** @returns the block that is open at the file's end */
async function readInto(
  file: string,
  global: Block,
  blocks: Block[],
  open: Block,
  view: HostView,
  depth: number,
): Promise<Block> {
  let current = open;
  for (const { text, place } of (await view.lines(file)) ?? []) {
    const found = /^\s*([A-Za-z][A-Za-z0-9]*)(?:\s*=\s*|\s+)(.*?)\s*$/.exec(text);
    if (found === null) continue;
    const keyword = (found[1] ?? '').toLowerCase();
    const value = (found[2] ?? '').replace(/\s+#.*$/, '').replace(/^"([^"]*)"$/, '$1');
    if (keyword === 'match') {
      current = /^all$/i.test(value) ? global : { criteria: value, settings: new Map() };
      if (current !== global) blocks.push(current);
    } else if (keyword === 'include') {
      if (depth >= DEPTH_MAX) continue;
      const patterns = value.split(/\s+/).map((part) => part.replaceAll('"', ''));
      const paths = patterns.map((part) => (part.startsWith('/') ? part : `/etc/ssh/${part}`));
      // A Match block of an included file ends with it.
      for (const each of await view.expand(paths))
        await readInto(each, global, blocks, current, view, depth + 1);
    } else {
      const before = current.settings.get(keyword);
      if (before === undefined) current.settings.set(keyword, { value, place });
      else if (LISTS.has(keyword)) before.value += ` ${value}`;
    }
  }
  return current;
}

/** What OpenSSH does when nothing is set (sshd_config(5), 8.4 to 10); '' where nothing is restricted. */
export const SSHD_DEFAULTS: Readonly<Record<string, string>> = {
  acceptenv: '',
  allowagentforwarding: 'yes',
  allowgroups: '',
  allowtcpforwarding: 'yes',
  allowusers: '',
  authenticationmethods: 'any',
  banner: 'none',
  clientalivecountmax: '3',
  clientaliveinterval: '0',
  denygroups: '',
  denyusers: '',
  disableforwarding: 'no',
  gatewayports: 'no',
  gssapiauthentication: 'no',
  hostbasedauthentication: 'no',
  ignorerhosts: 'yes',
  kbdinteractiveauthentication: 'yes',
  logingracetime: '120',
  loglevel: 'INFO',
  maxauthtries: '6',
  maxsessions: '10',
  maxstartups: '10:30:100',
  passwordauthentication: 'yes',
  permitemptypasswords: 'no',
  permitrootlogin: 'prohibit-password',
  permittunnel: 'no',
  permituserenvironment: 'no',
  port: '22',
  pubkeyauthentication: 'yes',
  strictmodes: 'yes',
  tcpkeepalive: 'yes',
  usedns: 'no',
  usepam: 'no',
  x11forwarding: 'no',
};
