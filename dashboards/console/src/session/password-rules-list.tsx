/** The rules of a new password, ticked while it is typed. */
import type { Translate } from '../i18n/translate.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import {
  passwordUnitsMin,
  passwordVarietyMin,
  type PasswordCheck,
  type PasswordRule,
} from './password-rules.ts';

const ruleText: Readonly<Record<PasswordRule, (t: Translate) => string>> = {
  length: (t) => t('password.ruleLength', { n: passwordUnitsMin }),
  variety: (t) => t('password.ruleVariety', { n: passwordVarietyMin }),
  different: (t) => t('password.ruleDifferent'),
  username: (t) => t('password.ruleUsername'),
};

type Props = { readonly id: string; readonly rules: readonly PasswordCheck[]; readonly tried: boolean };

export function PasswordRulesList({ id, rules, tried }: Props) {
  const { t } = useI18n();
  return (
    <ul id={id} className="vg-rules-list">
      {rules.map(({ rule, met }) => (
        <li key={rule} data-met={met} data-missed={tried && !met}>
          <span aria-hidden="true">{met ? '✓' : '○'}</span> {ruleText[rule](t)}{' '}
          <span className="vg-sr">{met ? t('password.met') : t('password.notMet')}</span>
        </li>
      ))}
    </ul>
  );
}
