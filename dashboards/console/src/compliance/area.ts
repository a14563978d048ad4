/** Systems by legal level: what is met, what is missing, what is due, what is signed. */
import type { Area } from '../shell/area.ts';

export const complianceArea: Area = {
  name: 'compliance',
  icon: 'compliance',
  label: ['Cấp độ', 'Compliance'],
  key: 't',
  pages: [],
};
