/** A new inspection pack: about whom and as of when; how large it will be is said before it is built. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { AgencyField } from '../../api/agency-field.tsx';
import { useText } from '../../i18n/use-text.ts';
import { pathOf } from '../../router/location.ts';
import { navigate } from '../../router/router.tsx';
import { dayOf } from '../../format/day.ts';
import { visibleString } from '../../text/visible-text.ts';
import { useFileSize } from '../../ui/file-size.ts';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { CheckField, SelectField, TextField } from '../../ui/form-fields.tsx';
import { complianceApi } from '../compliance-api.ts';
import { packsApi, type PackAnswer } from './packs-api.ts';
import { messages } from './packs-messages.ts';

export function PackDialog({ onClose }: { readonly onClose: () => void }) {
  const text = useText(messages);
  const size = useFileSize();
  const client = useQueryClient();
  const today = dayOf(Date.now());
  const [wanted, setWanted] = useState({ asOf: today, agencyId: '', systemId: '', papers: true });
  const [looked, setLooked] = useState<PackAnswer['size'] | null>(null);
  const change = (next: Partial<typeof wanted>) => {
    setWanted({ ...wanted, ...next });
    setLooked(null);
  };
  const systems = useQuery({
    queryKey: ['compliance', 'systems'],
    queryFn: ({ signal }) => complianceApi.systems(signal),
    staleTime: 60_000,
  });
  const ask = (dryRun: boolean) =>
    packsApi.ask({
      asOf: wanted.asOf,
      papers: wanted.papers,
      dryRun,
      ...(wanted.systemId !== ''
        ? { systemId: Number(wanted.systemId) }
        : wanted.agencyId === ''
          ? {}
          : { agencyId: Number(wanted.agencyId) }),
    });
  return (
    <FormDialog
      title={text('packs.make')}
      submitLabel={looked === null ? text('packs.look') : text('packs.make')}
      disabled={wanted.asOf === ''}
      testId="pack-form"
      before={looked === null ? async () => setLooked((await ask(true)).size) : undefined}
      onSubmit={async () => {
        const { job } = await ask(false);
        await client.invalidateQueries({ queryKey: ['packs'] });
        if (job !== null) window.setTimeout(() => navigate(pathOf('compliance', 'packs', job.id)), 0);
        return { text: text('packs.begun') };
      }}
      onClose={onClose}
    >
      <p className="vg-hint">{text('packs.about')}</p>
      <TextField
        label={text('packs.asOf')}
        hint={wanted.asOf === today ? text('packs.today') : undefined}
        type="date"
        required
        max={today}
        testId="pack-day"
        value={wanted.asOf}
        onChange={(asOf) => change({ asOf })}
      />
      <AgencyField
        label={text('packs.agency')}
        value={wanted.agencyId}
        empty={text('packs.own')}
        testId="pack-agency"
        onChange={(agencyId) => change({ agencyId, systemId: '' })}
      />
      <SelectField
        label={text('packs.system')}
        value={wanted.systemId}
        empty={text('packs.systemNone')}
        testId="pack-system"
        choices={(systems.data?.systems ?? [])
          .filter(({ agencyId }) => wanted.agencyId === '' || String(agencyId) === wanted.agencyId)
          .map(({ id, name }) => ({ value: String(id), label: visibleString(name) }))}
        onChange={(systemId) => change({ systemId })}
      />
      <CheckField
        label={text('packs.papers')}
        hint={text('packs.papersHint')}
        checked={wanted.papers}
        onChange={(papers) => change({ papers })}
      />
      {looked === null ? null : (
        <p role="status" data-testid="pack-size">
          {text('packs.size', { n: looked.papers, size: size(looked.bytes), max: size(looked.bytesMax) })}
        </p>
      )}
    </FormDialog>
  );
}
