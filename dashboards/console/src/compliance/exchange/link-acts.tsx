/** A document made by hand, looked at first; a link removed for good. */
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { isoOf } from '../../format/local-time.ts';
import { useText } from '../../i18n/use-text.ts';
import { useI18n } from '../../i18n/use-i18n.ts';
import { pathOf } from '../../router/location.ts';
import { navigate } from '../../router/router.tsx';
import { visibleString } from '../../text/visible-text.ts';
import { Facts } from '../../ui/facts.tsx';
import { useFileSize } from '../../ui/file-size.ts';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { TextField } from '../../ui/form-fields.tsx';
import { AbsoluteTime } from '../../ui/times.tsx';
import { exchangeApi, type ExchangeLink, type Made } from './exchange-api.ts';
import { messages } from './exchange-messages.ts';

export function MakeDialog({ link, onClose }: { readonly link: ExchangeLink; readonly onClose: () => void }) {
  const text = useText(messages);
  const { number } = useI18n();
  const size = useFileSize();
  const client = useQueryClient();
  const [from, setFrom] = useState('');
  const [to, setTo] = useState('');
  const [looked, setLooked] = useState<Made | null>(null);
  const ask = (dryRun: boolean) =>
    exchangeApi.make(link.id, {
      dryRun,
      from: isoOf(from) ?? undefined,
      to: isoOf(to) ?? undefined,
    });
  const field = (set: (value: string) => void) => (value: string) => {
    set(value);
    setLooked(null);
  };
  return (
    <FormDialog
      title={text('exchange.make')}
      submitLabel={looked === null ? text('exchange.makeLook') : text('exchange.make')}
      testId="exchange-make-form"
      before={looked === null ? async () => setLooked(await ask(true)) : undefined}
      onSubmit={async () => {
        const { message } = await ask(false);
        await client.invalidateQueries({ queryKey: ['exchange'] });
        if (message !== null)
          window.setTimeout(() => navigate(pathOf('compliance', 'exchange', message.id)), 0);
        return { text: text('exchange.made') };
      }}
      onClose={onClose}
    >
      <div className="vg-form-row">
        <TextField
          label={text('exchange.from')}
          type="datetime-local"
          value={from}
          onChange={field(setFrom)}
        />
        <TextField label={text('exchange.to')} type="datetime-local" value={to} onChange={field(setTo)} />
      </div>
      <p className="vg-hint">{text('exchange.makeEmpty')}</p>
      {looked === null ? null : (
        <div role="status" data-testid="exchange-looked">
          <Facts
            facts={[
              [
                text('exchange.span'),
                <span key="span">
                  <AbsoluteTime iso={looked.from} /> – <AbsoluteTime iso={looked.to} />
                </span>,
              ],
              [text('exchange.machines'), number(looked.machines)],
              [text('exchange.size'), size(looked.bytes)],
            ]}
          />
        </div>
      )}
    </FormDialog>
  );
}

type RemoveProps = {
  readonly link: ExchangeLink;
  readonly closeTo: string;
  readonly onClose: () => void;
};

export function RemoveLinkDialog({ link, closeTo, onClose }: RemoveProps) {
  const text = useText(messages);
  const client = useQueryClient();
  const [name, setName] = useState('');
  return (
    <FormDialog
      title={text('exchange.remove')}
      submitLabel={text('exchange.remove')}
      danger
      disabled={name.trim() !== link.name}
      testId="exchange-remove-form"
      onSubmit={async () => {
        await exchangeApi.remove(link.id);
        window.setTimeout(() => navigate(closeTo), 0);
        client.removeQueries({ queryKey: ['exchange', 'link', link.id] });
        await client.invalidateQueries({ queryKey: ['exchange', 'links'] });
        await client.invalidateQueries({ queryKey: ['exchange', 'documents'] });
        return { text: text('exchange.removed') };
      }}
      onClose={onClose}
    >
      <p>{text('exchange.removeText')}</p>
      <TextField
        label={text('exchange.removeName', { name: visibleString(link.name) })}
        required
        testId="exchange-remove-name"
        value={name}
        onChange={setName}
      />
    </FormDialog>
  );
}
