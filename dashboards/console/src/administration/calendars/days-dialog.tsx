/** Takes the days off of a year in from a CSV file: what each day becomes, and each fault by line and column, before anything is written. */
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { dayText } from '../../format/day.ts';
import { useText } from '../../i18n/use-text.ts';
import { CsvFaults } from '../../ui/csv-faults.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { FileField } from '../../ui/file-field.tsx';
import { calendarsKey, importDays, putBack, type AgencyCalendar, type ImportedDays } from './calendar-api.ts';
import { messages } from './calendar-messages.ts';
import { markLabel } from './calendar-words.ts';

/** As the collector takes it. */
const daysBytesMax = 262_144;

type Day = ImportedDays['days'][number];

type Props = {
  readonly before: AgencyCalendar;
  readonly etag: string | undefined;
  readonly onClose: () => void;
};

export function DaysDialog({ before, etag, onClose }: Props) {
  const text = useText(messages);
  const client = useQueryClient();
  const [file, setFile] = useState<File | null>(null);
  const [looked, setLooked] = useState<ImportedDays | null>(null);
  const faults = looked === null ? 0 : looked.faults.length;
  const isReady = looked !== null && faults === 0;
  const refresh = () => client.invalidateQueries({ queryKey: calendarsKey });
  const effectOf = ({ worked, willWork }: Day) =>
    worked === willWork ? 'days.same' : willWork ? 'days.becomesWork' : 'days.becomesOff';
  return (
    <FormDialog
      title={text('days.title')}
      wide
      submitLabel={isReady ? text('days.do', { n: looked.days.length }) : text('days.look')}
      disabled={file === null || faults > 0 || looked?.days.length === 0}
      testId="days-form"
      before={
        looked === null && file !== null
          ? async () => setLooked(await importDays(before.agencyId, file, { dryRun: true }))
          : undefined
      }
      onSubmit={async () => {
        if (file === null || looked === null) return undefined;
        const done = await importDays(before.agencyId, file, { dryRun: false, ifMatch: etag });
        setLooked(done);
        await refresh();
        return {
          text: text('days.done', { n: done.days.length }),
          undo: async () => {
            await putBack(before);
            await refresh();
          },
        };
      }}
      onClose={onClose}
    >
      <p className="vg-hint">{text('days.text')}</p>
      <FileField
        label={text('days.file')}
        accept=".csv,text/csv"
        bytesMax={daysBytesMax}
        testId="days-file"
        onFile={(chosen) => {
          setFile(chosen);
          setLooked(null);
        }}
      />
      {looked === null ? null : faults > 0 ? (
        <CsvFaults faults={looked.faults} more={looked.moreFaults} />
      ) : looked.days.length === 0 ? (
        <p role="status">{text('days.none')}</p>
      ) : (
        <div className="vg-dialog-list">
          <DataTable
            caption={text('days.caption')}
            rows={looked.days}
            keyOf={({ day }) => day}
            testId="days-row"
            columns={[
              { key: 'day', label: text('days.day'), width: '140px', cell: ({ day }) => dayText(day) },
              {
                key: 'kind',
                label: text('days.kind'),
                width: '140px',
                cell: ({ kind }) => text(markLabel[kind]),
              },
              { key: 'effect', label: text('days.effect'), cell: (day) => text(effectOf(day)) },
            ]}
          />
        </div>
      )}
    </FormDialog>
  );
}
