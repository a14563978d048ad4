/** What is allowed, in words, by groups; groups without anything are left out. */
import type { Permission } from '../../api/types.ts';
import { useText, useWords } from '../../i18n/use-text.ts';
import { messages } from './people-messages.ts';
import { permissionGroups, permissionWords } from './permission-words.ts';

export function PermissionList({ allowed }: { readonly allowed: readonly Permission[] }) {
  const text = useText(messages);
  const words = useWords();
  if (allowed.length === 0) return <p className="vg-hint">{text('people.mayNothing')}</p>;
  return permissionGroups
    .map(({ key, label, has }) => ({ key, label, has: has.filter((one) => allowed.includes(one)) }))
    .filter(({ has }) => has.length > 0)
    .map(({ key, label, has }) => (
      <div key={key} className="vg-may">
        <h4>{words(label)}</h4>
        <ul>
          {has.map((permission) => (
            <li key={permission}>{words(permissionWords[permission])}</li>
          ))}
        </ul>
      </div>
    ));
}
