/** The commands that bring a host on watch, with the token in them, ready to be copied. */
import { useText } from '../i18n/use-text.ts';
import { Icon } from '../shell/icons.tsx';
import { showToast } from '../ui/toasts.tsx';
import { messages } from './welcome-messages.ts';

/** @param origin of the collector, as the host reaches it */
export function enrolCommands(origin: string, token: string): readonly string[] {
  return [
    `npx vonggac-agent enrol --url ${origin} --token ${token}`,
    'npx vonggac-agent audit install',
    'npx vonggac-agent run',
  ];
}

export function InstallCommands({ token }: { readonly token: string }) {
  const text = useText(messages);
  const commands = enrolCommands(window.location.origin, token).join('\n');
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(commands);
      showToast({ kind: 'done', about: 'copied', text: text('welcome.copied') });
    } catch (error) {
      if (!(error instanceof DOMException)) throw error;
      showToast({ kind: 'error', about: 'copied', text: text('welcome.copyFailed') });
    }
  };
  return (
    <div className="vg-install">
      <pre className="vg-pre" data-testid="install-commands">
        {commands}
      </pre>
      <button type="button" className="vg-button" onClick={() => void copy()}>
        <Icon name="copy" /> {text('welcome.copy')}
      </button>
    </div>
  );
}
