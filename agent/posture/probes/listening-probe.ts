/** `listening`: that nothing listens on ports, or on this host's own addresses only. Read from the kernel's tables. */
import type { z } from 'zod';
import type { listeningTestSchema } from '#protocol/posture-tests.ts';
import { parseSockets } from '../../host/sockets.ts';
import { listed, NotAssessedError, type Finding } from '../finding.ts';
import type { HostView } from '../host-view.ts';

/** Of the kernel: TCP that listens, UDP that is bound and not connected. */
const STATES = { tcp: '0A', udp: '07' } as const;
const LOOPBACK = /^127\.|^::1$/;

export async function probeListening(
  { protocol, ports, open }: z.infer<typeof listeningTestSchema>,
  view: HostView,
): Promise<Finding> {
  const found: string[] = [];
  let tables = 0;
  for (const file of [`/proc/net/${protocol}`, `/proc/net/${protocol}6`]) {
    const table = await view.text(file);
    if (table === undefined) continue;
    tables += 1;
    for (const { address, port } of parseSockets(table, protocol, STATES[protocol]))
      if (ports.includes(port) && !(open === 'loopback' && LOOPBACK.test(address)))
        found.push(`${protocol} ${address.includes(':') ? `[${address}]` : address}:${port}`);
  }
  if (tables === 0) throw new NotAssessedError('unreadable', `/proc/net/${protocol}: it is not there`);
  const list = ports.join(', ');
  return {
    ok: found.length === 0,
    observed: found.length === 0 ? `${protocol} ${list}: closed` : listed(found),
    expected: `${protocol} ${list}: ${open === 'never' ? 'closed' : 'loopback only'}`,
  };
}
