/** What changed on machines, by what caused it. */
import type { Area } from '../shell/area.ts';

export const integrityArea: Area = {
  name: 'integrity',
  icon: 'integrity',
  label: ['Toàn vẹn', 'Integrity'],
  key: 'i',
  pages: [],
};
