/** The form of an exception and the request it makes. Pure. Invariant: what is not filled in is not sent. */
import type { z } from 'zod';
import type { exceptionBodySchema } from '../../../../collector/api/contract-exceptions.ts';

export type ExceptionBody = z.input<typeof exceptionBodySchema>;

export type How = 'alert' | 'fields' | 'condition' | 'window';
export type ExceptionForm = {
  readonly name: string;
  readonly how: How;
  readonly alertId: string;
  /** Fields of the alert that count; empty: what it is about. */
  readonly alertFields: readonly string[];
  readonly fields: string;
  readonly condition: string;
  readonly rules: string;
  readonly allRules: boolean;
  readonly agencyId: string;
  readonly agentId: string;
  readonly reason: string;
  /** Days as `2026-12-31`. */
  readonly expiresOn: string;
  readonly reviewOn: string;
  readonly repeats: 'weekly' | 'once';
  readonly from: string;
  readonly to: string;
  readonly days: readonly number[];
};

const dayMs = 86_400_000;

export function emptyForm(nowMs: number): ExceptionForm {
  return {
    name: '',
    how: 'fields',
    alertId: '',
    alertFields: [],
    fields: '',
    condition: 'selection:\n  user.name: backup\ncondition: selection\n',
    rules: '',
    allRules: false,
    agencyId: '',
    agentId: '',
    reason: '',
    expiresOn: new Date(nowMs + 30 * dayMs).toISOString().slice(0, 10),
    reviewOn: '',
    repeats: 'weekly',
    from: '22:00',
    to: '02:00',
    days: [7],
  };
}

export type FieldLines =
  | { readonly kind: 'fields'; readonly fields: Readonly<Record<string, string | string[]>> }
  | { readonly kind: 'bad'; readonly line: number };

/** `name = value` lines; `a | b`: one of these. */
export function readFieldLines(text: string): FieldLines {
  const fields: Record<string, string | string[]> = {};
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const at = line.indexOf('=');
    const name = line.slice(0, at).trim();
    const values = line
      .slice(at + 1)
      .split('|')
      .map((value) => value.trim())
      .filter((value) => value !== '');
    const [only, second] = values;
    if (at < 1 || name === '' || only === undefined) return { kind: 'bad', line: index + 1 };
    fields[name] = second === undefined ? only : values;
  }
  return { kind: 'fields', fields };
}

/** The end of a day in Vietnam, where the register's people are. */
const endOf = (day: string): string => `${day}T23:59:59+07:00`;

const lines = (text: string): readonly string[] =>
  text
    .split(/[\s,]+/u)
    .map((one) => one.trim())
    .filter((one) => one !== '');

function windowOf(form: ExceptionForm): ExceptionBody['window'] {
  if (form.repeats === 'weekly') return { from: form.from, to: form.to, days: [...form.days] };
  return { from: new Date(form.from).toISOString(), to: new Date(form.to).toISOString() };
}

function conditionOf(form: ExceptionForm): Partial<ExceptionBody> {
  switch (form.how) {
    case 'alert':
      return {
        alert: {
          id: form.alertId,
          ...(form.alertFields.length === 0 ? {} : { fields: [...form.alertFields] }),
        },
      };
    case 'fields': {
      const read = readFieldLines(form.fields);
      return { fields: read.kind === 'fields' ? read.fields : {} };
    }
    case 'condition':
      return { condition: form.condition };
    case 'window':
      return { window: windowOf(form) };
  }
}

export function bodyOf(form: ExceptionForm): ExceptionBody {
  const rules = lines(form.rules);
  return {
    name: form.name.trim(),
    reason: form.reason.trim(),
    ...conditionOf(form),
    ...(rules.length > 0 ? { rules: [...rules] } : form.allRules ? { allRules: true } : {}),
    ...(form.agencyId === '' ? {} : { agencyId: Number(form.agencyId) }),
    ...(form.agentId === '' ? {} : { agentId: form.agentId }),
    ...(form.expiresOn === '' ? {} : { expiresAt: endOf(form.expiresOn) }),
    ...(form.reviewOn === '' ? {} : { reviewAt: endOf(form.reviewOn) }),
  };
}

/** Whether all is filled in that a request needs. */
export function isComplete(form: ExceptionForm): boolean {
  if (form.name.trim() === '' || form.reason.trim() === '') return false;
  if (lines(form.rules).length === 0 && !form.allRules && form.how !== 'alert') return false;
  switch (form.how) {
    case 'alert':
      return form.alertId !== '';
    case 'fields': {
      const read = readFieldLines(form.fields);
      return read.kind === 'fields' && Object.keys(read.fields).length > 0;
    }
    case 'condition':
      return form.condition.trim() !== '';
    case 'window':
      return form.from !== '' && form.to !== '' && (form.repeats === 'once' || form.days.length > 0);
  }
}
