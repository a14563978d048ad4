/** One roster: who is on duty now and next, the turns to come, replacements, its layers. */
import { useQuery } from '@tanstack/react-query';
import Button from 'antd/es/button';
import { useState } from 'react';
import { dayText } from '../../format/day.ts';
import { useText } from '../../i18n/use-text.ts';
import { useMay } from '../../shell/me.ts';
import { LineText } from '../../text/safe-text.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { Facts } from '../../ui/facts.tsx';
import { useNow } from '../../ui/now.ts';
import { QueryView } from '../../ui/query-view.tsx';
import { Section, SidePanel } from '../../ui/side-panel.tsx';
import { AbsoluteTime } from '../../ui/times.tsx';
import { useAction } from '../../ui/use-action.ts';
import { hoursText, messages as hoursMessages } from '../notify/hours-messages.ts';
import {
  readRoster,
  readTurns,
  removePlan,
  saveRoster,
  type Person,
  type Roster,
  type Turn,
} from './oncall-api.ts';
import { messages } from './oncall-messages.ts';
import { RemovePlanDialog } from './remove-plan.tsx';
import { RosterDialog } from './roster-dialog.tsx';
import { SwapDialog, useOverrides } from './swap-dialog.tsx';

export const turnDays = 14;

export function PersonName({ person }: { readonly person: Person | null }) {
  const text = useText(messages);
  if (person === null) return <span className="vg-warn">{text('roster.nobody')}</span>;
  return (
    <span title={[person.phone, person.email].filter((one) => one !== undefined).join(' · ')}>
      <LineText value={person.name} />
    </span>
  );
}

function Turns({
  roster,
  etag,
  turns,
}: {
  readonly roster: Roster;
  readonly etag: string | undefined;
  readonly turns: readonly Turn[];
}) {
  const text = useText(messages);
  const mayWrite = useMay('notify:write');
  const [swapping, setSwapping] = useState<Turn | null>(null);
  return (
    <Section title={text('roster.turns', { n: turnDays })}>
      {turns.some(({ person }) => person === null) ? <p className="vg-warn">{text('roster.gap')}</p> : null}
      <DataTable
        caption={text('roster.caption')}
        rows={turns}
        keyOf={({ from }) => from}
        testId="turn-row"
        columns={[
          { key: 'from', label: text('roster.from'), cell: ({ from }) => <AbsoluteTime iso={from} /> },
          { key: 'to', label: text('roster.to'), cell: ({ to }) => <AbsoluteTime iso={to} /> },
          { key: 'who', label: text('roster.who'), cell: ({ person }) => <PersonName person={person} /> },
          {
            key: 'swap',
            label: '',
            width: '90px',
            cell: (turn) =>
              mayWrite ? (
                <button
                  type="button"
                  className="vg-link"
                  data-testid="turn-swap"
                  onClick={() => setSwapping(turn)}
                >
                  {text('roster.swap')}
                </button>
              ) : null,
          },
        ]}
      />
      {swapping === null ? null : (
        <SwapDialog
          roster={roster}
          etag={etag}
          turn={swapping}
          turns={turns}
          onClose={() => setSwapping(null)}
        />
      )}
    </Section>
  );
}

function Overrides({ roster }: { readonly roster: Roster }) {
  const text = useText(messages);
  const mayWrite = useMay('notify:write');
  const now = useNow();
  const action = useAction();
  const overrides = useOverrides();
  const kept = roster.settings.overrides.toSorted((a, b) => Date.parse(b.from) - Date.parse(a.from));
  return (
    <Section title={text('roster.overrides')}>
      {kept.length === 0 ? <p className="vg-hint">{text('roster.noOverrides')}</p> : null}
      <ul className="vg-plain-list">
        {kept.map((one) => (
          <li key={`${one.from} ${one.to} ${one.person.name}`} data-testid="override">
            <span>
              <PersonName person={one.person} />: <AbsoluteTime iso={one.from} /> –
              <AbsoluteTime iso={one.to} />
            </span>
            {Date.parse(one.to) < now ? (
              <span className="vg-muted">{text('roster.over')}</span>
            ) : mayWrite ? (
              <button
                type="button"
                className="vg-link"
                disabled={action.busy}
                onClick={() =>
                  void action.run(async () => {
                    await overrides.drop(roster.id, [one]);
                    return {
                      text: text('roster.dropped'),
                      undo: async () => {
                        const { body, etag } = await readRoster(String(roster.id));
                        await overrides.add(body, etag, [one]);
                      },
                    };
                  })
                }
              >
                {text('roster.dropOverride')}
              </button>
            ) : null}
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Layers({ roster }: { readonly roster: Roster }) {
  const text = useText(messages);
  const inHours = useText(hoursMessages);
  return (
    <Section title={text('roster.layers')}>
      <Facts
        facts={roster.settings.layers.map((layer, index) => [
          text('roster.layer', { n: index + 1 }),
          <span key="layer">
            <span className="vg-line">
              {text('roster.layerIs', {
                hours: hoursText(layer.hours, inHours),
                start: dayText(layer.startOn),
                time: layer.handOver,
                n: layer.everyDays,
              })}
            </span>
            <LineText value={layer.people.map(({ name }) => name).join(' → ')} />
          </span>,
        ])}
      />
      <p className="vg-hint">{text('roster.layersText')}</p>
    </Section>
  );
}

export function RosterPanel({ id, onClose }: { readonly id: string; readonly onClose: () => void }) {
  const text = useText(messages);
  const mayWrite = useMay('notify:write');
  const [open, setOpen] = useState<'edit' | 'remove' | null>(null);
  const query = useQuery({
    queryKey: ['oncall', 'roster', id],
    queryFn: ({ signal }) => readRoster(id, signal),
  });
  const roster = query.data?.body;
  const turns = useQuery({
    queryKey: ['oncall', 'turns', Number(id)],
    queryFn: ({ signal }) => readTurns(Number(id), turnDays, signal),
    refetchInterval: 60_000,
  });
  const close = () => setOpen(null);
  return (
    <SidePanel
      label={text('roster.add')}
      title={roster === undefined ? '…' : <LineText value={roster.name} />}
      openKey={id}
      testId="roster-panel"
      onClose={onClose}
      actions={
        mayWrite && roster !== undefined ? (
          <>
            <Button type="primary" onClick={() => setOpen('edit')} data-testid="roster-edit">
              {text('roster.edit')}
            </Button>
            <Button danger onClick={() => setOpen('remove')} data-testid="roster-remove">
              {text('roster.remove')}
            </Button>
          </>
        ) : undefined
      }
    >
      <QueryView query={query}>
        {({ body, etag }) => (
          <>
            <QueryView query={turns}>
              {(data) => <Turns roster={body} etag={etag} turns={data.turns} />}
            </QueryView>
            <Overrides roster={body} />
            <Layers roster={body} />
            {open === 'edit' ? (
              <RosterDialog roster={body} etag={etag} onSaved={() => undefined} onClose={close} />
            ) : null}
            {open === 'remove' ? (
              <RemovePlanDialog
                name={body.name}
                explanation={text('roster.removeText')}
                remove={() => removePlan('rosters', body.id)}
                restore={() =>
                  saveRoster(null, { name: body.name, agencyId: body.agencyId, settings: body.settings })
                }
                onRemoved={onClose}
                onClose={close}
              />
            ) : null}
          </>
        )}
      </QueryView>
    </SidePanel>
  );
}
