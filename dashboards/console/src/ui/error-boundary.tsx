/** When a part of the page cannot be drawn, the rest stays and says so; a new page or a reload starts afresh and keeps what was typed. */
import { Component, type ReactNode } from 'react';
import { useI18n } from '../i18n/use-i18n.ts';
import { reloadWithDrafts } from '../session/drafts.ts';
import { isMissingPart } from './missing-part.ts';

type Fault = 'missing' | 'broken';

function Broken({ fault, onReset }: { readonly fault: Fault; readonly onReset: () => void }) {
  const { t } = useI18n();
  return (
    <div className="vg-alone">
      <div className="vg-notice vg-notice-error" role="alert" data-testid={`page-${fault}`}>
        <p>{t(fault === 'missing' ? 'app.stale' : 'error.broken')}</p>
        <button type="button" className="vg-button" onClick={onReset}>
          {t('action.retry')}
        </button>
        <button type="button" className="vg-button" data-testid="page-reload" onClick={reloadWithDrafts}>
          {t('action.reload')}
        </button>
      </div>
    </div>
  );
}

type Props = {
  readonly children: ReactNode;
  /** Before it is tried again. */
  readonly onRetry?: () => void;
};
type State = { readonly fault: Fault | null };

export class ErrorBoundary extends Component<Props, State> {
  override state: State = { fault: null };

  static getDerivedStateFromError(error: unknown): State {
    return { fault: isMissingPart(error) ? 'missing' : 'broken' };
  }

  override render(): ReactNode {
    const { fault } = this.state;
    return fault === null ? (
      this.props.children
    ) : (
      <Broken
        fault={fault}
        onReset={() => {
          this.props.onRetry?.();
          this.setState({ fault: null });
        }}
      />
    );
  }
}
