/** What is open beside a list: its name, its acts, its facts; Esc or the cross closes it. */
import { useEffect, useRef, type ReactNode } from 'react';
import { useI18n } from '../i18n/use-i18n.ts';
import { Icon } from '../shell/icons.tsx';

type Props = {
  readonly label: string;
  readonly title: ReactNode;
  /** Above the title: severity, state. */
  readonly top?: ReactNode;
  readonly actions?: ReactNode;
  readonly onClose: () => void;
  /** Changes when another thing is open: focus goes to its title if `takeFocus`. */
  readonly openKey: string;
  readonly takeFocus?: boolean;
  readonly testId?: string;
  readonly children: ReactNode;
};

export function SidePanel(props: Props) {
  const { label, title, top, actions, onClose, openKey, takeFocus = false, testId, children } = props;
  const { t } = useI18n();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (takeFocus) heading.current?.focus();
  }, [openKey, takeFocus]);
  return (
    <aside className="vg-panel" aria-label={label} data-testid={testId} data-key={openKey}>
      <header className="vg-panel-head">
        <div className="vg-panel-top">
          {top ?? <span />}
          <button
            type="button"
            className="vg-icon-button"
            aria-label={t('action.close')}
            title={`${t('action.close')} (Esc)`}
            onClick={onClose}
          >
            <Icon name="close" />
          </button>
        </div>
        <h2 ref={heading} tabIndex={-1}>
          {title}
        </h2>
        {actions === undefined ? null : <div className="vg-panel-actions">{actions}</div>}
      </header>
      {/* It scrolls: the keyboard must reach it. */}
      <div className="vg-panel-body" role="group" aria-label={label} tabIndex={0}>
        {children}
      </div>
    </aside>
  );
}

/** A part of a panel or a page under its own name. */
export function Section({
  title,
  actions,
  children,
}: {
  readonly title: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}) {
  return (
    <section className="vg-panel-section">
      <div className="vg-section-head">
        <h3>{title}</h3>
        {actions}
      </div>
      {children}
    </section>
  );
}
