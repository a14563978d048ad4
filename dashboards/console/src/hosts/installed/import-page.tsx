/** Takes the list of machines in from a CSV file, after a look at what it would do. */
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useText } from '../../i18n/use-text.ts';
import { navigate } from '../../router/router.tsx';
import { CsvImport } from '../../ui/csv-import.tsx';
import { CheckField } from '../../ui/form-fields.tsx';
import { Page } from '../../ui/page.tsx';
import { importMachines, installedKey } from './installed-api.ts';
import { messages } from './installed-messages.ts';

export default function ImportMachinesPage() {
  const text = useText(messages);
  const client = useQueryClient();
  const [replace, setReplace] = useState(false);
  return (
    <Page
      title={text('installed.importTitle')}
      back={{ to: '/hosts/installed', label: text('installed.title') }}
    >
      <section className="vg-card">
        <CheckField
          label={text('installed.importReplace')}
          hint={text('installed.importReplaceHint')}
          checked={replace}
          onChange={setReplace}
          testId="machines-replace"
        />
      </section>
      <CsvImport
        // What was seen was seen for this choice.
        key={String(replace)}
        hint={text('installed.importText')}
        effect={text('installed.importEffect')}
        testId="machines"
        look={(file) => importMachines(file, true, replace)}
        take={async (file) => {
          const { created, changed } = await importMachines(file, false, replace);
          await client.invalidateQueries({ queryKey: installedKey });
          navigate('/hosts/installed');
          return { text: text('installed.importDone', { created, changed }) };
        }}
      >
        {({ removed }) => (removed === 0 ? null : <p>{text('installed.importRemoves', { n: removed })}</p>)}
      </CsvImport>
    </Page>
  );
}
