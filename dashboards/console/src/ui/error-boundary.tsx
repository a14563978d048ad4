/** When a part of the page cannot be drawn, the rest stays and says so; a new page or a reload starts afresh. */
import { Component, type ReactNode } from 'react';
import { useI18n } from '../i18n/use-i18n.ts';

function Broken({ onReset }: { readonly onReset: () => void }) {
  const { t } = useI18n();
  return (
    <div className="vg-alone">
      <div className="vg-notice vg-notice-error" role="alert">
        <p>{t('error.broken')}</p>
        <button type="button" className="vg-button" onClick={onReset}>
          {t('action.retry')}
        </button>
        <button type="button" className="vg-button" onClick={() => window.location.reload()}>
          {t('action.reload')}
        </button>
      </div>
    </div>
  );
}

export class ErrorBoundary extends Component<{ readonly children: ReactNode }, { readonly broken: boolean }> {
  override state = { broken: false };

  static getDerivedStateFromError() {
    return { broken: true };
  }

  override render(): ReactNode {
    return this.state.broken ? (
      <Broken onReset={() => this.setState({ broken: false })} />
    ) : (
      this.props.children
    );
  }
}
