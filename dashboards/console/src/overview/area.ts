/** The first page: what burns, what is silent, what is due. */
import type { Area } from '../shell/area.ts';

export const overviewArea: Area = {
  name: 'overview',
  icon: 'overview',
  label: ['Tổng quan', 'Overview'],
  key: 'o',
  pages: [
    {
      path: '/overview',
      guide: 'a-day-on-duty#taking-over',
      load: () => import('./overview-page.tsx'),
      label: ['Tổng quan', 'Overview'],
      tab: true,
      needs: 'overview:read',
    },
  ],
};
