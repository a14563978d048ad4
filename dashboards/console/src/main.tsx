/** Entry of the console. */
import './styles/fonts.css';
import './styles/tokens.css';
import './styles/base.css';
import './styles/shell.css';
import './styles/table.css';
import './styles/kit.css';
import './styles/panel.css';
import './styles/print.css';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { loadSession } from './session/session-store.ts';

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');
void loadSession();
createRoot(root).render(<App />);
