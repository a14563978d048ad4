/** Groups of hosts: when they are expected, what they may send, and what the lines they send over carry by hour. */
import { useText } from '../../i18n/use-text.ts';
import { useMay } from '../../shell/me.ts';
import { Page } from '../../ui/page.tsx';
import { GroupsCard } from './groups-card.tsx';
import { messages } from './host-groups-messages.ts';
import { LinesCard } from './lines-card.tsx';
import { QuotasCard } from './quotas-card.tsx';
import '../operating.css';
import './host-groups.css';

export default function HostGroupsPage() {
  const text = useText(messages);
  const mayQuotas = useMay('quota:read');
  const mayLines = useMay('bandwidth:read');
  return (
    <Page
      title={text('hostGroups.title')}
      summary={text('hostGroups.summary')}
      back={{ to: '/administration/policies', label: text('hostGroups.policies') }}
    >
      <GroupsCard />
      {mayQuotas ? <QuotasCard /> : null}
      {mayLines ? <LinesCard /> : null}
    </Page>
  );
}
