/**
 * The firewall rules of an isolated host, in a table of their own (nftables). The drop rule asks a set whose members the
 * kernel itself takes out when their time is over: the host is open again then, whether an agent still runs or not; and a
 * reboot leaves nothing of it.
 */
import net from 'node:net';
import type { LineEnd } from '../transport/transport.ts';

export const ISOLATION_TABLE = 'vonggac_isolation';

/** @throws RangeError for what is no address or port: nothing else may come into a rule */
function lineMatch({ address, port }: LineEnd): { family: 'ip' | 'ip6'; address: string; port: number } {
  const bare = address.startsWith('::ffff:') ? address.slice(7) : address;
  const [host = ''] = bare.split('%');
  const version = net.isIP(host);
  if (version === 0 || !Number.isInteger(port) || port < 1 || port > 65_535)
    throw new RangeError(`${address} port ${port} is no end of a line`);
  return { family: version === 4 ? 'ip' : 'ip6', address: host, port };
}

/**
 * Text for `nft -f -`: one transaction that replaces an earlier isolation.
 * @param seconds until the kernel opens the host again
 */
export function isolationRules(line: LineEnd, seconds: number): string {
  const { family, address, port } = lineMatch(line);
  if (!Number.isInteger(seconds) || seconds < 1) throw new RangeError(`${seconds} is no number of seconds`);
  const neighbours =
    'icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert, nd-router-solicit, nd-router-advert } accept';
  return [
    `table inet ${ISOLATION_TABLE} {}`,
    `delete table inet ${ISOLATION_TABLE}`,
    `table inet ${ISOLATION_TABLE} {`,
    '  set armed {',
    '    typeof meta nfproto',
    '    flags timeout',
    `    elements = { ipv4 timeout ${seconds}s, ipv6 timeout ${seconds}s }`,
    '  }',
    '  chain output {',
    // Before connection tracking and every other table, whose accepts would not help anyway.
    '    type filter hook output priority -300; policy accept;',
    '    meta nfproto @armed jump closed_output',
    '  }',
    '  chain input {',
    '    type filter hook input priority -300; policy accept;',
    '    meta nfproto @armed jump closed_input',
    '  }',
    '  chain forward {',
    '    type filter hook forward priority -300; policy accept;',
    '    meta nfproto @armed drop',
    '  }',
    '  chain closed_output {',
    '    oif "lo" accept',
    `    ${family} daddr ${address} tcp dport ${port} accept`,
    `    ${neighbours}`,
    '    udp sport 68 udp dport 67 accept',
    '    drop',
    '  }',
    '  chain closed_input {',
    '    iif "lo" accept',
    `    ${family} saddr ${address} tcp sport ${port} accept`,
    `    ${neighbours}`,
    '    udp sport 67 udp dport 68 accept',
    '    drop',
    '  }',
    '}',
    '',
  ].join('\n');
}
