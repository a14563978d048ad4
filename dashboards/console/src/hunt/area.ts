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
      guide: 'hunting#asking',
      load: () => import('./events-entry.tsx'),
      label: ['Tìm sự kiện', 'Search events'],
      tab: true,
      needs: 'event:read',
    },
    {
      path: '/hunts/:id?',
      guide: 'hunting#kept-hunts',
      load: () => import('./hunts-page.tsx'),
      label: ['Cuộc săn đã lưu', 'Kept hunts'],
      tab: true,
      needs: 'hunt:run',
    },
    {
      path: '/indicators/:id?',
      guide: 'hunting#indicators',
      load: () => import('../indicators/indicators-page.tsx'),
      label: ['Dấu hiệu xâm nhập', 'Indicators'],
      tab: true,
      needs: 'indicator:read',
    },
    {
      path: '/indicators/sources',
      guide: 'hunting#sources-of-indicators',
      load: () => import('../indicators/sources-page.tsx'),
      label: ['Nguồn dấu hiệu', 'Sources of indicators'],
      under: '/indicators/:id?',
      needs: 'indicator:read',
    },
    {
      path: '/indicators/import',
      guide: 'hunting#sources-of-indicators',
      load: () => import('../indicators/import-page.tsx'),
      label: ['Nhập dấu hiệu', 'Import indicators'],
      under: '/indicators/:id?',
      needs: 'indicator:write',
    },
  ],
};
