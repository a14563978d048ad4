/** Ports that hosts listen on for others, against ports that must not be open: insecure protocols, default ports. */
import { z } from 'zod';
import type { AnyEvidenceKind } from '../evidence-kind.ts';
import { defineFleetKind, judgedAs, some } from '../fleet-kind.ts';

type Own = 'closed' | 'open';

/** Protocols without encryption or without a password of their own (FTP, telnet, TFTP, finger, r-commands, VNC, Docker). */
const INSECURE = [
  'tcp/21',
  'tcp/23',
  'udp/69',
  'tcp/79',
  'tcp/512-514',
  'tcp/873',
  'tcp/2375',
  'tcp/5900-5905',
  'tcp/6000-6005',
];

interface Ports {
  text: string;
  protocol: string;
  from: number;
  to: number;
}

const portsSchema = z.string().transform((text, context): Ports => {
  const match = /^(tcp|udp)\/(\d{1,5})(?:-(\d{1,5}))?$/.exec(text);
  const from = Number(match?.[2]);
  const to = Number(match?.[3] ?? match?.[2]);
  if (match !== null && from >= 1 && to >= from && to <= 65_535)
    return { text, protocol: match[1] ?? '', from, to };
  context.addIssue({ code: 'custom', message: 'must be a port or a range such as tcp/23 or tcp/5900-5905' });
  return z.NEVER;
});

const schema = z.strictObject({
  /** Ports that must not be open to others. */
  forbid: z.array(portsSchema).min(1).max(100).prefault(INSECURE),
});

const LOOPBACK = /^(127\.|::1$|::ffff:127\.)/;

export const listeningKind: AnyEvidenceKind = defineFleetKind<z.infer<typeof schema>, Own>({
  kind: 'listening',
  schema,
  looks: [{ category: 'listening-port', facts: ['protocol', 'address', 'port', 'process'] }],
  reasons: {
    closed: {
      vi: 'Không cổng cấm nào mở ({ports} cổng đang nghe từ mạng)',
      en: 'No forbidden port is open ({ports} ports are open to the network)',
    },
    open: { vi: 'Cổng cấm đang mở ({open}): {some}', en: 'Forbidden ports are open ({open}): {some}' },
  },
  explain: ({ forbid }) => ({
    vi: `Cổng đang nghe của từng máy, trừ địa chỉ nội bộ máy, so với cổng cấm ${forbid.map(({ text }) => text).join(', ')} (vonggac inventory find --category listening-port --key '*')`,
    en: `Ports that each host listens on, except for itself, against the forbidden ${forbid.map(({ text }) => text).join(', ')} (vonggac inventory find --category listening-port --key '*')`,
  }),
  judge({ forbid }, _host, own) {
    const open = own.items.filter(({ facts }) => !LOOPBACK.test(facts['address'] ?? ''));
    const bad = open.filter(({ facts }) => {
      const protocol = (facts['protocol'] ?? '').slice(0, 3);
      const port = Number(facts['port']);
      return forbid.some((one) => one.protocol === protocol && port >= one.from && port <= one.to);
    });
    if (bad.length === 0) return judgedAs<Own>('met', 'closed', { ports: open.length }, own.toldMs);
    const names = bad.map(({ key, facts }) => (facts['process'] === '' ? key : `${key} ${facts['process']}`));
    const args = { open: bad.length, some: some(names) };
    return judgedAs<Own>('not-met', 'open', args, own.toldMs, names.join(', '));
  },
});
