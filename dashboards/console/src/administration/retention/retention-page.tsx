/** How long events are kept, and the proof of it: months, budgets, runs; daily proofs; holds; what was deleted. */
import { useText } from '../../i18n/use-text.ts';
import type { PageProps } from '../../shell/area.ts';
import { useMay, useMe } from '../../shell/me.ts';
import { Page } from '../../ui/page.tsx';
import { SubTabs } from '../../ui/sub-tabs.tsx';
import '../operating.css';
import { Deletions } from './deletions.tsx';
import { Holds } from './holds.tsx';
import { Proofs } from './proofs.tsx';
import { messages } from './retention-messages.ts';
import { RetentionOverview } from './retention-overview.tsx';

const base = '/administration/retention';

export default function RetentionPage({ params }: PageProps) {
  const text = useText(messages);
  const mayHolds = useMay('hold:read');
  const { seesEverything } = useMe();
  const tabs = [
    { key: 'overview', label: text('keep.overview'), to: base, Part: RetentionOverview },
    { key: 'proofs', label: text('keep.proofs'), to: `${base}/proofs`, Part: Proofs },
    ...(mayHolds ? [{ key: 'holds', label: text('keep.holds'), to: `${base}/holds`, Part: Holds }] : []),
    ...(seesEverything
      ? [{ key: 'deletions', label: text('keep.deletions'), to: `${base}/deletions`, Part: Deletions }]
      : []),
  ];
  const shown = tabs.find(({ key }) => key === (params['part'] ?? 'overview')) ?? tabs[0];
  return (
    <Page
      title={text('keep.title')}
      parts={<SubTabs label={text('keep.parts')} tabs={tabs} current={shown?.key ?? ''} />}
    >
      {shown === undefined ? null : <shown.Part />}
    </Page>
  );
}
