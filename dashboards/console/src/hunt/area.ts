/** Looking for what no rule found: search over events, hunts, indicators. */
import type { Area } from '../shell/area.ts';

export const huntArea: Area = {
  name: 'hunt',
  icon: 'events',
  label: ['Săn tìm', 'Hunt'],
  key: 's',
  pages: [
    {
      path: '/events',
      load: () => import('../events/events-page.tsx'),
      label: ['Sự kiện', 'Events'],
      tab: true,
      needs: 'event:read',
    },
  ],
};
