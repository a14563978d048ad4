/** One agency: where it stands, what it has, its codes and its history; and what is done about it. */
import { useQuery } from '@tanstack/react-query';
import Button from 'antd/es/button';
import { useState } from 'react';
import { dayText } from '../../format/day.ts';
import { useText } from '../../i18n/use-text.ts';
import { href, pathOf } from '../../router/location.ts';
import { Link, navigate } from '../../router/router.tsx';
import { useMay } from '../../shell/me.ts';
import { LineText } from '../../text/safe-text.tsx';
import { visibleString } from '../../text/visible-text.ts';
import { Badge } from '../../ui/badge.tsx';
import { Facts } from '../../ui/facts.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { Section, SidePanel } from '../../ui/side-panel.tsx';
import { agenciesKey, readAgency, type AgencyDetail } from './agencies-api.ts';
import { messages } from './agencies-messages.ts';
import { AgencyCodes } from './agency-codes.tsx';
import { AgencyForm } from './agency-form.tsx';
import { kindLabel, spanText } from './agency-words.ts';
import { MergeDialog } from './merge-dialog.tsx';
import { RenameDialog } from './rename-dialog.tsx';
import type { useAgencyTree } from './use-agency-tree.ts';

type Props = {
  readonly id: string;
  readonly tree: ReturnType<typeof useAgencyTree>;
  readonly addressOf: (id: string) => string;
  readonly onClose: () => void;
};

type Asking = 'edit' | 'below' | 'rename' | 'merge';

export function AgencyPanel({ id, tree, addressOf, onClose }: Props) {
  const text = useText(messages);
  const mayWrite = useMay('agency:write');
  const [asking, setAsking] = useState<Asking | null>(null);
  const query = useQuery({
    queryKey: [...agenciesKey, 'one', id],
    queryFn: ({ signal }) => readAgency(id, signal),
    staleTime: 10_000,
  });
  const agency = query.data?.body;
  const close = () => setAsking(null);
  const acts: readonly (readonly [Asking, string])[] = [
    ['edit', text('agency.edit')],
    ['below', text('agency.addBelow')],
    ['rename', text('agency.rename')],
    // The root of the tree cannot be merged into another.
    ...(agency?.parentId === null ? [] : [['merge', text('agency.merge')] as const]),
  ];
  return (
    <SidePanel
      label={text('agency.panel')}
      openKey={id}
      testId="agency-panel"
      onClose={onClose}
      top={
        agency === undefined ? undefined : agency.endedOn === null ? (
          <span className="vg-muted">{text(kindLabel[agency.kind])}</span>
        ) : (
          <Badge tone="quiet">{text('agencies.ended', { day: dayText(agency.endedOn) })}</Badge>
        )
      }
      title={agency === undefined ? '' : <LineText value={agency.name} />}
      actions={
        agency !== undefined && mayWrite && agency.endedOn === null
          ? [
              ...acts.map(([act, label]) => (
                <Button key={act} size="small" data-testid={`agency-${act}`} onClick={() => setAsking(act)}>
                  {label}
                </Button>
              )),
              <Button
                key="split"
                size="small"
                data-testid="agency-split"
                onClick={() => navigate(pathOf('administration', 'split', id))}
              >
                {text('agency.split')}
              </Button>,
            ]
          : undefined
      }
    >
      <QueryView query={query}>
        {({ body }) => <Body agency={body} tree={tree} addressOf={addressOf} mayWrite={mayWrite} />}
      </QueryView>
      {agency === undefined ? null : (
        <>
          {asking === 'edit' ? (
            <AgencyForm
              agency={agency}
              etag={query.data?.etag}
              agencies={tree.agencies}
              hosts={tree.hosts?.withBelow(agency.id)}
              onClose={close}
            />
          ) : null}
          {asking === 'below' ? (
            <AgencyForm parentId={agency.id} agencies={tree.agencies} onClose={close} />
          ) : null}
          {asking === 'rename' ? <RenameDialog agency={agency} onClose={close} /> : null}
          {asking === 'merge' ? (
            <MergeDialog agency={agency} agencies={tree.agencies} onClose={close} />
          ) : null}
        </>
      )}
    </SidePanel>
  );
}

type BodyProps = Pick<Props, 'tree' | 'addressOf'> & {
  readonly agency: AgencyDetail;
  readonly mayWrite: boolean;
};

function Body({ agency, tree, addressOf, mayWrite }: BodyProps) {
  const text = useText(messages);
  const maySeePeople = useMay('user:read');
  const nameOf = (id: number | null) =>
    id === null ? text('agency.top') : (tree.agencies.find((one) => one.id === id)?.name ?? String(id));
  const parent = agency.parentId;
  return (
    <>
      <Facts
        facts={[
          [
            text('agency.parent'),
            parent === null ? (
              text('agency.top')
            ) : (
              <Link key="p" to={addressOf(String(parent))}>
                <LineText value={nameOf(parent)} />
              </Link>
            ),
          ],
          agency.shortName === ''
            ? null
            : [text('agency.shortName'), <LineText key="s" value={agency.shortName} />],
          [text('agencies.kind'), text(kindLabel[agency.kind])],
          [
            text('agency.began'),
            agency.beganOn === null ? text('agency.unknownDay') : dayText(agency.beganOn),
          ],
        ]}
      />
      <Section title={text('agency.holds')}>
        {tree.hosts === undefined ? null : (
          <>
            <p>{text('agency.hostsBelow', { n: tree.hosts.withBelow(agency.id) })}</p>
            <p>
              <Link to={href('/hosts', { agency: String(agency.id) })}>{text('agency.toHosts')}</Link>
            </p>
          </>
        )}
        {tree.systems === undefined ? null : (
          <p>{text('agency.systemsBelow', { n: tree.systems.withBelow(agency.id) })}</p>
        )}
        {maySeePeople ? (
          <p>
            <Link to={href('/administration/people', { agency: String(agency.id) })}>
              {text('agency.toPeople')}
            </Link>
          </p>
        ) : null}
      </Section>
      <AgencyCodes agency={agency} mayWrite={mayWrite && agency.endedOn === null} />
      <History agency={agency} nameOf={nameOf} />
    </>
  );
}

function History({
  agency,
  nameOf,
}: {
  readonly agency: AgencyDetail;
  readonly nameOf: (id: number | null) => string;
}) {
  const text = useText(messages);
  const { periods, predecessors, successors } = agency;
  if (periods.length < 2 && predecessors.length === 0 && successors.length === 0) return null;
  return (
    <Section title={text('agency.history')}>
      <ul className="vg-plain-list">
        {periods.map((period) => (
          <li key={`${period.from ?? ''}:${period.name}:${period.parentId ?? ''}`}>
            <div>
              <LineText value={period.name} />
              <div className="vg-hint">
                {spanText(text, period)} · <LineText value={nameOf(period.parentId)} />
              </div>
            </div>
          </li>
        ))}
        {predecessors.map((one) => (
          <li key={`p${one.id}`}>
            <Link to={pathOf('administration', 'agencies', String(one.id))}>
              {text('agency.tookOver', { name: visibleString(one.name, 120), day: dayText(one.on) })}
            </Link>
          </li>
        ))}
        {successors.map((one) => (
          <li key={`s${one.id}`}>
            <Link to={pathOf('administration', 'agencies', String(one.id))}>
              {text('agency.takenOver', { name: visibleString(one.name, 120), day: dayText(one.on) })}
            </Link>
          </li>
        ))}
      </ul>
    </Section>
  );
}
