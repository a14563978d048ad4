/** Entry of the console. */
import './styles/fonts.css';
import './styles/tokens.css';
import './styles/base.css';
import './styles/shell.css';
import './styles/table.css';
import './styles/kit.css';
import './styles/panel.css';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { currentI18n } from './i18n/use-i18n.ts';
import { loadSession } from './session/session-store.ts';
import { showToast } from './ui/toasts.tsx';

// A page left open while the server was updated asks for files that are no more; a reload brings the new ones.
window.addEventListener('vite:preloadError', () => {
  const { t } = currentI18n();
  showToast({
    kind: 'error',
    about: 'stale-page',
    text: t('app.stale'),
    action: { label: t('action.reload'), run: () => window.location.reload() },
  });
});

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');
void loadSession();
createRoot(root).render(<App />);
