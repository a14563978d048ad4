/** Says on every page that what is shown is made up, for as long as it is. */
import { useText } from '../../i18n/use-text.ts';
import { Link } from '../../router/router.tsx';
import { useMay } from '../../shell/me.ts';
import { useDemonstration } from './demonstration-api.ts';
import { messages } from './demonstration-messages.ts';

export function DemonstrationBar() {
  const text = useText(messages);
  const may = useMay('user:write');
  const { data } = useDemonstration();
  if (data === undefined || data.state === 'off') return null;
  return (
    <div className="vg-demo-bar" role="status" data-testid="demo-bar">
      <strong>{text('demo.banner')}</strong>
      {data.state === 'filling' ? (
        <span>{text('demo.filling', { told: data.told, of: data.of })}</span>
      ) : null}
      {may ? <Link to="/administration/demonstration">{text('demo.manage')}</Link> : null}
    </div>
  );
}
