/** A password that somebody chooses: the field, and the rules that are ticked while it is typed. */
import Input, { type InputRef } from 'antd/es/input';
import { useId, type Ref } from 'react';
import { useI18n } from '../i18n/use-i18n.ts';
import { passwordUnitsMax, type PasswordCheck } from './password-rules.ts';
import { PasswordRulesList } from './password-rules-list.tsx';

type Props = {
  readonly ref: Ref<InputRef>;
  readonly label: string;
  readonly rules: readonly PasswordCheck[];
  /** Sent once: what is not met is said as a fault. */
  readonly tried: boolean;
  readonly testId: string;
  readonly value: string;
  readonly onChange: (password: string) => void;
};

export function NewPasswordField({ ref, label, rules, tried, testId, value, onChange }: Props) {
  const { t } = useI18n();
  const id = useId();
  return (
    <>
      <label htmlFor={id}>{label}</label>
      <Input.Password
        ref={ref}
        id={id}
        data-testid={testId}
        autoComplete="new-password"
        size="large"
        maxLength={passwordUnitsMax}
        required
        aria-describedby={`${id}-rules`}
        aria-invalid={tried && rules.some(({ met }) => !met)}
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
      <PasswordRulesList id={`${id}-rules`} rules={rules} tried={tried} />
      <p className="vg-hint">{t('password.tip')}</p>
    </>
  );
}
