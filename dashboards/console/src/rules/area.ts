/** What the watch looks for, and what it is told to pass over. */
import type { Area } from '../shell/area.ts';

export const rulesArea: Area = {
  name: 'rules',
  icon: 'rules',
  label: ['Luật', 'Rules'],
  key: 'r',
  pages: [
    {
      path: '/rules/:id?',
      load: () => import('./rules-page.tsx'),
      label: ['Luật', 'Rules'],
      tab: true,
      needs: 'rule:read',
    },
    {
      path: '/exceptions/:id?',
      load: () => import('../exceptions/exceptions-page.tsx'),
      label: ['Ngoại lệ', 'Exceptions'],
      tab: true,
      needs: 'exception:read',
    },
    {
      path: '/rules/attack',
      load: () => import('./attack-page.tsx'),
      label: ['Ma trận ATT&CK', 'ATT&CK matrix'],
      tab: true,
      needs: 'rule:read',
    },
    {
      path: '/rules/import',
      load: () => import('./import-page.tsx'),
      label: ['Nhập luật', 'Import rules'],
      under: '/rules/:id?',
      needs: 'rule:write',
    },
    {
      path: '/rules/new',
      load: () => import('./editor-page.tsx'),
      label: ['Luật mới', 'New rule'],
      under: '/rules/:id?',
      needs: 'rule:read',
    },
    {
      path: '/rules/:id/edit',
      load: () => import('./editor-page.tsx'),
      label: ['Sửa luật', 'Edit rule'],
      under: '/rules/:id?',
      needs: 'rule:read',
    },
    {
      path: '/rules/:id/versions',
      load: () => import('./versions-page.tsx'),
      label: ['Các phiên bản', 'Versions'],
      under: '/rules/:id?',
      needs: 'rule:read',
    },
  ],
};
