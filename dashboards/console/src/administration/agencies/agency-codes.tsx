/** The legal identity codes of an agency with the time in which each holds. */
import Button from 'antd/es/button';
import { useState } from 'react';
import { useText } from '../../i18n/use-text.ts';
import { Section } from '../../ui/side-panel.tsx';
import type { AgencyCode, AgencyDetail } from './agencies-api.ts';
import { messages } from './agencies-messages.ts';
import { spanText } from './agency-words.ts';
import { AddCodeDialog, EndCodeDialog, RemoveCodeDialog } from './code-dialogs.tsx';

const formLabel = {
  'qcvn-102': 'agency.form.qcvn-102',
  'qd-20': 'agency.form.qd-20',
} as const satisfies Record<AgencyCode['form'], keyof typeof messages>;

type Props = { readonly agency: AgencyDetail; readonly mayWrite: boolean };
type Asking = { readonly act: 'end' | 'remove'; readonly code: AgencyCode };

export function AgencyCodes({ agency, mayWrite }: Props) {
  const text = useText(messages);
  const [adding, setAdding] = useState(false);
  const [asking, setAsking] = useState<Asking | null>(null);
  return (
    <Section
      title={text('agency.codes')}
      actions={
        mayWrite ? (
          <Button aria-haspopup="dialog" size="small" onClick={() => setAdding(true)} data-testid="code-add">
            {text('agency.addCode')}
          </Button>
        ) : undefined
      }
    >
      {agency.codes.length === 0 ? <p className="vg-hint">{text('agency.noCodes')}</p> : null}
      <ul className="vg-plain-list">
        {agency.codes.map((code) => (
          <li key={code.id} className="vg-code-line" data-testid="agency-code">
            <span>
              <code>{code.code}</code>{' '}
              <span className="vg-hint">
                {text(formLabel[code.form])} · {spanText(text, code)}
              </span>
            </span>
            {mayWrite ? (
              <span className="vg-code-acts">
                {code.to === null ? (
                  <button
                    aria-haspopup="dialog"
                    type="button"
                    className="vg-link"
                    onClick={() => setAsking({ act: 'end', code })}
                  >
                    {text('agency.endCode')}
                  </button>
                ) : null}
                <button
                  aria-haspopup="dialog"
                  type="button"
                  className="vg-link"
                  onClick={() => setAsking({ act: 'remove', code })}
                >
                  {text('agency.removeCode')}
                </button>
              </span>
            ) : null}
          </li>
        ))}
      </ul>
      {adding ? <AddCodeDialog agency={agency} onClose={() => setAdding(false)} /> : null}
      {asking?.act === 'end' ? (
        <EndCodeDialog agencyId={agency.id} code={asking.code} onClose={() => setAsking(null)} />
      ) : null}
      {asking?.act === 'remove' ? (
        <RemoveCodeDialog agencyId={agency.id} code={asking.code} onClose={() => setAsking(null)} />
      ) : null}
    </Section>
  );
}
