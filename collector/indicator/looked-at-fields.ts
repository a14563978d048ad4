/**
 * Which fields of an event indicators are looked for in, and how each is read. Names are those of our normalisers (ECS)
 * and of Windows' own events; what has no field of its own (free text) is not looked at.
 */

/**
 * `address`: an IP address or a host name. `addresses`: several, with semicolons. `url`: also its host. `hash`: bare.
 * `hashes`: `MD5=...,SHA256=...`. `email`: also its domain.
 */
export type FieldReader = 'address' | 'addresses' | 'url' | 'hash' | 'hashes' | 'email';

const NAMES: readonly (readonly [FieldReader, readonly string[]])[] = [
  [
    'address',
    [
      'source.ip',
      'source.address',
      'source.domain',
      'source.nat.ip',
      'destination.ip',
      'destination.address',
      'destination.domain',
      'destination.nat.ip',
      'client.ip',
      'client.address',
      'client.domain',
      'server.ip',
      'server.address',
      'server.domain',
      'url.domain',
      'dns.question.name',
      'dns.answers.data',
      'dns.resolved_ip',
      'http.server_name',
      'tls.client.server_name',
      'SourceIp',
      'SourceHostname',
      'SourceAddress',
      'SourceNetworkAddress',
      'DestinationIp',
      'DestinationHostname',
      'DestAddress',
      'IpAddress',
      'ClientAddress',
      'ClientIP',
      'QueryName',
    ],
  ],
  ['addresses', ['QueryResults']],
  [
    'url',
    ['url.original', 'url.full', 'http.request.referrer', 'Url', 'DownloadUrl', 'ReferrerUrl', 'HostUrl'],
  ],
  [
    'hash',
    [
      'file.hash.md5',
      'file.hash.sha1',
      'file.hash.sha256',
      'process.hash.md5',
      'process.hash.sha1',
      'process.hash.sha256',
      'dll.hash.sha256',
      'FileHash',
      'FileSHA256',
      'md5',
      'sha1',
      'sha256',
    ],
  ],
  ['hashes', ['Hashes', 'Hash']],
  ['email', ['email.from.address', 'email.to.address', 'email.sender.address', 'email.reply_to.address']],
];

const READERS: ReadonlyMap<string, FieldReader> = new Map(
  NAMES.flatMap(([reader, names]) => names.map((name) => [name, reader] as const)),
);

/** All of them. */
export const LOOKED_AT_FIELDS: readonly string[] = [...READERS.keys()];

/** How a field is read; undefined: not at all. */
export function fieldReader(name: string): FieldReader | undefined {
  return READERS.get(name);
}
