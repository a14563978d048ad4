/**
 * Identity codes of agencies in their two legal forms. QCVN 102:2016/BTTTT: 13 characters, the province or ministry last
 * (000.00.00.H49). Decision 20/2020/QD-TTg: at most 35 characters, the province or ministry first (G12.18).
 */
import { AGENCY_CODE_FORMS, type AgencyCodeForm } from '../registry/tables/agency.ts';

const CODE_CHARS_MAX = 35;

const FORMS: Record<AgencyCodeForm, { pattern: RegExp; said: string }> = {
  'qcvn-102': {
    pattern: /^\d{3}\.\d{2}\.\d{2}\.[A-Z]\d{2}$/,
    said: 'a code of QCVN 102:2016 has 13 characters like 000.01.12.H49',
  },
  'qd-20': {
    pattern: /^[A-Z]\d{2}(?:\.[0-9A-Z]+)*$/,
    said: 'a code of decision 20/2020 begins with the level-1 code and has at most 35 characters, like H49.18.2',
  },
};

export type CheckedCode = { ok: true; form: AgencyCodeForm; code: string } | { ok: false; message: string };

function fits(form: AgencyCodeForm, code: string): boolean {
  return code.length <= CODE_CHARS_MAX && FORMS[form].pattern.test(code);
}

/** In capitals and without spaces. @param form left out: the form that the code has */
export function checkCode(text: string, form?: AgencyCodeForm): CheckedCode {
  const code = text.trim().toUpperCase();
  const found = (form === undefined ? AGENCY_CODE_FORMS : [form]).find((one) => fits(one, code));
  if (found !== undefined) return { ok: true, form: found, code };
  const said =
    form === undefined ? AGENCY_CODE_FORMS.map((one) => FORMS[one].said).join('; ') : FORMS[form].said;
  return { ok: false, message: `"${text.slice(0, CODE_CHARS_MAX + 5)}" is no agency code: ${said}` };
}
