/** Where the manager of packages takes updates from: hosts of its repositories, and a proxy; no passwords. */
import { namesIn, textOr } from './read-text.ts';
import type { Host } from './host.ts';

export interface UpdateSources {
  /** Names of hosts, sorted, without repetition. */
  servers: string[];
  /** Host and port; empty: none. */
  proxy: string;
}

const SERVERS_MAX = 30;
const FILES_MAX = 200;
const APT = '/etc/apt';
const REPOSITORIES = ['/etc/yum.repos.d', '/etc/zypp/repos.d'];
const RPM_SETTINGS = ['/etc/dnf/dnf.conf', '/etc/yum.conf'];

export async function readUpdateSources(host: Pick<Host, 'root'>): Promise<UpdateSources> {
  const lists = await textsOf(host, `${APT}/sources.list.d`, /\.(list|sources)$/);
  const urls = [...lists, (await textOr(host, `${APT}/sources.list`)) ?? ''].flatMap(aptUrls);
  for (const folder of REPOSITORIES)
    urls.push(...(await textsOf(host, folder, /\.repo$/)).flatMap(repositoryUrls));
  const servers = [...new Set(urls.flatMap((url) => hostOf(url) ?? []))].sort();
  return { servers: servers.slice(0, SERVERS_MAX), proxy: await proxyOf(host) };
}

async function textsOf(host: Pick<Host, 'root'>, folder: string, name: RegExp): Promise<string[]> {
  const files = (await namesIn(host, folder)).filter((file) => name.test(file)).slice(0, FILES_MAX);
  return Promise.all(files.map(async (file) => (await textOr(host, `${folder}/${file}`)) ?? ''));
}

/** @param text of sources.list(5), in lines or in stanzas; what is switched off is left out */
export function aptUrls(text: string): string[] {
  if (!/^URIs:/im.test(text)) {
    return text
      .split('\n')
      .flatMap((line) => /^\s*deb(?:-src)?\s+(?:\[[^\]]*\]\s+)?(\S+)/.exec(line)?.[1] ?? []);
  }
  return text.split(/\n\s*\n/).flatMap((stanza) => {
    if (/^Enabled:\s*no\b/im.test(stanza)) return [];
    const uris = /^URIs:[ \t]*(.*(?:\n[ \t]+.*)*)/im.exec(stanza)?.[1] ?? '';
    return uris.split(/\s+/).filter(Boolean);
  });
}

/** @param text of a .repo file; what is switched off is left out */
export function repositoryUrls(text: string): string[] {
  return text.split(/^\[/m).flatMap((section) => {
    if (/^enabled\s*=\s*(0|no|false)\b/im.test(section)) return [];
    return [...section.matchAll(/^(?:baseurl|mirrorlist|metalink)\s*=\s*(\S+)/gim)].map(
      (match) => match[1] ?? '',
    );
  });
}

/** Of what lies on the host itself there is none. */
function hostOf(url: string): string | undefined {
  const match = /^(?:[a-z+]*\+)?(?:https?|ftp):\/\/(?:[^/@\s]*@)?(\[[0-9a-f:]+\]|[^/:\s]+)/i.exec(url);
  return match?.[1]?.toLowerCase();
}

async function proxyOf(host: Pick<Host, 'root'>): Promise<string> {
  const apt = [
    (await textOr(host, `${APT}/apt.conf`)) ?? '',
    ...(await textsOf(host, `${APT}/apt.conf.d`, /^[\w.-]+$/)),
  ].map((text) => /^\s*Acquire::https?::Proxy\s+"([^"]+)"/im.exec(text)?.[1]);
  const rpm = await Promise.all(
    RPM_SETTINGS.map(async (file) => /^proxy\s*=\s*(\S+)/im.exec((await textOr(host, file)) ?? '')?.[1]),
  );
  const url = [...apt, ...rpm].find((one) => one !== undefined && !/^(direct|_none_)$/i.test(one)) ?? '';
  return /^(?:https?:\/\/)?(?:[^/@\s]*@)?([^/\s]+)/i.exec(url)?.[1]?.toLowerCase() ?? '';
}
