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
      guide: 'rules-and-exceptions#the-rules',
      load: () => import('./rules-page.tsx'),
      label: ['Luật', 'Rules'],
      tab: true,
      needs: 'rule:read',
    },
    {
      path: '/exceptions/:id?',
      guide: 'rules-and-exceptions#exceptions',
      load: () => import('../exceptions/exceptions-page.tsx'),
      label: ['Ngoại lệ', 'Exceptions'],
      tab: true,
      needs: 'exception:read',
    },
    {
      path: '/rules/attack',
      guide: 'rules-and-exceptions#the-att-ck-matrix',
      load: () => import('./attack-page.tsx'),
      label: ['Ma trận ATT&CK', 'ATT&CK matrix'],
      tab: true,
      needs: 'rule:read',
    },
    {
      path: '/rules/import',
      guide: 'rules-and-exceptions#bringing-rules-in',
      load: () => import('./import-page.tsx'),
      label: ['Nhập luật', 'Import rules'],
      under: '/rules/:id?',
      needs: 'rule:write',
    },
    {
      path: '/rules/new',
      guide: 'rules-and-exceptions#writing-a-rule',
      load: () => import('./editor-page.tsx'),
      label: ['Luật mới', 'New rule'],
      under: '/rules/:id?',
      needs: 'rule:read',
    },
    {
      path: '/rules/:id/edit',
      guide: 'rules-and-exceptions#writing-a-rule',
      load: () => import('./editor-page.tsx'),
      label: ['Sửa luật', 'Edit rule'],
      under: '/rules/:id?',
      needs: 'rule:read',
    },
    {
      path: '/rules/:id/versions',
      guide: 'rules-and-exceptions#versions',
      load: () => import('./versions-page.tsx'),
      label: ['Các phiên bản', 'Versions'],
      under: '/rules/:id?',
      needs: 'rule:read',
    },
  ],
};
