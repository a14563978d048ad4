/** Fields of an event as name and value, nested ones flattened to dotted names. */
import { BlockText, LineText } from '../text/safe-text.tsx';
import { flatten } from '../text/flatten.ts';
import { useI18n } from '../i18n/use-i18n.ts';

export function FieldList({ fields }: { readonly fields: Readonly<Record<string, unknown>> }) {
  const { t } = useI18n();
  const { entries, left } = flatten(fields);
  return (
    <>
      <dl className="vg-fields">
        {entries.map(([name, value]) => (
          <div key={name}>
            <dt>
              <LineText value={name} />
            </dt>
            <dd>
              <BlockText value={value} />
            </dd>
          </div>
        ))}
      </dl>
      {left > 0 ? <p className="vg-hint">{t('text.fieldsLeft', { n: left })}</p> : null}
    </>
  );
}
