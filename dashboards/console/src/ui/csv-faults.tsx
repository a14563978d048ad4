/** What is wrong with a CSV file, by line and column, in the reader's language. */
import { refusals } from '../i18n/refusals.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { useText } from '../i18n/use-text.ts';
import { LineText } from '../text/safe-text.tsx';
import { messages } from './csv-messages.ts';
import { DataTable } from './data-table.tsx';

export type CsvFault = {
  readonly line: number;
  /** From 1; 0 when it is about the whole row. */
  readonly column: number;
  readonly message: string;
  readonly vi?: string | undefined;
  readonly reason?: string | undefined;
};

type Props = {
  readonly faults: readonly CsvFault[];
  /** How many more there are than are listed. */
  readonly more: number;
};

export function CsvFaults({ faults, more }: Props) {
  const text = useText(messages);
  const { language, number } = useI18n();
  const said = ({ message, vi, reason = '' }: CsvFault) =>
    language === 'vi' ? (vi ?? refusals[reason] ?? message) : message;
  return (
    <section className="vg-card" role="status">
      <p>{text('csv.faultText')}</p>
      <DataTable
        caption={text('csv.faults')}
        rows={faults}
        keyOf={({ line, column, message }) => `${line}:${column}:${message}`}
        testId="csv-fault"
        columns={[
          {
            key: 'line',
            label: text('csv.line'),
            width: '90px',
            numeric: true,
            cell: ({ line }) => number(line),
          },
          {
            key: 'column',
            label: text('csv.column'),
            width: '90px',
            numeric: true,
            cell: ({ column }) => (column === 0 ? '—' : number(column)),
          },
          {
            key: 'why',
            label: text('csv.why'),
            wrap: true,
            cell: (fault) => <LineText value={said(fault)} />,
          },
        ]}
      />
      {more === 0 ? null : <p className="vg-hint">{text('csv.more', { n: more })}</p>}
    </section>
  );
}
