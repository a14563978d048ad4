/** The house itself: agencies, people, keys, keeping, proof. */
import type { Area } from '../shell/area.ts';

export const administrationArea: Area = {
  name: 'administration',
  icon: 'administration',
  label: ['Quản trị', 'Administration'],
  key: 'q',
  pages: [],
};
