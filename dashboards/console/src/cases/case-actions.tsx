/** What one may do with a case as a whole: take, change, watch, close, open again, join and part, have it as a file. */
import Button from 'antd/es/button';
import Dropdown from 'antd/es/dropdown';
import { useState } from 'react';
import { useText, useWords } from '../i18n/use-text.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { useMay, useMe } from '../shell/me.ts';
import { FilterSelect } from '../ui/filter-select.tsx';
import { download } from '../ui/download.ts';
import { openStates, stateWords } from './case-words.ts';
import { casesApi, type CaseDetail } from './cases-api.ts';
import { CloseCaseDialog, EditCaseDialog, MergeDialog, ReasonDialog, SplitDialog } from './case-dialogs.tsx';
import { messages } from './messages.ts';
import { useCaseAct } from './use-case-act.ts';

type Open = 'edit' | 'close' | 'reopen' | 'merge' | 'split' | null;

export function CaseActions({
  detail,
  etag,
}: {
  readonly detail: CaseDetail;
  readonly etag: string | undefined;
}) {
  const text = useText(messages);
  const words = useWords();
  const { language } = useI18n();
  const me = useMe();
  const mayWrite = useMay('case:write') && detail.whole;
  const act = useCaseAct();
  const [open, setOpen] = useState<Open>(null);
  const { number } = detail;
  const watches = detail.watchers.includes(me.username);
  const close = () => setOpen(null);
  const exportAs = (format: 'zip' | 'json' | 'csv') =>
    void act.run(async () => {
      await download(`/cases/${encodeURIComponent(number)}/export`, `${number}.${format}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ format, language }),
      });
      return undefined;
    });
  const more = [
    { key: 'watch', label: watches ? text('cases.unwatch') : text('cases.watch') },
    ...(mayWrite
      ? [
          { key: 'merge', label: text('cases.merge') },
          { key: 'split', label: text('cases.split') },
        ]
      : []),
    { key: 'zip', label: text('cases.exportZip') },
    { key: 'json', label: text('cases.exportJson') },
    { key: 'csv', label: text('cases.exportCsv') },
  ];
  const choose = (key: string) => {
    if (key === 'watch') {
      void act.run(async () => {
        await casesApi.watch(number, !watches);
        return {
          text: watches ? text('cases.unwatched') : text('cases.watched'),
          undo: () => casesApi.watch(number, watches),
        };
      });
    } else if (key === 'merge' || key === 'split') setOpen(key);
    else if (key === 'zip' || key === 'json' || key === 'csv') exportAs(key);
  };
  return (
    <>
      {mayWrite && detail.state !== 'closed' ? (
        <>
          {detail.assignee === me.username ? null : (
            <Button
              onClick={() =>
                void act.run(async () => {
                  await casesApi.patch(number, { assignee: me.username }, etag);
                  return {
                    text: text('cases.taken'),
                    undo: () => casesApi.patch(number, { assignee: detail.assignee }),
                  };
                })
              }
            >
              {text('cases.take')}
            </Button>
          )}
          <FilterSelect
            label={text('cases.setState')}
            testId="case-state"
            value={detail.state}
            options={openStates.map((state) => ({ value: state, label: words(stateWords[state]) }))}
            onChange={(state) => {
              if (state === '') return;
              void act.run(async () => {
                await casesApi.patch(number, { state }, etag);
                const before = openStates.find((one) => one === detail.state);
                return {
                  text: text('cases.stateSet', { state: words(stateWords[state]) }),
                  ...(before === undefined ? {} : { undo: () => casesApi.patch(number, { state: before }) }),
                };
              });
            }}
          />
          <Button data-testid="case-edit" onClick={() => setOpen('edit')}>
            {text('cases.edit')}
          </Button>
          <Button type="primary" data-testid="case-close" onClick={() => setOpen('close')}>
            {text('cases.close')}
          </Button>
        </>
      ) : null}
      {mayWrite && detail.state === 'closed' ? (
        <Button data-testid="case-reopen" onClick={() => setOpen('reopen')}>
          {text('cases.reopen')}
        </Button>
      ) : null}
      <Dropdown trigger={['click']} menu={{ items: more, onClick: ({ key }) => choose(key) }}>
        <Button data-testid="case-more">{text('cases.more')}</Button>
      </Dropdown>
      {open === 'edit' ? <EditCaseDialog detail={detail} etag={etag} onClose={close} /> : null}
      {open === 'close' ? <CloseCaseDialog detail={detail} etag={etag} onClose={close} /> : null}
      {open === 'merge' ? <MergeDialog detail={detail} onClose={close} /> : null}
      {open === 'split' ? <SplitDialog detail={detail} onClose={close} /> : null}
      {open === 'reopen' ? (
        <ReasonDialog
          title={text('cases.reopen')}
          submitLabel={text('cases.reopen')}
          draftKey={`case:${number}:reopen`}
          onClose={close}
          onSubmit={async (reason) => {
            await casesApi.reopen(number, reason);
            return { text: text('cases.reopened') };
          }}
        />
      ) : null}
    </>
  );
}
