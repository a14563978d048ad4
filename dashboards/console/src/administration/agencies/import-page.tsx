/** Takes a table of agencies in. */
import { useQueryClient } from '@tanstack/react-query';
import { useText } from '../../i18n/use-text.ts';
import { navigate } from '../../router/router.tsx';
import { CsvImport } from '../../ui/csv-import.tsx';
import { Page } from '../../ui/page.tsx';
import { agenciesKey, importAgencies } from './agencies-api.ts';
import { messages } from './agencies-messages.ts';

export default function ImportPage() {
  const text = useText(messages);
  const client = useQueryClient();
  return (
    <Page
      title={text('import.agencies.title')}
      back={{ to: '/administration/agencies', label: text('agencies.title') }}
    >
      <CsvImport
        hint={text('import.agencies.text')}
        effect={text('import.agencies.effect')}
        testId="agencies"
        look={(file) => importAgencies(file, true)}
        take={async (file) => {
          const { created, changed } = await importAgencies(file, false);
          await client.invalidateQueries({ queryKey: agenciesKey });
          navigate('/administration/agencies');
          return { text: text('import.agencies.done', { created, changed }) };
        }}
      />
    </Page>
  );
}
