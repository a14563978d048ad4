/** The frame of both pages of the exchange: queue and links, a new link, a file to be checked. */
import Button from 'antd/es/button';
import { useState, type ReactNode } from 'react';
import { useText } from '../../i18n/use-text.ts';
import { useMay } from '../../shell/me.ts';
import { Page } from '../../ui/page.tsx';
import { SubTabs } from '../../ui/sub-tabs.tsx';
import { messages } from './exchange-messages.ts';
import { LinkDialog } from './link-dialog.tsx';
import { ValidateDialog } from './validate-dialog.tsx';
import '../compliance.css';

type Props = {
  readonly tab: 'documents' | 'links';
  readonly toolbar?: ReactNode;
  readonly children: ReactNode;
};

export function ExchangeFrame({ tab, toolbar, children }: Props) {
  const text = useText(messages);
  const may = useMay('exchange:write');
  const [open, setOpen] = useState<'link' | 'validate' | null>(null);
  return (
    <Page
      title={text('exchange.heading')}
      layout="plain"
      actions={
        <>
          <Button aria-haspopup="dialog" data-testid="exchange-validate" onClick={() => setOpen('validate')}>
            {text('exchange.validate')}
          </Button>
          {may ? (
            <Button
              aria-haspopup="dialog"
              type="primary"
              data-testid="exchange-add"
              onClick={() => setOpen('link')}
            >
              {text('exchange.add')}
            </Button>
          ) : null}
        </>
      }
      parts={
        <SubTabs
          label={text('exchange.tabs')}
          current={tab}
          tabs={[
            { key: 'documents', label: text('exchange.documents'), to: '/compliance/exchange' },
            { key: 'links', label: text('exchange.links'), to: '/compliance/exchange/links' },
          ]}
        />
      }
      toolbar={toolbar}
    >
      {children}
      {open === 'link' ? <LinkDialog link={null} onClose={() => setOpen(null)} /> : null}
      {open === 'validate' ? <ValidateDialog onClose={() => setOpen(null)} /> : null}
    </Page>
  );
}
