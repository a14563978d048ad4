/** Adds or changes a link: who sends, where to, when, what is signed with. Keys and passwords are typed and never shown again. */
import { useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { AgencyField } from '../../api/agency-field.tsx';
import { useText, useWords } from '../../i18n/use-text.ts';
import { pathOf } from '../../router/location.ts';
import { navigate } from '../../router/router.tsx';
import { useDraft } from '../../session/drafts.ts';
import { Chips } from '../../ui/chips.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { Field, SelectField, TextArea, TextField, useFaultOf } from '../../ui/form-fields.tsx';
import { kindWords, reportKinds } from '../report-words.ts';
import { exchangeApi, type ExchangeLink } from './exchange-api.ts';
import { messages } from './exchange-messages.ts';
import { everyList, everyWords, variants, variantWords, weekDays } from './exchange-words.ts';
import { emptyLink, formOf, goesElsewhere, secretsOf, settingsOf, type LinkForm } from './link-form.ts';

type Parts = {
  readonly value: LinkForm;
  readonly change: (next: Partial<LinkForm>) => void;
  readonly error: unknown;
};

function When({ value, change }: Omit<Parts, 'error'>) {
  const text = useText(messages);
  const words = useWords();
  return (
    <fieldset className="vg-link-when">
      <legend>{text('exchange.sectionWhen')}</legend>
      <div className="vg-form-row">
        <SelectField
          label={text('exchange.every')}
          value={value.every}
          empty={text('exchange.noSchedule')}
          testId="exchange-every"
          choices={everyList.map((every) => ({ value: every, label: words(everyWords[every]) }))}
          onChange={(every) => change({ every, day: '1' })}
        />
        {value.every === 'week' ? (
          <SelectField
            label={text('exchange.weekDay')}
            value={value.day}
            choices={weekDays.map((day, index) => ({ value: String(index + 1), label: words(day) }))}
            onChange={(day) => change({ day })}
          />
        ) : value.every === '' || value.every === 'day' ? null : (
          <TextField
            label={text('exchange.day')}
            hint={text('exchange.dayHint')}
            type="number"
            min={1}
            max={28}
            value={value.day}
            onChange={(day) => change({ day })}
          />
        )}
        {value.every === '' ? null : (
          <TextField
            label={text('exchange.at')}
            type="time"
            required
            value={value.at}
            onChange={(at) => change({ at })}
          />
        )}
      </div>
      <Field label={text('exchange.onReports')}>
        {() => (
          <Chips
            label={text('exchange.onReports')}
            chips={reportKinds.map((kind) => ({ value: kind, label: words(kindWords[kind]) }))}
            chosen={value.onReports}
            onToggle={(kind) =>
              change({
                onReports: value.onReports.includes(kind)
                  ? value.onReports.filter((one) => one !== kind)
                  : [...value.onReports, kind],
              })
            }
          />
        )}
      </Field>
    </fieldset>
  );
}

const pemRows = 3;
const pemBegins = '-----BEGIN …-----';
const pemCharsMax = 65_536;

function Pem({
  label,
  hint,
  fault,
  value,
  onChange,
}: {
  readonly label: string;
  readonly hint?: string;
  readonly fault: string | undefined;
  readonly value: string;
  readonly onChange: (value: string) => void;
}) {
  return (
    <TextArea
      label={label}
      hint={hint}
      fault={fault}
      code
      rows={pemRows}
      maxLength={pemCharsMax}
      placeholder={pemBegins}
      value={value}
      onChange={onChange}
    />
  );
}

function Keys({ value, change, error }: Parts) {
  const text = useText(messages);
  const faultOf = useFaultOf(error);
  const secret = text('exchange.secretHint');
  return (
    <details className="vg-details">
      <summary>{text('exchange.sectionKeys')}</summary>
      <Pem
        label={text('exchange.certificate')}
        fault={faultOf('settings.certificate')}
        value={value.certificate}
        onChange={(certificate) => change({ certificate })}
      />
      <Pem
        label={text('exchange.key')}
        hint={secret}
        fault={faultOf('secrets.key')}
        value={value.key}
        onChange={(key) => change({ key })}
      />
      <Pem
        label={text('exchange.clientCertificate')}
        fault={faultOf('settings.clientCertificate')}
        value={value.clientCertificate}
        onChange={(clientCertificate) => change({ clientCertificate })}
      />
      <Pem
        label={text('exchange.clientKey')}
        hint={secret}
        fault={faultOf('secrets.clientKey')}
        value={value.clientKey}
        onChange={(clientKey) => change({ clientKey })}
      />
      <div className="vg-form-row">
        <TextField
          label={text('exchange.username')}
          maxLength={256}
          autoComplete="off"
          fault={faultOf('settings.username')}
          value={value.username}
          onChange={(username) => change({ username })}
        />
        <TextField
          label={text('exchange.password')}
          hint={secret}
          type="password"
          autoComplete="new-password"
          maxLength={1_024}
          fault={faultOf('secrets.password')}
          value={value.password}
          onChange={(password) => change({ password })}
        />
      </div>
    </details>
  );
}

function More({ value, change, error }: Parts) {
  const text = useText(messages);
  const faultOf = useFaultOf(error);
  return (
    <>
      <details className="vg-details">
        <summary>{text('exchange.sectionServer')}</summary>
        <TextArea
          label={text('exchange.pins')}
          testId="exchange-pins"
          hint={text('exchange.pinsHint')}
          code
          rows={2}
          fault={faultOf('settings.pins') ?? faultOf('settings.pins.0')}
          value={value.pins}
          onChange={(pins) => change({ pins })}
        />
        <Pem
          label={text('exchange.authority')}
          hint={text('exchange.authorityHint')}
          fault={faultOf('settings.authority')}
          value={value.authority}
          onChange={(authority) => change({ authority })}
        />
      </details>
      <details className="vg-details">
        <summary>{text('exchange.sectionMore')}</summary>
        <p className="vg-warn">{text('exchange.doubt')}</p>
        <TextField
          label={text('exchange.namespace')}
          maxLength={250}
          fault={faultOf('settings.namespace')}
          value={value.namespace}
          onChange={(namespace) => change({ namespace })}
        />
        <TextArea
          label={text('exchange.names')}
          hint={text('exchange.namesHint')}
          code
          rows={2}
          fault={faultOf('settings.names')}
          value={value.names}
          onChange={(names) => change({ names })}
        />
        <TextField
          label={text('exchange.soapAction')}
          maxLength={250}
          fault={faultOf('settings.soapAction')}
          value={value.soapAction}
          onChange={(soapAction) => change({ soapAction })}
        />
      </details>
    </>
  );
}

function Who({ value, change, error, isNew }: Parts & { readonly isNew: boolean }) {
  const text = useText(messages);
  const faultOf = useFaultOf(error);
  const words = useWords();
  return (
    <>
      <div className="vg-form-row">
        <TextField
          label={text('exchange.name')}
          required
          maxLength={100}
          testId="exchange-name"
          fault={faultOf('name')}
          value={value.name}
          onChange={(name) => change({ name })}
        />
        {isNew ? (
          <AgencyField
            label={text('exchange.agency')}
            hint={text('exchange.agencyHint')}
            required
            testId="exchange-agency"
            fault={faultOf('agencyId')}
            value={value.agencyId}
            onChange={(agencyId) => change({ agencyId })}
          />
        ) : null}
      </div>
      <div className="vg-form-row">
        <TextField
          label={text('exchange.id')}
          hint={text('exchange.idHint')}
          required
          maxLength={13}
          testId="exchange-organisation-id"
          fault={faultOf('settings.organisation.id')}
          value={value.organisationId}
          onChange={(organisationId) => change({ organisationId })}
        />
        <TextField
          label={text('exchange.sender')}
          required
          maxLength={250}
          testId="exchange-organisation-name"
          fault={faultOf('settings.organisation.name')}
          value={value.organisationName}
          onChange={(organisationName) => change({ organisationName })}
        />
      </div>
      <div className="vg-form-row">
        <SelectField
          label={text('exchange.variant')}
          value={value.variant}
          choices={variants.map((variant) => ({ value: variant, label: words(variantWords[variant]) }))}
          onChange={(variant) => change({ variant })}
        />
        <TextField
          label={text('exchange.email')}
          type="email"
          maxLength={120}
          fault={faultOf('settings.organisation.email')}
          value={value.email}
          onChange={(email) => change({ email })}
        />
      </div>
      <TextField
        label={text('exchange.address')}
        hint={text('exchange.addressHint')}
        type="url"
        maxLength={2_048}
        testId="exchange-address"
        fault={faultOf('settings.address')}
        value={value.address}
        onChange={(address) => change({ address })}
      />
    </>
  );
}

type Props = {
  /** Null: a new one. */
  readonly link: ExchangeLink | null;
  readonly etag?: string | undefined;
  readonly onClose: () => void;
};

export function LinkDialog({ link, etag, onClose }: Props) {
  const text = useText(messages);
  const client = useQueryClient();
  const first = useMemo(() => (link === null ? emptyLink : formOf(link)), [link]);
  const draft = useDraft(`exchange:link:${link?.id ?? 'new'}`, first);
  const parts = { value: draft.value, change: draft.change };
  const submit = async () => {
    const settings = settingsOf(draft.value, link?.settings);
    const secrets = secretsOf(draft.value);
    const name = draft.value.name.trim();
    if (link === null) {
      const made = await exchangeApi.create({
        name,
        agencyId: Number(draft.value.agencyId),
        settings,
        ...(secrets === undefined ? {} : { secrets }),
      });
      await client.invalidateQueries({ queryKey: ['exchange'] });
      window.setTimeout(() => navigate(pathOf('compliance', 'exchange', 'links', String(made.id))), 0);
      return { text: text('exchange.added') };
    }
    await exchangeApi.patch(link.id, { name, settings, ...(secrets === undefined ? {} : { secrets }) }, etag);
    await client.invalidateQueries({ queryKey: ['exchange'] });
    return { text: text('exchange.changed') };
  };
  return (
    <FormDialog
      title={link === null ? text('exchange.add') : text('exchange.change')}
      submitLabel={link === null ? text('exchange.add') : text('exchange.save')}
      wide
      testId="exchange-link-form"
      onSubmit={submit}
      onDone={draft.drop}
      onClose={onClose}
    >
      {(error) => (
        <>
          <Who {...parts} error={error} isNew={link === null} />
          <When {...parts} />
          <Keys {...parts} error={error} />
          <More {...parts} error={error} />
          {link !== null && link.hasSecrets && goesElsewhere(draft.value, link) ? (
            <p className="vg-warn" role="status">
              {text('exchange.secretsAgain')}
            </p>
          ) : null}
        </>
      )}
    </FormDialog>
  );
}
