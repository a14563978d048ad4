/** What changed on machines, by what caused it. */
import type { Area } from '../shell/area.ts';

export const integrityArea: Area = {
  name: 'integrity',
  icon: 'integrity',
  label: ['Toàn vẹn', 'Integrity'],
  key: 'i',
  pages: [
    {
      path: '/integrity',
      guide: 'watching-hosts#changes',
      load: () => import('./integrity-page.tsx'),
      label: ['Thay đổi', 'Changes'],
      tab: true,
      needs: 'event:read',
    },
    {
      path: '/integrity/tripwires',
      guide: 'watching-hosts#tripwires',
      load: () => import('./tripwires-page.tsx'),
      label: ['Bẫy và mồi nhử', 'Tripwires'],
      tab: true,
      needs: 'event:read',
    },
    {
      path: '/integrity/baselines',
      guide: 'watching-hosts#baselines',
      load: () => import('./baselines-page.tsx'),
      label: ['Mốc so sánh', 'Baselines'],
      tab: true,
      needs: 'event:read',
    },
  ],
};
