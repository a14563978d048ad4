/** Fields of an event as name and value, nested ones flattened to dotted names. */
import { pivotField, searchFields, searchQuery } from '../events/event-search.ts';
import { href } from '../router/location.ts';
import { Link } from '../router/router.tsx';
import { Icon } from '../shell/icons.tsx';
import { BlockText, LineText } from '../text/safe-text.tsx';
import { flatten } from '../text/flatten.ts';
import { useI18n } from '../i18n/use-i18n.ts';

function Pivot({ name, value }: { readonly name: string; readonly value: string }) {
  const { t } = useI18n();
  const field = pivotField(name);
  if (field === null || value === '' || value.length > searchFields[field].unitsMax) return null;
  return (
    <Link
      className="vg-field-pivot"
      to={href('/events', searchQuery({ [field]: value, time: { kind: 'range', range: '7d' } }))}
      aria-label={t('alert.pivot')}
      title={t('alert.pivot')}
    >
      <Icon name="search" />
    </Link>
  );
}

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
              <Pivot name={name} value={value} />
            </dd>
          </div>
        ))}
      </dl>
      {left > 0 ? <p className="vg-hint">{t('text.fieldsLeft', { n: left })}</p> : null}
    </>
  );
}
