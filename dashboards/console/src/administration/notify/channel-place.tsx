/** Where a channel goes: the fields of its kind, with its secrets, which are typed and never shown. */
import { useI18n } from '../../i18n/use-i18n.ts';
import { useText } from '../../i18n/use-text.ts';
import { CheckField, SelectField, TextArea, TextField } from '../../ui/form-fields.tsx';
import { templates, type ChannelForm } from './channel-form.ts';
import { messages } from './notify-messages.ts';

const placeholders =
  '{{subject}}, {{text}}, {{severity}}, {{agency}}, {{host}}, {{time}}, {{to}}, {{code}}, {{alert-id}}';
const forms = '|sms |voice |html |markdown';
/** What an address looks like, the same in every language. */
const example = {
  host: 'mail.example.vn',
  url: 'https://gateway.example.vn/send',
  target: 'syslog+tls://siem.example.vn:6514',
} as const;

type Props = {
  readonly form: ChannelForm;
  readonly change: (next: Partial<ChannelForm>) => void;
  /** An empty field leaves the kept secret as it is. */
  readonly keepsSecrets: boolean;
  readonly faultOf: (field: string) => string | undefined;
};

function Secret({
  label,
  value,
  onChange,
  fault,
  keeps,
  testId,
}: {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly fault: string | undefined;
  readonly keeps: boolean;
  readonly testId: string;
}) {
  const text = useText(messages);
  return (
    <TextField
      label={label}
      hint={text(keeps ? 'notify.secretKept' : 'notify.secretNew')}
      type="password"
      autoComplete="new-password"
      maxLength={2_048}
      value={value}
      onChange={onChange}
      fault={fault}
      testId={testId}
    />
  );
}

function Mail({ form, change, keepsSecrets, faultOf }: Props) {
  const text = useText(messages);
  return (
    <>
      <div className="vg-form-row">
        <TextField
          label={text('notify.host')}
          required
          placeholder={example.host}
          maxLength={253}
          value={form.host}
          onChange={(host) => change({ host })}
          fault={faultOf('settings.host')}
          testId="channel-host"
        />
        <TextField
          label={text('notify.port')}
          type="number"
          min={1}
          max={65_535}
          required
          value={form.port}
          onChange={(port) => change({ port })}
          fault={faultOf('settings.port')}
        />
        <SelectField
          label={text('notify.security')}
          value={form.security}
          onChange={(security) => change({ security })}
          fault={faultOf('settings.security')}
          choices={[
            { value: 'starttls', label: text('notify.starttls') },
            { value: 'tls', label: text('notify.tls') },
            { value: 'none', label: text('notify.clear') },
          ]}
        />
      </div>
      <div className="vg-form-row">
        <TextField
          label={text('notify.user')}
          autoComplete="off"
          maxLength={254}
          value={form.user}
          onChange={(user) => change({ user })}
          fault={faultOf('settings.user')}
        />
        <Secret
          label={text('notify.password')}
          value={form.password}
          onChange={(password) => change({ password })}
          fault={faultOf('secrets.password')}
          keeps={keepsSecrets}
          testId="channel-password"
        />
      </div>
      <TextField
        label={text('notify.from')}
        type="email"
        required
        value={form.from}
        onChange={(from) => change({ from })}
        fault={faultOf('settings.from')}
        testId="channel-from"
      />
      <TextArea
        label={text('notify.to')}
        hint={text('notify.toHint')}
        required
        rows={3}
        value={form.to}
        onChange={(to) => change({ to })}
        fault={faultOf('settings.to') ?? faultOf('settings.to.0')}
        testId="channel-to"
      />
    </>
  );
}

function Webhook({ form, change, keepsSecrets, faultOf }: Props) {
  const text = useText(messages);
  return (
    <>
      <TextField
        label={text('notify.url')}
        type="url"
        required
        placeholder={example.url}
        maxLength={2_000}
        value={form.url}
        onChange={(url) => change({ url })}
        fault={faultOf('settings.url')}
        testId="channel-url"
      />
      <CheckField
        label={text('notify.private')}
        hint={text('notify.privateHint')}
        checked={form.allowPrivate}
        onChange={(allowPrivate) => change({ allowPrivate })}
        testId="channel-private"
      />
      <TextArea
        label={text('notify.template')}
        hint={text('notify.templateHint', { names: placeholders, forms })}
        code
        rows={4}
        maxLength={8_192}
        value={form.template}
        onChange={(template) => change({ template })}
        fault={faultOf('settings.template')}
        testId="channel-template"
      />
      <div className="vg-menu-button" role="group" aria-label={text('notify.examples')}>
        <span className="vg-hint">{text('notify.examples')}:</span>
        {templates.map(({ name, body }) => (
          <button key={name} type="button" className="vg-link" onClick={() => change({ template: body })}>
            {name}
          </button>
        ))}
      </div>
      <div className="vg-form-row">
        <Secret
          label={text('notify.authorization')}
          value={form.authorization}
          onChange={(authorization) => change({ authorization })}
          fault={faultOf('secrets.authorization')}
          keeps={keepsSecrets}
          testId="channel-authorization"
        />
        <Secret
          label={text('notify.signingKey')}
          value={form.signingKey}
          onChange={(signingKey) => change({ signingKey })}
          fault={faultOf('secrets.signingKey')}
          keeps={keepsSecrets}
          testId="channel-key"
        />
      </div>
    </>
  );
}

export function ChannelPlace(props: Props) {
  const { form, change, faultOf } = props;
  const { t } = useI18n();
  const text = useText(messages);
  return (
    <>
      {form.kind === 'email' ? <Mail {...props} /> : null}
      {form.kind === 'webhook' ? <Webhook {...props} /> : null}
      {form.kind === 'syslog' ? (
        <TextField
          label={text('notify.target')}
          hint={text('notify.targetHint')}
          required
          placeholder={example.target}
          maxLength={300}
          value={form.target}
          onChange={(target) => change({ target })}
          fault={faultOf('settings.target')}
          testId="channel-target"
        />
      ) : (
        <SelectField
          label={text('notify.language')}
          value={form.language}
          onChange={(language) => change({ language })}
          choices={[
            { value: 'vi', label: t('language.vi') },
            { value: 'en', label: t('language.en') },
          ]}
        />
      )}
      <TextArea
        label={text('notify.ca')}
        hint={text('notify.caHint')}
        code
        rows={2}
        value={form.caPem}
        onChange={(caPem) => change({ caPem })}
        fault={faultOf('settings.caPem')}
        testId="channel-ca"
      />
    </>
  );
}
