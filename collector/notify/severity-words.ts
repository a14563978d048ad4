/** What severities are called in notices. */
import type { Severity } from '../api/contract.ts';

export const SEVERITY_WORDS: Readonly<Record<'vi' | 'en', Readonly<Record<Severity, string>>>> = {
  vi: {
    informational: 'thông tin',
    low: 'thấp',
    medium: 'trung bình',
    high: 'cao',
    critical: 'nghiêm trọng',
  },
  en: {
    informational: 'informational',
    low: 'low',
    medium: 'medium',
    high: 'high',
    critical: 'critical',
  },
};
