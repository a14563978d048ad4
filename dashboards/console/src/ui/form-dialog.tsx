/**
 * A form in a dialog. What was typed is a draft (session/drafts.ts): it stays when the dialog or the session ends, and goes
 * when the server has taken it.
 */
import Button from 'antd/es/button';
import type { ReactNode } from 'react';
import { ApiError } from '../api/http.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { Dialog } from './dialog.tsx';
import { errorText } from './notices.tsx';
import { useAction, type Done } from './use-action.ts';

type Props = {
  readonly title: string;
  readonly submitLabel: string;
  /** Destroys or isolates something: the button says so by its colour too. */
  readonly danger?: boolean;
  readonly disabled?: boolean;
  readonly wide?: boolean;
  readonly testId?: string;
  /** Asks the server. @throws ApiError, shown in the form */
  readonly onSubmit: () => Promise<Done | undefined>;
  /** A step before, such as a preview: the form stays open after it. @throws ApiError, shown in the form */
  readonly before?: (() => Promise<void>) | undefined;
  /** The server has taken it: drop the draft. */
  readonly onDone?: () => void;
  readonly onClose: () => void;
  /** Refusals that a field says itself, so that they are not said twice. */
  readonly toldByField?: (refusal: ApiError) => boolean;
  /** Fields; they get the refusal, to say what is wrong beside the field. */
  readonly children: ReactNode | ((error: unknown) => ReactNode);
};

export function FormDialog(props: Props) {
  const { t } = useI18n();
  const action = useAction();
  const submit = async () => {
    const { before } = props;
    if (before !== undefined) {
      await action.run(
        async () => {
          await before();
          return undefined;
        },
        { quiet: true },
      );
      return;
    }
    if (await action.run(props.onSubmit, { quiet: true })) {
      props.onDone?.();
      props.onClose();
    }
  };
  const stale = action.error instanceof ApiError && action.error.status === 412;
  const isTold = action.error instanceof ApiError && props.toldByField?.(action.error) === true;
  return (
    <Dialog title={props.title} onClose={props.onClose} wide={props.wide ?? false}>
      <form
        className="vg-form"
        data-testid={props.testId}
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        {typeof props.children === 'function' ? props.children(action.error) : props.children}
        <div role="alert" className="vg-form-error">
          {action.error === null || isTold ? null : stale ? t('error.stale') : errorText(action.error, t)}
        </div>
        <div className="vg-form-actions">
          <Button onClick={props.onClose}>{t('action.cancel')}</Button>
          <Button
            type="primary"
            htmlType="submit"
            danger={props.danger ?? false}
            disabled={props.disabled ?? false}
            loading={action.busy}
            data-testid={props.testId === undefined ? undefined : `${props.testId}-submit`}
          >
            {props.submitLabel}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
