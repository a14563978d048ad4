/** The groups as rows of a form; order is precedence. */
import type { Agency } from '../../api/agencies.ts';
import { useI18n } from '../../i18n/use-i18n.ts';
import { useText } from '../../i18n/use-text.ts';
import { roleLabel } from '../../shell/role-label.ts';
import { visibleString } from '../../text/visible-text.ts';
import { SelectField, TextField } from '../../ui/form-fields.tsx';
import { personRoles } from '../people/role-words.ts';
import { moved, twins, withRow, type GroupRow } from './group-form.ts';
import { messages } from './groups-messages.ts';

type Props = {
  readonly rows: readonly GroupRow[];
  readonly agencies: readonly Agency[];
  readonly disabled: boolean;
  readonly onChange: (rows: readonly GroupRow[]) => void;
};

const groupsMax = 500;

export function GroupRows({ rows, agencies, disabled, onChange }: Props) {
  const text = useText(messages);
  const { t } = useI18n();
  const twice = twins(rows);
  const put = (key: string, next: Partial<GroupRow>) =>
    onChange(rows.map((row) => (row.key === key ? { ...row, ...next } : row)));
  return (
    <>
      {rows.length === 0 ? <p>{text('groups.empty')}</p> : null}
      {rows.map((row, index) => {
        const named =
          row.name.trim() === '' ? text('groups.group', { n: index + 1 }) : visibleString(row.name, 60);
        return (
          <div key={row.key} className="vg-form-row vg-person-row" data-testid="group-row">
            <TextField
              label={text('groups.groupName')}
              required
              disabled={disabled}
              maxLength={512}
              value={row.name}
              fault={twice.has(row.name.trim()) ? text('groups.twice') : undefined}
              onChange={(name) => put(row.key, { name })}
              testId="group-name"
            />
            <SelectField
              label={text('groups.role')}
              required
              disabled={disabled}
              empty="—"
              value={row.role}
              choices={personRoles.map((role) => ({ value: role, label: t(roleLabel[role]) }))}
              onChange={(role) => put(row.key, { role })}
              testId="group-role"
            />
            <SelectField
              label={text('groups.agency')}
              required
              disabled={disabled}
              empty="—"
              value={row.agencyId}
              choices={agencies.map(({ id, name }) => ({
                value: String(id),
                label: visibleString(name, 120),
              }))}
              onChange={(agencyId) => put(row.key, { agencyId })}
              testId="group-agency"
            />
            {disabled ? null : (
              <span className="vg-buttons">
                <button
                  type="button"
                  className="vg-link"
                  disabled={index === 0}
                  aria-label={text('groups.up', { name: named })}
                  onClick={() => onChange(moved(rows, row.key, -1))}
                  data-testid="group-up"
                >
                  {text('groups.upShort')}
                </button>
                <button
                  type="button"
                  className="vg-link"
                  disabled={index === rows.length - 1}
                  aria-label={text('groups.down', { name: named })}
                  onClick={() => onChange(moved(rows, row.key, 1))}
                >
                  {text('groups.downShort')}
                </button>
                <button
                  type="button"
                  className="vg-link"
                  aria-label={text('groups.drop', { name: named })}
                  onClick={() => onChange(rows.filter(({ key }) => key !== row.key))}
                  data-testid="group-drop"
                >
                  {text('groups.dropShort')}
                </button>
              </span>
            )}
          </div>
        );
      })}
      {disabled || rows.length >= groupsMax ? null : (
        <button
          type="button"
          className="vg-button vg-at-start"
          onClick={() => onChange(withRow(rows))}
          data-testid="group-add"
        >
          {text('groups.add')}
        </button>
      )}
    </>
  );
}
