/** Tries the way to the centre: a handshake, and what the server showed of itself. Its fingerprint can be pinned here. */
import { useQueryClient } from '@tanstack/react-query';
import Button from 'antd/es/button';
import { useState } from 'react';
import { useText } from '../../i18n/use-text.ts';
import { useMay } from '../../shell/me.ts';
import { LineText } from '../../text/safe-text.tsx';
import { Badge } from '../../ui/badge.tsx';
import { Facts } from '../../ui/facts.tsx';
import { Section } from '../../ui/side-panel.tsx';
import { AbsoluteTime } from '../../ui/times.tsx';
import { useAction } from '../../ui/use-action.ts';
import { exchangeApi, type ExchangeLink, type LinkTest as Test } from './exchange-api.ts';
import { messages } from './exchange-messages.ts';

function Shown({
  link,
  etag,
  test,
}: {
  readonly link: ExchangeLink;
  readonly etag: string | undefined;
  readonly test: Test;
}) {
  const text = useText(messages);
  const client = useQueryClient();
  const action = useAction();
  const { fingerprint } = test;
  const pinned = fingerprint !== null && link.settings.pins.includes(fingerprint);
  return (
    <div role="status" data-testid="exchange-tested">
      <Badge tone={test.isTrusted ? 'good' : 'bad'}>
        {test.isTrusted ? text('exchange.trusted') : text('exchange.notTrusted')}
      </Badge>
      <Facts
        facts={[
          test.fault === null ? null : [text('exchange.fault'), <LineText key="fault" value={test.fault} />],
          test.protocol === null ? null : [text('exchange.protocol'), test.protocol],
          test.subject === null
            ? null
            : [text('exchange.subject'), <LineText key="subject" value={test.subject} />],
          test.issuer === null
            ? null
            : [text('exchange.issuer'), <LineText key="issuer" value={test.issuer} />],
          test.validTo === null
            ? null
            : [text('exchange.validTo'), <LineText key="to" value={test.validTo} />],
          fingerprint === null
            ? null
            : [
                text('exchange.fingerprint'),
                <span key="print">
                  <span className="vg-hash">{fingerprint}</span>{' '}
                  {pinned ? text('exchange.pinnedAlready') : null}
                </span>,
              ],
        ]}
      />
      {fingerprint === null || pinned ? null : link.hasSecrets ? (
        <p className="vg-hint">{text('exchange.pinSecrets')}</p>
      ) : (
        <Button
          size="small"
          loading={action.busy}
          data-testid="exchange-pin"
          onClick={() =>
            void action.run(async () => {
              const { settings } = link;
              await exchangeApi.patch(
                link.id,
                { settings: { ...settings, pins: [...settings.pins, fingerprint] } },
                etag,
              );
              await client.invalidateQueries({ queryKey: ['exchange'] });
              return { text: text('exchange.pinned') };
            })
          }
        >
          {text('exchange.pinTake')}
        </Button>
      )}
    </div>
  );
}

type Props = { readonly link: ExchangeLink; readonly etag: string | undefined };

export function LinkTest({ link, etag }: Props) {
  const text = useText(messages);
  const action = useAction();
  const may = useMay('exchange:write');
  const [test, setTest] = useState<(Test & { readonly at: string }) | null>(null);
  if (!may) return null;
  return (
    <Section
      title={text('exchange.test')}
      actions={
        <Button
          size="small"
          loading={action.busy}
          data-testid="exchange-test"
          onClick={() =>
            void action.run(async () => {
              const found = await exchangeApi.test(link.id);
              setTest({ ...found, at: new Date().toISOString() });
              return undefined;
            })
          }
        >
          {text('exchange.test')}
        </Button>
      }
    >
      {action.busy ? (
        <p role="status">{text('exchange.testing')}</p>
      ) : test === null ? (
        <p className="vg-hint">{text('exchange.testText')}</p>
      ) : (
        <>
          <p className="vg-hint">
            <AbsoluteTime iso={test.at} />
          </p>
          <Shown link={link} etag={etag} test={test} />
        </>
      )}
    </Section>
  );
}
