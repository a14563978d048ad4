/** What guards the host: packet filters, the kernel's access control, programs against malware. */
import { readAccessControls } from '../../../host/access-control.ts';
import { readAntivirus } from '../../../host/antivirus.ts';
import { readFirewalls } from '../../../host/firewall.ts';
import type { Host } from '../../../host/host.ts';
import { picture, type Collector } from '../inventory-item.ts';

export function firewallCollector(host: Host): Collector {
  return {
    category: 'firewall',
    rhythm: 'quick',
    async collect({ signal }) {
      const { items, unread, truncated } = await readFirewalls(host, signal);
      return picture(
        items.map(({ name, active, inputPolicy, rules, rulesHash, detail }) => ({
          key: name,
          detail: { active: active ?? null, inputPolicy, rules: rules ?? null, rulesHash, detail },
        })),
        unread.map(({ part, reason }) => ({ part, reason, holds: (key) => key === part })),
        truncated,
      );
    },
  };
}

export function accessControlCollector(host: Host): Collector {
  return {
    category: 'access-control',
    rhythm: 'quick',
    async collect() {
      const { items, unread } = await readAccessControls(host);
      return picture(
        items.map(({ name, state, configured, detail }) => ({
          key: name,
          detail: { state, configured, detail },
        })),
        unread.map((part) => ({ ...part, holds: () => false })),
      );
    },
  };
}

export function antivirusCollector(host: Host): Collector {
  return {
    category: 'antivirus',
    async collect() {
      const { items, unread } = await readAntivirus(host);
      return picture(
        items.map(({ name, path, running, signaturesAt, signatureVersion }) => ({
          key: name,
          detail: { path, running: running ?? null, signaturesAt, signatureVersion },
        })),
        unread.map((part) => ({ ...part, holds: () => false })),
      );
    },
  };
}
