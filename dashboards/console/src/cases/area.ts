/** Cases, incidents under legal clocks, what agencies were asked. */
import type { Area } from '../shell/area.ts';

export const casesArea: Area = {
  name: 'cases',
  icon: 'cases',
  label: ['Vụ việc', 'Cases'],
  key: 'c',
  pages: [
    {
      path: '/cases',
      guide: 'a-day-on-duty#cases-and-legal-clocks',
      load: () => import('./cases-page.tsx'),
      label: ['Vụ việc', 'Cases'],
      tab: true,
      needs: 'case:read',
    },
    {
      path: '/cases/:id',
      guide: 'a-day-on-duty#cases-and-legal-clocks',
      load: () => import('./case-page.tsx'),
      label: ['Vụ việc', 'Case'],
      under: '/cases',
      needs: 'case:read',
    },
    {
      path: '/case-proposals',
      guide: 'training-with-stories#reading-a-proposed-case',
      load: () => import('./proposals-page.tsx'),
      label: ['Đề xuất', 'Proposals'],
      tab: true,
      needs: 'case:read',
    },
    {
      path: '/requests/:id?',
      guide: 'a-day-on-duty#asking-agencies',
      load: () => import('./requests-page.tsx'),
      label: ['Yêu cầu gửi cơ quan', 'Requests to agencies'],
      tab: true,
      needs: 'request:read',
    },
    {
      path: '/handovers/:id?',
      guide: 'a-day-on-duty#handing-over',
      load: () => import('./handovers-page.tsx'),
      label: ['Giao ca', 'Hand-over'],
      tab: true,
      needs: 'case:read',
    },
  ],
};
