/** What a person may do with the open alert, each with its key. */
import Button from 'antd/es/button';
import type { Alert } from '../api/types.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { useText } from '../i18n/use-text.ts';
import { href } from '../router/location.ts';
import { Link } from '../router/router.tsx';
import { useMay, useMe } from '../shell/me.ts';
import { messages } from './alert-messages.ts';
import type { AlertActions } from './use-alert-actions.ts';

export type Acts = AlertActions & {
  /** Asks for verdict and reason first. */
  readonly askClose: (alert: Alert) => void;
  readonly askAssign: (alert: Alert) => void;
};

export function PanelActs({ alert, acts }: { readonly alert: Alert; readonly acts: Acts }) {
  const { t } = useI18n();
  const text = useText(messages);
  const { username } = useMe();
  const mayCase = useMay('case:write');
  const mayExcept = useMay('exception:request');
  const mayRequest = useMay('request:write');
  const open = alert.state !== 'closed';
  return (
    <>
      {alert.state === 'new' ? (
        <Button type="primary" data-testid="alert-acknowledge" onClick={() => acts.acknowledge(alert)}>
          {t('action.acknowledge')} <kbd>e</kbd>
        </Button>
      ) : null}
      {alert.state === 'acknowledged' ? (
        <Button type="primary" data-testid="alert-begin" onClick={() => acts.begin(alert)}>
          {text('triage.begin')} <kbd>i</kbd>
        </Button>
      ) : null}
      {open && alert.assignee !== username ? (
        <Button data-testid="alert-assign-me" onClick={() => acts.assign(alert, username)}>
          {text('triage.assignMe')} <kbd>m</kbd>
        </Button>
      ) : null}
      {open && alert.assignee === username ? (
        <Button data-testid="alert-free" onClick={() => acts.assign(alert, null)}>
          {text('triage.giveBack')} <kbd>m</kbd>
        </Button>
      ) : null}
      {open ? (
        <>
          <Button data-testid="alert-assign" aria-haspopup="dialog" onClick={() => acts.askAssign(alert)}>
            {text('triage.assignTo')} <kbd>s</kbd>
          </Button>
          <Button data-testid="alert-close" aria-haspopup="dialog" onClick={() => acts.askClose(alert)}>
            {t('action.closeAlert')} <kbd>c</kbd>
          </Button>
        </>
      ) : (
        <Button data-testid="alert-reopen" onClick={() => acts.reopen(alert)}>
          {t('action.reopen')} <kbd>r</kbd>
        </Button>
      )}
      <span className="vg-panel-links">
        {mayCase ? (
          <Link to={href('/cases', { new: '1', alert: alert.id })}>{text('triage.newCase')}</Link>
        ) : null}
        {mayExcept ? (
          <Link to={href('/exceptions', { new: '1', alert: alert.id })}>{text('triage.newException')}</Link>
        ) : null}
        {mayRequest ? (
          <Link to={href('/requests', { new: '1', alert: alert.id })}>{text('triage.newRequest')}</Link>
        ) : null}
      </span>
    </>
  );
}
