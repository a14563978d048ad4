/** `/events`: the hunt for who may hunt; the plain search for who may only look at events. */
import { lazy } from 'react';
import { useMay } from '../shell/me.ts';

const HuntPage = lazy(() => import('./hunt-page.tsx'));
const EventsPage = lazy(() => import('../events/events-page.tsx'));

export default function EventsEntry() {
  return useMay('hunt:run') ? <HuntPage /> : <EventsPage />;
}
