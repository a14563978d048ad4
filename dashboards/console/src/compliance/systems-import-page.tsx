/** The register of systems as a table: taken in after a look at what each row changes, taken back while nothing was changed since. */
import { useQueryClient } from '@tanstack/react-query';
import Button from 'antd/es/button';
import { useI18n } from '../i18n/use-i18n.ts';
import { useText, useWords } from '../i18n/use-text.ts';
import type { LabelOf } from '../i18n/messages.ts';
import { navigate } from '../router/router.tsx';
import { LineText } from '../text/safe-text.tsx';
import { visibleString } from '../text/visible-text.ts';
import { Badge } from '../ui/badge.tsx';
import { CsvImport } from '../ui/csv-import.tsx';
import { DataTable, type Column } from '../ui/data-table.tsx';
import { download } from '../ui/download.ts';
import { Page } from '../ui/page.tsx';
import { useAction } from '../ui/use-action.ts';
import { complianceApi, type ImportedSystems } from './compliance-api.ts';
import { actionTone, actionWords } from './import-words.ts';
import { messages } from './systems-import-messages.ts';

type Row = ImportedSystems['rows'][number];
type Field = keyof Row['changes'];

const fields: Readonly<Record<Field, LabelOf<typeof messages>>> = {
  name: 'systemsTable.name',
  code: 'systemsTable.code',
  agencyName: 'systemsTable.owner',
  operatorName: 'systemsTable.operator',
  level: 'systemsTable.level',
  lawProfile: 'systemsTable.law',
  description: 'systemsTable.description',
};
const fieldNames = [
  'name',
  'code',
  'agencyName',
  'operatorName',
  'level',
  'lawProfile',
  'description',
] as const satisfies readonly Field[];
const actionOf = { created: 'create', changed: 'change', unchanged: 'unchanged' } as const;

const shown = (value: string | number | null): string =>
  value === null || value === '' ? '—' : visibleString(String(value), 80);

function Rows({ rows }: { readonly rows: readonly Row[] }) {
  const text = useText(messages);
  const words = useWords();
  const { number } = useI18n();
  const columns: readonly Column<Row>[] = [
    {
      key: 'line',
      label: text('systemsTable.line'),
      width: '80px',
      numeric: true,
      cell: ({ line }) => number(line),
    },
    {
      key: 'action',
      label: text('systemsTable.action'),
      width: '130px',
      cell: ({ outcome }) => (
        <Badge tone={actionTone[actionOf[outcome]]}>{words(actionWords[actionOf[outcome]])}</Badge>
      ),
    },
    {
      key: 'name',
      label: text('systemsTable.name'),
      width: '28%',
      wrap: true,
      cell: ({ name, agencyName }) => (
        <>
          <LineText value={name} />
          <div className="vg-hint">
            <LineText value={agencyName} />
          </div>
        </>
      ),
    },
    {
      key: 'changes',
      label: text('systemsTable.changes'),
      wrap: true,
      cell: ({ changes }) => (
        <span className="vg-hint">
          {fieldNames
            .flatMap((field) => {
              const change = changes[field];
              return change === undefined
                ? []
                : [`${text(fields[field])}: ${shown(change[0])} → ${shown(change[1])}`];
            })
            .join(' · ')}
        </span>
      ),
    },
  ];
  if (rows.length === 0) return null;
  return (
    <section className="vg-card">
      <DataTable
        caption={text('systemsTable.rows')}
        rows={rows}
        keyOf={({ line }) => String(line)}
        columns={columns}
        testId="systems-import-row"
      />
    </section>
  );
}

export default function SystemsImportPage() {
  const text = useText(messages);
  const { language } = useI18n();
  const client = useQueryClient();
  const action = useAction();
  const refresh = () => client.invalidateQueries({ queryKey: ['compliance'] });
  return (
    <Page
      title={text('systemsTable.title')}
      back={{ to: '/compliance', label: text('systemsTable.back') }}
      actions={
        <Button
          loading={action.busy}
          onClick={() =>
            void action.run(async () => {
              await download(`/systems/export?language=${language}`, 'he-thong.csv');
              return undefined;
            })
          }
        >
          {text('systemsTable.download')}
        </Button>
      }
    >
      <CsvImport
        hint={text('systemsTable.text')}
        effect={text('systemsTable.effect')}
        testId="systems"
        look={(file) => complianceApi.importSystems(file, true)}
        take={async (file) => {
          const { created, changed, id } = await complianceApi.importSystems(file, false);
          await refresh();
          navigate('/compliance');
          return {
            text: text('systemsTable.done', { created, changed }),
            ...(id === null
              ? {}
              : {
                  undo: async () => {
                    await complianceApi.undoImport(id);
                    await refresh();
                  },
                }),
          };
        }}
      >
        {(look) => <Rows rows={look.rows} />}
      </CsvImport>
    </Page>
  );
}
