/** One link to the centre: how it stands, what is signed with, whether the way is open; documents made by hand. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import Button from 'antd/es/button';
import { useState } from 'react';
import { useText, useWords } from '../../i18n/use-text.ts';
import { navigate } from '../../router/router.tsx';
import { useMay } from '../../shell/me.ts';
import { LineText } from '../../text/safe-text.tsx';
import { Badge } from '../../ui/badge.tsx';
import { Facts } from '../../ui/facts.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { Section, SidePanel } from '../../ui/side-panel.tsx';
import { AbsoluteTime } from '../../ui/times.tsx';
import { useAction } from '../../ui/use-action.ts';
import { kindWords } from '../report-words.ts';
import { exchangeApi, type ExchangeLink } from './exchange-api.ts';
import { messages } from './exchange-messages.ts';
import { everyWords, variantWords, weekDays } from './exchange-words.ts';
import { LinkDialog } from './link-dialog.tsx';
import { MakeDialog, RemoveLinkDialog } from './link-acts.tsx';
import { LinkTest } from './link-test.tsx';

/** A link's turn in words. */
export function ScheduleText({ link }: { readonly link: ExchangeLink }) {
  const text = useText(messages);
  const words = useWords();
  const { schedule } = link.settings;
  if (schedule === undefined) return text('exchange.noSchedule');
  const weekDay = weekDays[schedule.day - 1];
  const day =
    schedule.every === 'day'
      ? ''
      : schedule.every === 'week' && weekDay !== undefined
        ? `, ${words(weekDay)}`
        : `, ${text('exchange.day').toLowerCase()} ${schedule.day}`;
  return `${words(everyWords[schedule.every])}${day}, ${schedule.at}`;
}

type Open = 'edit' | 'make' | 'remove' | null;

function Body({ link, etag }: { readonly link: ExchangeLink; readonly etag: string | undefined }) {
  const text = useText(messages);
  const words = useWords();
  const { settings } = link;
  const held = (is: boolean) =>
    is ? <Badge tone="good">{text('exchange.handKept')}</Badge> : text('exchange.without');
  return (
    <>
      {link.problem === null ? null : (
        <p className="vg-warn">
          <LineText value={link.problem} />
        </p>
      )}
      <Facts
        facts={[
          [
            text('exchange.address'),
            settings.address === undefined ? (
              text('exchange.noAddress')
            ) : (
              <LineText key="address" value={settings.address} />
            ),
          ],
          [
            text('exchange.organisation'),
            <LineText key="who" value={`${settings.organisation.name} (${settings.organisation.id})`} />,
          ],
          [text('exchange.variant'), words(variantWords[settings.variant])],
          [text('exchange.every'), <ScheduleText key="every" link={link} />],
          [
            text('exchange.onReports'),
            settings.onReports.length === 0
              ? text('exchange.without')
              : settings.onReports.map((kind) => words(kindWords[kind])).join(', '),
          ],
          link.nextAt === null
            ? null
            : [text('exchange.next'), <AbsoluteTime key="next" iso={link.nextAt} />],
          [
            text('exchange.accepted'),
            link.acceptedAt === null ? (
              text('exchange.noAnswer')
            ) : (
              <AbsoluteTime key="accepted" iso={link.acceptedAt} />
            ),
          ],
          link.failures === 0
            ? null
            : [
                text('exchange.tried'),
                <Badge key="failures" tone="warn">
                  {text('exchange.failures', { n: link.failures })}
                </Badge>,
              ],
        ]}
      />
      <Section title={text('exchange.keys')}>
        <Facts
          facts={[
            [text('exchange.key'), held(settings.certificate !== undefined)],
            [text('exchange.clientKey'), held(settings.clientCertificate !== undefined)],
            [text('exchange.password'), held(settings.username !== undefined)],
          ]}
        />
      </Section>
      {settings.address === undefined ? null : <LinkTest link={link} etag={etag} />}
      <p className="vg-hint">{text('exchange.doubt')}</p>
    </>
  );
}

function Acts({
  link,
  etag,
  onOpen,
}: {
  readonly link: ExchangeLink;
  readonly etag: string | undefined;
  readonly onOpen: (open: Open) => void;
}) {
  const text = useText(messages);
  const client = useQueryClient();
  const action = useAction();
  const turn = (enabled: boolean) => async () => {
    await exchangeApi.patch(link.id, { enabled });
    await client.invalidateQueries({ queryKey: ['exchange'] });
  };
  return (
    <>
      <Button
        aria-haspopup="dialog"
        type="primary"
        data-testid="exchange-make"
        onClick={() => onOpen('make')}
      >
        {text('exchange.make')}
      </Button>
      <Button aria-haspopup="dialog" data-testid="exchange-edit" onClick={() => onOpen('edit')}>
        {text('exchange.change')}
      </Button>
      <Button
        loading={action.busy}
        data-testid="exchange-turn"
        onClick={() =>
          void action.run(async () => {
            await exchangeApi.patch(link.id, { enabled: !link.enabled }, etag);
            await client.invalidateQueries({ queryKey: ['exchange'] });
            return {
              text: link.enabled ? text('exchange.disabledDone') : text('exchange.enabledDone'),
              undo: turn(link.enabled),
            };
          })
        }
      >
        {link.enabled ? text('exchange.disable') : text('exchange.enable')}
      </Button>
      <Button aria-haspopup="dialog" danger data-testid="exchange-remove" onClick={() => onOpen('remove')}>
        {text('exchange.remove')}
      </Button>
    </>
  );
}

export function LinkPanel({ id, closeTo }: { readonly id: number; readonly closeTo: string }) {
  const text = useText(messages);
  const may = useMay('exchange:write');
  const [open, setOpen] = useState<Open>(null);
  const one = useQuery({
    queryKey: ['exchange', 'link', id],
    queryFn: ({ signal }) => exchangeApi.link(id, signal),
  });
  const link = one.data?.body;
  const etag = one.data?.etag;
  const close = () => setOpen(null);
  return (
    <SidePanel
      label={text('exchange.link')}
      title={link === undefined ? text('exchange.link') : <LineText value={link.name} />}
      top={
        link === undefined ? undefined : (
          <Badge tone={link.enabled ? 'good' : 'quiet'}>
            {link.enabled ? text('exchange.enabled') : text('exchange.disabled')}
          </Badge>
        )
      }
      actions={link === undefined || !may ? undefined : <Acts link={link} etag={etag} onOpen={setOpen} />}
      openKey={String(id)}
      testId="exchange-link-panel"
      onClose={() => navigate(closeTo)}
    >
      <QueryView query={one}>{({ body }) => <Body link={body} etag={etag} />}</QueryView>
      {link !== undefined && open === 'edit' ? <LinkDialog link={link} etag={etag} onClose={close} /> : null}
      {link !== undefined && open === 'make' ? <MakeDialog link={link} onClose={close} /> : null}
      {link !== undefined && open === 'remove' ? (
        <RemoveLinkDialog link={link} closeTo={closeTo} onClose={close} />
      ) : null}
    </SidePanel>
  );
}
