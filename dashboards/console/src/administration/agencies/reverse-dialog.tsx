/** Takes an applied change back: what would return and what stands in the way is shown before. */
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useText } from '../../i18n/use-text.ts';
import { useI18n } from '../../i18n/use-i18n.ts';
import { LineText } from '../../text/safe-text.tsx';
import { CheckField } from '../../ui/form-fields.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { lookAtReverse, reverseChange } from './agencies-api.ts';
import { holdingText, obstacleText } from './change-words.ts';
import { messages } from './changes-messages.ts';
import { obstacleDetailVi } from './obstacle-details.ts';

type Props = {
  readonly id: number;
  readonly onDone: () => Promise<void>;
  readonly onClose: () => void;
};

export function ReverseDialog({ id, onDone, onClose }: Props) {
  const text = useText(messages);
  const { number, language } = useI18n();
  const [skipMoved, setSkipMoved] = useState(false);
  const query = useQuery({
    queryKey: ['agency-reverse', id],
    queryFn: () => lookAtReverse(id),
    gcTime: 0,
    staleTime: 0,
  });
  const conflicts = query.data?.conflicts ?? [];
  const blocking = conflicts.filter(({ skippable }) => !(skippable && skipMoved));
  return (
    <FormDialog
      title={text('treeChanges.reverseTitle')}
      submitLabel={text('treeChanges.reverse')}
      danger
      wide
      disabled={query.data === undefined || blocking.length > 0}
      testId="change-reverse"
      onSubmit={async () => {
        await reverseChange(id, skipMoved);
        await onDone();
        return { text: text('treeChanges.reversed') };
      }}
      onClose={onClose}
    >
      <p>{text('treeChanges.reverseText')}</p>
      <QueryView query={query}>
        {({ returning }) => {
          const back = Object.entries(returning).filter(([, count]) => count > 0);
          return (
            <>
              {back.length === 0 ? null : (
                <p>
                  <b>{text('treeChanges.returning')}:</b>{' '}
                  {back.map(([kind, count]) => `${number(count)} ${holdingText(text, kind)}`).join(', ')}
                </p>
              )}
              {conflicts.length === 0 ? (
                <p>{text('look.clear')}</p>
              ) : (
                <div className="vg-effect">
                  <b>{text('look.conflicts')}</b>
                  <ul>
                    {conflicts.map(({ code, message }) => (
                      <li key={`${code}:${message}`}>
                        {obstacleText(text, code)}
                        <div className="vg-hint">
                          <LineText
                            value={
                              language === 'vi'
                                ? (obstacleDetailVi(message, (kind) => holdingText(text, kind)) ?? message)
                                : message
                            }
                          />
                        </div>
                      </li>
                    ))}
                  </ul>
                </div>
              )}
              {conflicts.some(({ skippable }) => skippable) ? (
                <CheckField
                  label={text('treeChanges.skipMoved')}
                  checked={skipMoved}
                  onChange={setSkipMoved}
                />
              ) : null}
            </>
          );
        }}
      </QueryView>
    </FormDialog>
  );
}
