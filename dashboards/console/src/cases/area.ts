/** Cases, incidents under legal clocks, what agencies were asked. */
import type { Area } from '../shell/area.ts';

export const casesArea: Area = {
  name: 'cases',
  icon: 'cases',
  label: ['Vụ việc', 'Cases'],
  key: 'c',
  pages: [],
};
