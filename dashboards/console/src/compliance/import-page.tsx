/** Last year's tables: looked at before anything is written, taken in as one act, taken back while nothing was changed since. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useI18n } from '../i18n/use-i18n.ts';
import { useText, useWords } from '../i18n/use-text.ts';
import { LineText } from '../text/safe-text.tsx';
import { visibleString } from '../text/visible-text.ts';
import { Badge } from '../ui/badge.tsx';
import { DataTable, type Column } from '../ui/data-table.tsx';
import { FileField } from '../ui/file-field.tsx';
import { CheckField } from '../ui/form-fields.tsx';
import { ErrorNotice } from '../ui/notices.tsx';
import { Page } from '../ui/page.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { Stat, Stats } from '../ui/stat.tsx';
import { AbsoluteTime } from '../ui/times.tsx';
import { useAction } from '../ui/use-action.ts';
import { complianceApi, type Imported, type ImportSummary } from './compliance-api.ts';
import { actionTone, actionWords, fieldWords } from './import-words.ts';
import { messages } from './import-messages.ts';
import './compliance.css';

const rowsShown = 300;
type Row = Imported['rows'][number];

const shown = (value: unknown): string =>
  value === null || value === undefined || value === ''
    ? '—'
    : visibleString(typeof value === 'string' ? value : JSON.stringify(value));

function Look({ found }: { readonly found: Imported }) {
  const text = useText(messages);
  const words = useWords();
  const { language, number } = useI18n();
  const columns: readonly Column<Row>[] = [
    {
      key: 'row',
      label: text('imports.row'),
      width: '150px',
      cell: (row) => <LineText value={`${row.sheet} · ${row.row}`} />,
    },
    {
      key: 'action',
      label: text('imports.action'),
      width: '130px',
      cell: (row) => <Badge tone={actionTone[row.action]}>{words(actionWords[row.action])}</Badge>,
    },
    {
      key: 'name',
      label: text('imports.system'),
      width: '26%',
      wrap: true,
      cell: (row) => <LineText value={row.name} />,
    },
    {
      key: 'owner',
      label: text('imports.owner'),
      width: '18%',
      needs: 'wide',
      cell: (row) => <LineText value={row.owner ?? '—'} />,
    },
    {
      key: 'changes',
      label: text('imports.changes'),
      wrap: true,
      needs: 'medium',
      cell: (row) => (
        <span className="vg-hint">
          {Object.entries(row.changes)
            .slice(0, 12)
            .map(([field, [before, after]]) => `${field}: ${shown(before)} → ${shown(after)}`)
            .join(' · ')}
        </span>
      ),
    },
  ];
  return (
    <>
      <Stats>
        <Stat name={words(actionWords.create)} value={number(found.counts.created)} testId="import-created" />
        <Stat name={words(actionWords.change)} value={number(found.counts.changed)} />
        <Stat name={words(actionWords.unchanged)} value={number(found.counts.unchanged)} />
        <Stat
          name={words(actionWords.skip)}
          value={number(found.counts.skipped)}
          tone={found.counts.skipped > 0 ? 'warn' : undefined}
        />
      </Stats>
      {found.problems.length === 0 ? null : (
        <section className="vg-card" data-testid="import-problems">
          <h2>{text('imports.problems', { n: found.problems.length + found.moreProblems })}</h2>
          <ul className="vg-plain-list">
            {found.problems.map((problem) => (
              <li key={`${problem.sheet}:${problem.row}:${problem.column}:${problem.text.en}`}>
                <span>
                  <span className="vg-hint">
                    <LineText value={`${problem.sheet} · ${problem.row}${problem.column}`} />
                  </span>{' '}
                  {problem.text[language]}
                </span>
                <Badge tone={problem.severity === 'error' ? 'bad' : 'warn'}>
                  {problem.severity === 'error' ? text('imports.error') : text('imports.warning')}
                </Badge>
              </li>
            ))}
          </ul>
        </section>
      )}
      <section className="vg-card">
        <h2>{text('imports.columns')}</h2>
        {found.sheets.map((sheet) => (
          <p key={sheet.name}>
            <strong>
              <LineText value={sheet.name} />
            </strong>{' '}
            {sheet.headingRow === null ? (
              <span className="vg-hint">{text('imports.noTable')}</span>
            ) : (
              <span className="vg-hint">
                {sheet.columns
                  .map(
                    (column) =>
                      `${column.letter} ${visibleString(column.heading)} → ${column.field === null ? text('imports.ignored') : words(fieldWords(column.field))}`,
                  )
                  .join(' · ')}
              </span>
            )}
          </p>
        ))}
      </section>
      <section className="vg-card">
        <DataTable
          caption={text('imports.rows')}
          columns={columns}
          rows={found.rows.slice(0, rowsShown)}
          keyOf={(row) => `${row.sheet}:${row.row}`}
          testId="import-row"
        />
        {found.rows.length > rowsShown ? (
          <p className="vg-hint">{text('imports.rowsLeft', { n: found.rows.length - rowsShown })}</p>
        ) : null}
      </section>
    </>
  );
}

function Before() {
  const text = useText(messages);
  const { number } = useI18n();
  const client = useQueryClient();
  const action = useAction();
  const imports = useQuery({
    queryKey: ['compliance', 'imports'],
    queryFn: ({ signal }) => complianceApi.imports(signal),
  });
  const columns: readonly Column<ImportSummary>[] = [
    { key: 'at', label: text('imports.at'), width: '180px', cell: (row) => <AbsoluteTime iso={row.at} /> },
    { key: 'name', label: text('imports.file'), cell: (row) => <LineText value={row.name} /> },
    {
      key: 'by',
      label: text('imports.by'),
      width: '140px',
      needs: 'medium',
      cell: (row) => <LineText value={row.actor} />,
    },
    {
      key: 'created',
      label: text('imports.created'),
      width: '100px',
      numeric: true,
      cell: (row) => number(row.created),
    },
    {
      key: 'changed',
      label: text('imports.changed'),
      width: '100px',
      numeric: true,
      cell: (row) => number(row.changed),
    },
    {
      key: 'undo',
      label: '',
      width: '160px',
      cell: (row) =>
        row.undoneAt === null ? (
          <button
            type="button"
            className="vg-link"
            data-testid="import-undo"
            disabled={action.busy}
            onClick={() =>
              void action.run(async () => {
                await complianceApi.undoImport(row.id);
                await client.invalidateQueries({ queryKey: ['compliance'] });
                return { text: text('imports.undone') };
              })
            }
          >
            {text('imports.undo')}
          </button>
        ) : (
          <span className="vg-hint">
            {text('imports.undoneAt')} <AbsoluteTime iso={row.undoneAt} />
          </span>
        ),
    },
  ];
  return (
    <section className="vg-card">
      <h2>{text('imports.before')}</h2>
      <QueryView query={imports}>
        {({ imports: all }) =>
          all.length === 0 ? (
            <p className="vg-hint">{text('imports.none')}</p>
          ) : (
            <DataTable
              caption={text('imports.before')}
              columns={columns}
              rows={all}
              keyOf={(row) => String(row.id)}
              testId="import-before"
            />
          )
        }
      </QueryView>
    </section>
  );
}

/** As the collector takes it. */
const tableBytesMax = 8_388_608;

export default function ImportPage() {
  const text = useText(messages);
  const client = useQueryClient();
  const action = useAction();
  const [file, setFile] = useState<File | null>(null);
  const [skipBad, setSkipBad] = useState(false);
  const [found, setFound] = useState<Imported | null>(null);
  const look = (chosen: File, skip: boolean) => {
    setFile(chosen);
    setFound(null);
    void action.run(async () => {
      setFound(await complianceApi.importTable({ name: chosen.name, dryRun: true, skipBad: skip }, chosen));
      return undefined;
    });
  };
  const take = () =>
    void action.run(async () => {
      if (file === null) return undefined;
      const done = await complianceApi.importTable({ name: file.name, skipBad }, file);
      setFound(done);
      await client.invalidateQueries({ queryKey: ['compliance'] });
      const { id } = done;
      if (id === null) return { text: text('imports.nothing') };
      setFile(null);
      setFound(null);
      return {
        text: text('imports.done', { created: done.counts.created, changed: done.counts.changed }),
        undo: async () => {
          await complianceApi.undoImport(id);
          await client.invalidateQueries({ queryKey: ['compliance'] });
        },
      };
    });
  const errors = found?.problems.some((problem) => problem.severity === 'error') === true;
  return (
    <Page title={text('imports.heading')} summary={text('imports.summary')}>
      <section className="vg-card vg-import">
        <FileField
          label={text('imports.choose')}
          hint={text('imports.hint')}
          accept=".xlsx,.csv"
          bytesMax={tableBytesMax}
          disabled={action.busy}
          testId="import-input"
          onFile={(chosen) => {
            if (chosen !== null) return look(chosen, skipBad);
            setFile(null);
            setFound(null);
          }}
        />
        {action.busy ? <p role="status">{text('imports.reading')}</p> : null}
        <CheckField
          label={text('imports.skipBad')}
          checked={skipBad}
          onChange={(skip) => {
            setSkipBad(skip);
            if (file !== null) look(file, skip);
          }}
        />
        {found === null ? null : (
          <span className="vg-buttons">
            <button
              type="button"
              className="vg-button"
              data-testid="import-take"
              disabled={action.busy || (errors && !skipBad)}
              onClick={take}
            >
              {text('imports.take')}
            </button>
            {errors && !skipBad ? <span className="vg-warn">{text('imports.hasErrors')}</span> : null}
          </span>
        )}
        {action.error === null ? null : <ErrorNotice error={action.error} />}
      </section>
      {found === null ? null : <Look found={found} />}
      <Before />
    </Page>
  );
}
