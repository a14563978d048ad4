/** Changes of the host's watched files, day by day. */
import { ChangeBrowser } from '../integrity/change-browser.tsx';
import type { HostTabProps } from './host-page.tsx';
import { hostAddress } from './host-table.tsx';

export default function HostIntegrity({ agent }: HostTabProps) {
  return <ChangeBrowser agentId={agent.id} path={hostAddress(agent.id, 'integrity')} />;
}
