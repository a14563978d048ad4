/** The fields of a search over events. Nothing is asked until the person submits; what is typed stays on an error. */
import { useQuery } from '@tanstack/react-query';
import Button from 'antd/es/button';
import DatePicker from 'antd/es/date-picker';
import Input from 'antd/es/input';
import Select from 'antd/es/select';
import dayjs from 'dayjs';
import { useId, useState, type FormEvent } from 'react';
import 'dayjs/locale/vi';
import type { LabelKey } from '../i18n/translate.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { api } from '../session/session-store.ts';
import { fold } from '../text/fold.ts';
import { visibleString } from '../text/visible-text.ts';
import { ranges, searchFields, type EventSearch, type Range, type SearchField } from './event-search.ts';

const rangeLabel: Readonly<Record<Range, LabelKey>> = {
  '15m': 'range.15m',
  '1h': 'range.1h',
  '24h': 'range.24h',
  '7d': 'range.7d',
  '30d': 'range.30d',
  all: 'range.all',
};

const fieldLabel: Readonly<Record<SearchField, LabelKey>> = {
  text: 'search.text',
  agentId: 'column.host',
  user: 'search.user',
  sourceIp: 'search.sourceIp',
  channel: 'column.channel',
  action: 'search.action',
  file: 'search.file',
};

const plainFields = [
  'user',
  'sourceIp',
  'channel',
  'action',
  'file',
] as const satisfies readonly SearchField[];

type Props = {
  readonly search: EventSearch;
  readonly busy: boolean;
  readonly onSearch: (search: EventSearch) => void;
};

export default function SearchForm({ search, busy, onSearch }: Props) {
  const { t } = useI18n();
  const [draft, setDraft] = useState(search);
  const [asked, setAsked] = useState(search);
  // Another search in the address (back, a pivot) replaces what the form shows; focus stays where it is.
  if (asked !== search) {
    setAsked(search);
    setDraft(search);
  }
  const id = useId();
  const agents = useQuery({ queryKey: ['agents'], queryFn: ({ signal }) => api.agents(signal) });
  const change = (next: Partial<EventSearch>) => setDraft((known) => ({ ...known, ...next }));
  const hosts = (agents.data?.agents ?? []).map((agent) => ({
    value: agent.id,
    label: visibleString(agent.hostname, 64),
    folded: fold(agent.hostname),
  }));
  const { time } = draft;
  const between: [dayjs.Dayjs | null, dayjs.Dayjs | null] =
    time.kind === 'between'
      ? [time.from === null ? null : dayjs(time.from), time.to === null ? null : dayjs(time.to)]
      : [null, null];

  return (
    <form
      className="vg-search-form"
      role="search"
      data-testid="event-search"
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        onSearch(draft);
      }}
    >
      <div className="vg-event-field vg-event-field-text">
        <label htmlFor={`${id}-text`}>{t(fieldLabel.text)}</label>
        <Input
          id={`${id}-text`}
          data-testid="event-text"
          type="search"
          allowClear
          placeholder={t('search.textHint')}
          maxLength={searchFields.text.unitsMax}
          value={draft.text}
          onChange={(event) => change({ text: event.target.value })}
        />
      </div>
      <div className="vg-event-field">
        <label htmlFor={`${id}-range`}>{t('search.time')}</label>
        <Select<Range | 'between'>
          id={`${id}-range`}
          value={time.kind === 'range' ? time.range : 'between'}
          onChange={(value) => {
            if (value === 'between') {
              const now = dayjs();
              change({
                time: { kind: 'between', from: now.subtract(1, 'day').toISOString(), to: now.toISOString() },
              });
            } else {
              const next: EventSearch = { ...draft, time: { kind: 'range', range: value } };
              setDraft(next);
              onSearch(next);
            }
          }}
          options={[
            ...ranges.map((range) => ({ value: range, label: t(rangeLabel[range]) })),
            { value: 'between' as const, label: t('range.between') },
          ]}
        />
      </div>
      {time.kind === 'between' ? (
        <div className="vg-event-field vg-event-field-between">
          <label htmlFor={`${id}-from`}>{t('search.between')}</label>
          <DatePicker.RangePicker
            id={{ start: `${id}-from`, end: `${id}-to` }}
            showTime
            allowEmpty={[true, true]}
            format="DD/MM/YYYY HH:mm:ss"
            value={between}
            onChange={(values) =>
              change({
                time: {
                  kind: 'between',
                  from: values?.[0]?.toISOString() ?? null,
                  to: values?.[1]?.toISOString() ?? null,
                },
              })
            }
          />
        </div>
      ) : null}
      <div className="vg-event-field">
        <label htmlFor={`${id}-host`}>{t(fieldLabel.agentId)}</label>
        <Select
          id={`${id}-host`}
          allowClear
          showSearch={{ filterOption: (text, option) => (option?.folded ?? '').includes(fold(text)) }}
          placeholder={t('search.any')}
          value={draft.agentId === '' ? undefined : draft.agentId}
          options={hosts}
          onChange={(value: string | undefined) => change({ agentId: value ?? '' })}
        />
      </div>
      {plainFields.map((name) => (
        <div className="vg-event-field" key={name}>
          <label htmlFor={`${id}-${name}`}>{t(fieldLabel[name])}</label>
          <Input
            id={`${id}-${name}`}
            data-testid={`event-${name}`}
            allowClear
            placeholder={t('search.any')}
            spellCheck={false}
            maxLength={searchFields[name].unitsMax}
            value={draft[name]}
            onChange={(event) => change({ [name]: event.target.value })}
          />
        </div>
      ))}
      <Button type="primary" htmlType="submit" loading={busy} data-testid="event-submit">
        {t('search.submit')}
      </Button>
    </form>
  );
}
