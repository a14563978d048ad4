/** Packet filters of this host, summed up: whether there is one, what it does by default, and a name for its rules. */
import { createHash } from 'node:crypto';
import type { Host } from './host.ts';
import { exists, readText, textOr } from './read-text.ts';
import { reading, type Reading } from './reading.ts';
import { parseAssignments } from './assignments.ts';
import { readServices } from './services.ts';

export interface Firewall {
  name: 'nftables' | 'iptables' | 'ip6tables' | 'ufw' | 'firewalld';
  active: boolean | undefined;
  /** What happens to what comes in and no rule names, e.g. `drop`. */
  inputPolicy: string;
  rules: number | undefined;
  /** SHA-256 of the rules without counters, 16 digits: another one is another set. */
  rulesHash: string;
  detail: string;
}

const OPTIONS = { timeoutMs: 10_000, stdoutBytesMax: 16 * 1_048_576 };

function nameOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/** @param text of `nft -s list ruleset`, which leaves out counters */
export function parseNftables(text: string): Omit<Firewall, 'name' | 'detail'> {
  const hook = /hook input [^;]*;(?:\s*policy (\w+);)?/.exec(text);
  // Elements that time out come and go by themselves.
  const steady = text.replace(/expires \S+/g, '').trim();
  const rules = text
    .split('\n')
    .filter((line) => /^\t\t\S/.test(line) && !/^\t\t(type|elements|flags|timeout|size)\b/.test(line)).length;
  return {
    active: hook !== null,
    inputPolicy: hook === null ? '' : (hook[1] ?? 'accept'),
    rules,
    rulesHash: steady === '' ? '' : nameOf(steady),
  };
}

/** @param text of `iptables-save` */
export function parseIptables(text: string): Omit<Firewall, 'name' | 'detail'> {
  const filter = /\*filter\n([\s\S]*?)COMMIT/.exec(text)?.[1] ?? '';
  const policy = /^:INPUT (\S+)/m.exec(filter)?.[1] ?? '';
  const rules = text.split('\n').filter((line) => line.startsWith('-A'));
  return {
    active: policy === 'DROP' || filter.split('\n').some((line) => line.startsWith('-A INPUT')),
    inputPolicy: policy.toLowerCase(),
    rules: rules.length,
    rulesHash: rules.length === 0 ? '' : nameOf(rules.join('\n')),
  };
}

export async function readFirewalls(host: Host, signal?: AbortSignal): Promise<Reading<Firewall>> {
  const found = reading<Firewall>();
  await addUfw(host, found);
  await addFirewalld(host, found);
  const ways = [
    { name: 'nftables', program: 'nft', args: ['-s', 'list', 'ruleset'], parse: parseNftables },
    { name: 'iptables', program: 'iptables-save', args: [], parse: parseIptables },
    { name: 'ip6tables', program: 'ip6tables-save', args: [], parse: parseIptables },
  ] as const;
  for (const { name, program, args, parse } of ways) {
    const result = await host.run(program, args, { ...OPTIONS, signal });
    if (result.kind === 'absent') continue;
    if (result.kind === 'failed' || result.code !== 0) {
      const said = result.kind === 'failed' ? result.reason : (result.stderr.split('\n')[0] ?? '');
      const reason = /permit|permission|root/i.test(said)
        ? 'permission denied: the agent needs root to ask it'
        : said;
      found.unread.push({ part: name, reason });
      continue;
    }
    if (result.truncated) found.unread.push({ part: name, reason: 'its rules are too many' });
    else found.items.push({ name, ...parse(result.stdout), detail: '' });
  }
  return found;
}

async function addUfw(host: Host, to: Reading<Firewall>): Promise<void> {
  if (!(await exists(host, '/etc/ufw/ufw.conf'))) return;
  const config = await readText(host, '/etc/ufw/ufw.conf', 65_536);
  if (config.kind === 'unreadable') to.unread.push({ part: 'ufw', reason: config.reason });
  if (config.kind !== 'text') return;
  const enabled = parseAssignments(config.text).get('ENABLED')?.toLowerCase() === 'yes';
  const policy =
    parseAssignments((await textOr(host, '/etc/default/ufw')) ?? '').get('DEFAULT_INPUT_POLICY') ?? '';
  const rules = await readText(host, '/etc/ufw/user.rules');
  const text = rules.kind === 'text' ? rules.text : '';
  to.items.push({
    name: 'ufw',
    active: enabled,
    inputPolicy: policy.toLowerCase(),
    rules:
      rules.kind === 'text' ? text.split('\n').filter((line) => line.startsWith('-A')).length : undefined,
    rulesHash: text === '' ? '' : nameOf(text),
    detail: '',
  });
}

async function addFirewalld(host: Host, to: Reading<Firewall>): Promise<void> {
  if (!(await exists(host, '/etc/firewalld'))) return;
  const service = (await readServices(host, /^firewalld\.service$/)).items[0];
  const config = (await textOr(host, '/etc/firewalld/firewalld.conf')) ?? '';
  const zone = /^DefaultZone=(\S+)/m.exec(config)?.[1] ?? 'public';
  const rules = await readText(host, `/etc/firewalld/zones/${zone}.xml`);
  to.items.push({
    name: 'firewalld',
    active: service?.running ?? service?.enabled === 'enabled',
    inputPolicy:
      rules.kind === 'text' ? (/target="(\w+)"/.exec(rules.text)?.[1]?.toLowerCase() ?? 'reject') : 'reject',
    rules: undefined,
    rulesHash: rules.kind === 'text' ? nameOf(rules.text) : '',
    detail: `zone ${zone}`,
  });
}
