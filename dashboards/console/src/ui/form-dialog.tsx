/**
 * A form in a dialog. What was typed is a draft (session/drafts.ts): it stays when the dialog or the session ends, and goes
 * when the server has taken it. What is refused, by the server or by the form, leads to the first field that says why. When
 * somebody else was faster (412), what is shown is read again, so that the next try is made by somebody who has seen the new
 * version.
 */
import { useQueryClient } from '@tanstack/react-query';
import Button from 'antd/es/button';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { ApiError } from '../api/http.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { Dialog } from './dialog.tsx';
import { showFault, unfold } from './dialog-focus.ts';
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
  const client = useQueryClient();
  const action = useAction();
  const stale = action.error instanceof ApiError && action.error.status === 412;
  useEffect(() => {
    // Rows of the alert list stay where they are (use-alert-list.ts).
    if (stale) void client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'alerts' });
  }, [client, stale]);
  const form = useRef<HTMLFormElement>(null);
  /** Tries after which the form is still there. */
  const [tries, setTries] = useState(0);
  useEffect(() => {
    if (tries > 0 && form.current !== null) showFault(form.current);
  }, [tries]);
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
    } else if (await action.run(props.onSubmit, { quiet: true })) {
      props.onDone?.();
      props.onClose();
      return;
    }
    setTries((before) => before + 1);
  };
  const isTold = action.error instanceof ApiError && props.toldByField?.(action.error) === true;
  return (
    <Dialog title={props.title} onClose={props.onClose} wide={props.wide ?? false}>
      <form
        ref={form}
        className="vg-form"
        data-testid={props.testId}
        // The browser leads to a field that it finds wrong itself, but not into what is folded.
        onInvalid={({ target }) => {
          if (target instanceof Element) unfold(target);
        }}
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
